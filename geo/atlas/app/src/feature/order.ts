// Walking through the features in the order of the list, and those seen last.
import type { Entite } from "../model/data";
import { chosen, sorted } from "../panel/sort";
import type { Store } from "../state/store";
import type { App, Command } from "../ui/app";

const KEPT = 8;

const sortings = new WeakMap<readonly Entite[], Map<string, readonly Entite[]>>();
const histories = new WeakMap<Store, string[]>();

interface Part { layer: string; features: readonly Entite[] }

// The parts of the list as it is read: measures, then records, layer by layer, then what covers more
// than the territory.
function partsOf({ atlas, store }: App): Part[] {
  const { view, select } = store;
  const byLayer = new Map<string, Entite[]>(atlas.data.couches.map((c) => [c.id, []]));
  for (const feature of select.shown(view)) byLayer.get(feature.couche)!.push(feature);
  const layers = [...atlas.data.couches].sort((a, b) => Number(a.inventaire) - Number(b.inventaire));
  return [...layers.map((c) => ({ layer: c.id, features: byLayer.get(c.id)! })), { layer: "", features: select.overall(view) }];
}

// A part in the order of the list; sorted once for a territory, its filters and an order.
function ordered({ store }: App, { layer, features }: Part): readonly Entite[] {
  const of = store.select.passing(store.view);
  const known = sortings.get(of) ?? new Map<string, readonly Entite[]>();
  sortings.set(of, known);
  const key = `${chosen.order}:${layer}`;
  const before = known.get(key);
  if (before?.length === features.length && layer) return before;
  const now = sorted(features, chosen.order);
  known.set(key, now);
  return now;
}

// Where the chosen feature stands in the list, from 0, or -1; and how many there are.
export function rankOf(app: App): { rank: number; total: number } {
  const parts = partsOf(app);
  const total = parts.reduce((sum, { features }) => sum + features.length, 0);
  let before = 0;
  for (const part of parts) {
    if (part.features.some((e) => e.id === app.store.view.selection)) {
      return { rank: before + ordered(app, part).findIndex((e) => e.id === app.store.view.selection), total };
    }
    before += part.features.length;
  }
  return { rank: -1, total };
}

// Go to the next feature of the list, or to the one before; past its end, from its start.
export function step(app: App, by: 1 | -1): void {
  const { rank, total } = rankOf(app);
  if (!total) {
    app.say("La liste est vide\u202f: montrez une couche ou changez de territoire.");
    return;
  }
  let at = rank < 0 ? (by > 0 ? 0 : total - 1) : (rank + by + total) % total;
  for (const part of partsOf(app)) {
    if (at < part.features.length) {
      app.go(ordered(app, part)[at]!);
      return;
    }
    at -= part.features.length;
  }
}

// Keep in mind that a feature was seen.
export function remember(store: Store, id: string): void {
  histories.set(store, [id, ...(histories.get(store) ?? []).filter((seen) => seen !== id)].slice(0, KEPT + 1));
}

// The features seen last, the current one left out.
export function recent({ atlas, store }: App): Entite[] {
  const ids = (histories.get(store) ?? []).filter((id) => id !== store.view.selection);
  return ids.slice(0, KEPT).flatMap((id) => atlas.features.get(id) ?? []);
}

export const commands: readonly Command[] = [
  { id: "suivant", label: "Élément suivant de la liste", menu: "", key: "j", run: (app) => step(app, 1) },
  { id: "precedent", label: "Élément précédent de la liste", menu: "", key: "k", run: (app) => step(app, -1) },
];
