// The key figures of a territory: one list for the panel, for paper and for presentations.
import type { Atlas } from "../model/atlas";
import type { Axe, Premier, Stat } from "../model/data";

export interface Told { layer: string; measure: string; label: string; stat: Stat }

// Those of all that a territory has, or of one axis: then its amount and its places come first.
export function toldOf(territory: string, atlas: Atlas, axis?: Axe): Told[] {
  const own = axis ? ofAxis(territory, atlas, axis) : atlas.data.premiers;
  return own.flatMap(({ couche: layer, mesure: measure, un, plusieurs }): Told[] => {
    const stat = atlas.stat(territory, layer, measure);
    const nothing = /^0(,0+)?$/.test(stat?.[1] ?? "0"); // a border that is only touched
    return stat && !nothing ? [{ layer, measure, stat, label: stat[0] < 2 ? un : plusieurs }] : [];
  });
}

function ofAxis(territory: string, atlas: Atlas, axis: Axe): Premier[] {
  const couche = `axe-${axis.id}`;
  const amount = territory ? `attribués au territoire, axe ${axis.id}` : `cités par le bilan, axe ${axis.id}`;
  return [
    { couche, mesure: "montant_eur", un: amount, plusieurs: amount },
    ...atlas.data.premiers.filter((one) => one.couche === "toutes").map((one) => ({ ...one, couche })),
    ...atlas.data.premiers.filter((one) => atlas.layers.get(one.couche)?.axe === axis.id),
  ];
}

// The first of each subject, then the others.
export function spread(told: readonly Told[]): Told[] {
  const first = told.filter((one, i) => told.findIndex(({ layer }) => layer === one.layer) === i);
  return [...first, ...told.filter((one) => !first.includes(one))];
}
