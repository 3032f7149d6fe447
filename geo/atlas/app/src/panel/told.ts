// The key figures of a territory: one list for the panel, for paper and for presentations.
import type { Atlas } from "../model/atlas";
import type { Axe, Stat } from "../model/data";

export interface Told { layer: string; measure: string; label: string; stat: Stat }

interface Wanted { layer: string; measure: string; one: string; many: string }

function wanted(layer: string, measure: string, many: string, one = many): Wanted {
  return { layer, measure, one, many };
}

// What is told first, in the order in which it matters.
function list(atlas: Atlas): Wanted[] {
  const too = atlas.data.entites.some((e) => e.couche === "cites" && e.inventaire) ? " (inventaire compris)" : "";
  return [
    wanted("toutes", "nombre_localise", "lieux sur la carte", "lieu sur la carte"),
    wanted("cites", "nombre_localise", `cités minières${too}`, `cité minière${too}`),
    wanted("cites", "area_ha", `surface des cités${too}`),
    wanted("sante", "lits", "lits d’hôpital cités par le bilan", "lit d’hôpital cité par le bilan"),
    wanted("friches", "nombre_localise", "friches localisées", "friche localisée"),
    wanted("cyclable", "length_km", "itinéraires cyclables (tracé indicatif)"),
    wanted("cites", "part_velo_500m", "cités à 500\u00a0m au plus d’un itinéraire cyclable"),
    wanted("friches", "area_ha", "friches, surface"),
    wanted("cites", "logements", "logements de cités, là où le bilan les dit"),
    wanted("cites", "distance_mediane_hopital_km", "distance médiane d’une cité à l’hôpital"),
  ];
}

// Those of all that a territory has, or of one axis: then its amount and its places come first.
export function toldOf(territory: string, atlas: Atlas, axis?: Axe): Told[] {
  const all = list(atlas);
  const own = axis ? [
    wanted(`axe-${axis.id}`, "montant_eur", territory ? `attribués au territoire, axe ${axis.id}` : `cités par le bilan, axe ${axis.id}`),
    { ...all[0]!, layer: `axe-${axis.id}` },
    ...all.filter(({ layer }) => atlas.layers.get(layer)?.axe === axis.id),
  ] : all;
  return own.flatMap(({ layer, measure, one, many }): Told[] => {
    const stat = atlas.stat(territory, layer, measure);
    const nothing = /^0(,0+)?$/.test(stat?.[1] ?? "0"); // a border that is only touched
    return stat && !nothing ? [{ layer, measure, stat, label: stat[0] < 2 ? one : many }] : [];
  });
}

// The first of each subject, then the others.
export function spread(told: readonly Told[]): Told[] {
  const first = told.filter((one, i) => told.findIndex(({ layer }) => layer === one.layer) === i);
  return [...first, ...told.filter((one) => !first.includes(one))];
}
