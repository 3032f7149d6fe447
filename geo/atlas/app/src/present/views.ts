// The views of a meeting, in order: each territory, each axis, or one's own.
import type { Atlas } from "../model/atlas";
import { writeAddress } from "../state/address";
import type { View } from "../state/view";
import { axisTitle } from "../takeaway/content";
import { keyOf, levelsOf, preferred, themeTitle } from "../theme";
import { keep, recall } from "../ui/settings";

// A view is an address. Its own camera was chosen on a map of a size: on another one as much is shown.
export interface Shot { readonly nom: string; readonly adresse: string; readonly taille?: readonly [width: number, height: number] }

export type SetId = "territoires" | "axes" | "taux" | "miennes";

export const SET_TITLES: Record<SetId, string> = { territoires: "Chaque territoire", axes: "Chaque axe", taux: "Chaque taux", miennes: "Mes vues" };

const FORMAT = "erbm-atlas-vues";
const MOST = 200;
const LONGEST = 120; // characters of a name
const HEAVIEST = 20_000; // characters of an address

// The territory of the page, then each one in it.
export function territoryShots(view: View, atlas: Atlas): Shot[] {
  const { epci, communes, territoire } = atlas.data;
  const codes = territoire || epci.length < 2 ? communes.map((c) => c.insee) : epci.map((e) => e.siren);
  return [territoire, ...codes].map((territory) => shot(atlas.place(territory).nom, { ...plain(view), territory }, atlas));
}

// The layers of one axis after another, for the current territory.
export function axisShots(view: View, atlas: Atlas): Shot[] {
  return atlas.data.axes.flatMap((axis) => {
    const own = atlas.data.couches.filter((c) => c.axe === axis.id && !c.inventaire).map((c) => c.id);
    return own.length ? [shot(axisTitle(axis), { ...plain(view), theme: "", layers: new Set(own) }, atlas)] : [];
  });
}

// A rate of each subject, by EPCI where it is known by EPCI, for the current territory.
export function rateShots(view: View, atlas: Atlas): Shot[] {
  const rates = atlas.data.themes.liste.filter((t) => t.sorte === "taux");
  return [...new Set(rates.map((t) => t.groupe))].filter((group) => !atlas.layers.get(group)?.inventaire).map((group) => {
    const theme = preferred(rates.filter((t) => t.groupe === group))!;
    const seen = { ...plain(view), theme: keyOf(theme, levelsOf(theme)[0]!, false) };
    return shot(themeTitle(seen, atlas), seen, atlas);
  });
}

function plain(view: View): View {
  return { ...view, selection: "", camera: null, perimeter: null, dock: "", other: "", before: "" };
}

export function shot(nom: string, view: View, atlas: Atlas, taille?: readonly [number, number]): Shot {
  const adresse = writeAddress(view, atlas);
  return taille ? { nom, adresse, taille } : { nom, adresse };
}

// Each page keeps its own: the codes and layers of another may not be there.
function placeOf(atlas: Atlas): string {
  return `vues:${atlas.data.territoire || "bassin"}:${atlas.data.titre}`;
}

export function recallShots(atlas: Atlas): Shot[] {
  return readShots(recall(placeOf(atlas)) ?? "") ?? [];
}

export function keepShots(shots: readonly Shot[], atlas: Atlas): boolean {
  return keep(placeOf(atlas), writeShots(shots, atlas));
}

// Views as a file, so that they can be sent.
export function writeShots(shots: readonly Shot[], atlas: Atlas): string {
  return JSON.stringify({ format: FORMAT, version: 1, page: atlas.data.titre, vues: shots }, null, 1);
}

// The views of a file; nothing if it is not one of ours.
export function readShots(text: string): Shot[] | null {
  let told: unknown;
  try {
    told = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(told) || told["format"] !== FORMAT || !Array.isArray(told["vues"])) return null;
  return (told["vues"] as unknown[]).flatMap(readShot).slice(0, MOST);
}

function readShot(told: unknown): Shot[] {
  if (!isRecord(told)) return [];
  const { nom, adresse, taille } = told;
  if (typeof nom !== "string" || typeof adresse !== "string" || adresse.length > HEAVIEST) return [];
  const [width, height] = Array.isArray(taille) ? (taille as unknown[]) : [];
  const sized = [width, height].every((side) => typeof side === "number" && side >= 1 && side <= 1e5);
  return [{ nom: named(nom), adresse, ...(sized ? { taille: [width as number, height as number] as const } : {}) }];
}

export function named(nom: string): string {
  return nom.trim().slice(0, LONGEST) || "Vue sans nom";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

// The zoom at which a map of one size shows as much as one of another did.
export function zoomFor(zoom: number, taille: readonly [number, number] | undefined, size: readonly [number, number]): number {
  return taille ? zoom + Math.log2(Math.min(size[0] / taille[0], size[1] / taille[1])) : zoom;
}

// A view moved by one place among the others; the same if it cannot.
export function moved(shots: readonly Shot[], rank: number, by: number): Shot[] {
  const to = rank + by;
  if (to < 0 || to >= shots.length) return [...shots];
  const next = [...shots];
  next.splice(to, 0, ...next.splice(rank, 1));
  return next;
}
