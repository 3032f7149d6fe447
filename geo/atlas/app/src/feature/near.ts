// What is near a feature: the nearest of each kind that the page names, others in its communes, the other
// stretches of its line.
import type { Atlas } from "../model/atlas";
import type { Entite, Voisinage } from "../model/data";
import { boxOf, type Geometry } from "../model/geometry";
import { fold, number } from "../ui/text";
import { distanceBetween, gapOf } from "./distance";

export interface Near { title: string; feature: Entite; metres: number; sure: boolean; remark: string }

type Placed = Entite & { geometrie: Geometry };

const KINDS = { "": null, ligne: "line", polygone: "polygon" } as const;

// The nearest feature of each kind; nothing for a measure that has no place.
export function nearestOf(feature: Entite, atlas: Atlas): Near[] {
  if (!placed(feature)) return [];
  return atlas.data.voisinages.flatMap((relation) => {
    const found = nearest(feature, candidates(relation, atlas).filter((e) => e.id !== feature.id && !sameLine(e, feature)));
    if (!found) return [];
    const sure = feature.precision === "exacte" && found.feature.precision === "exacte";
    return [{ title: relation.titre, ...found, sure, remark: relation.reserve }];
  });
}

export interface Neighbour { feature: Entite; stretches: number } // several, for one line

// Features that share a commune with this one, the nearest first; itself and its own line left out,
// the stretches of another line told once.
export function inSameCommunes(feature: Entite, atlas: Atlas): Neighbour[] {
  const own = new Set(feature.communes);
  const others = atlas.data.entites.filter((e) => e.id !== feature.id && e.precision !== "territoire" && e.communes.some((c) => own.has(c)) && !sameLine(e, feature));
  const lines = new Map<string, Neighbour>();
  const found = others.flatMap((other): Neighbour[] => {
    const key = other.geometrie?.kind === "line" ? `${other.couche}\n${fold(other.nom)}` : other.id;
    const known = lines.get(key);
    if (known) known.stretches += 1;
    else lines.set(key, { feature: other, stretches: 1 });
    return known ? [] : [lines.get(key)!];
  });
  if (!placed(feature)) return found;
  const gaps = new Map(found.map((n) => [n, n.feature.geometrie ? gapOf(boxOf(n.feature.geometrie), boxOf(feature.geometrie)) : Infinity]));
  return found.sort((a, b) => gaps.get(a)! - gaps.get(b)!);
}

// The other stretches of a line that is told in several, under one name.
export function stretchesOf(feature: Entite, atlas: Atlas): Entite[] {
  return atlas.data.entites.filter((e) => e.id !== feature.id && sameLine(e, feature));
}

export function sameLine(a: Entite, b: Entite): boolean {
  return a.couche === b.couche && a.geometrie?.kind === "line" && b.geometrie?.kind === "line" && fold(a.nom) === fold(b.nom);
}

// "350 m", "1,2 km environ", "sur place ou au contact".
export function distanceText(metres: number, sure: boolean): string {
  if (metres === 0) return "sur place ou au contact";
  const about = sure ? "" : "\u00a0environ";
  if (metres < 10) return "à moins de 10\u202fm";
  const tens = Math.round(metres / 10) * 10;
  if (tens < 1000) return `à ${number(tens)}\u202fm${about}`;
  return `à ${number(metres / 1000, metres < 9950 ? 1 : 0)}\u202fkm${about}`;
}

function placed(feature: Entite): feature is Placed {
  return feature.geometrie !== null;
}

function candidates(relation: Voisinage, atlas: Atlas): Placed[] {
  const layers = new Set(relation.couches);
  const kind = KINDS[relation.genre];
  const named = relation.entites.flatMap((id) => atlas.features.get(id) ?? []);
  const drawn = layers.size ? atlas.data.entites.filter((e) => layers.has(e.couche) && e.geometrie && (!kind || e.geometrie.kind === kind)) : [];
  return [...drawn, ...named].filter(placed);
}

function nearest(feature: Placed, others: readonly Placed[]): { feature: Entite; metres: number } | null {
  const here = boxOf(feature.geometrie);
  const byGap = others.map((other) => ({ other, gap: gapOf(boxOf(other.geometrie), here) })).sort((a, b) => a.gap - b.gap);
  let best: { feature: Entite; metres: number } | null = null;
  for (const { other, gap } of byGap) {
    if (best && gap >= best.metres) break;
    const metres = distanceBetween(feature.geometrie, other.geometrie, best?.metres);
    if (!best || metres < best.metres) best = { feature: other, metres };
  }
  return best;
}
