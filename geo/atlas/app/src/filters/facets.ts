// What each choice of a filter would leave, given the other filters: counts, and the kinds that a page has.
import type { Atlas } from "../model/atlas";
import type { Entite } from "../model/data";
import { tester, yearsOf } from "../state/select";
import { KINDS_OF_FILTER, NO_FILTER, type Filters } from "../state/view";
import { euros } from "../ui/text";

export type ListKind = "statuts" | "financeurs" | "bailleurs" | "unesco" | "precisions";
export interface Choice { value: string; label: string }

export const FIRST_YEAR = 2017; // of the Engagement
export const LAST_YEAR = 2026;
export const BANDS: readonly (readonly [from: number | null, to: number | null])[] = [[null, 1e6], [1e6, 1e7], [1e7, 1e8], [1e8, null]];

export const TITLES: Record<keyof Filters, string> = {
  statuts: "Statut", periode: "Période", financeurs: "Financeur", bailleurs: "Bailleur", unesco: "Patrimoine mondial", precisions: "Localisation", euros: "Montant",
};

const VALUES: Record<ListKind, (feature: Entite) => readonly string[]> = {
  statuts: (e) => [e.statut],
  financeurs: (e) => e.financeurs,
  bailleurs: (e) => e.bailleurs,
  unesco: (e) => (e.unesco ? [e.unesco] : []),
  precisions: (e) => [e.precision],
};

// The kinds of filter that part the features of a page: a kind that none of them tells is not offered.
export function kindsOf(atlas: Atlas): (keyof Filters)[] {
  const all = atlas.data.entites;
  return KINDS_OF_FILTER.filter((kind) => {
    if (kind === "periode") return all.some((e) => yearsOf(e));
    if (kind === "euros") return all.some((e) => e.euros !== undefined);
    return new Set(all.map((e) => VALUES[kind](e).join("\n"))).size > 1;
  });
}

// The choices of a kind, in the order in which they are read: that of the data, or the most frequent first.
export function choicesOf(atlas: Atlas, kind: ListKind): Choice[] {
  const counts = tally(atlas.data.entites, kind);
  if (kind === "unesco") return [{ value: "oui", label: "inscrit" }, { value: "non", label: "non inscrit" }];
  if (kind === "statuts") {
    const known = atlas.data.statuts.filter((s) => counts.has(s.id)).map((s) => ({ value: s.id, label: s.texte.toLowerCase() }));
    return counts.has("") ? [...known, { value: "", label: "non précisé" }] : known;
  }
  if (kind === "precisions") return Object.entries(atlas.data.precisions).filter(([id]) => counts.has(id)).map(([value, label]) => ({ value, label }));
  return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0], "fr")).map(([value]) => ({ value, label: value }));
}

// The features that the filters of the other kinds leave.
export function others(features: readonly Entite[], filters: Filters, kind: keyof Filters): readonly Entite[] {
  const test = tester({ ...filters, [kind]: NO_FILTER[kind] });
  return test ? features.filter(test) : features;
}

export function tally(features: readonly Entite[], kind: ListKind): Map<string, number> {
  const counts = new Map<string, number>();
  for (const feature of features) for (const value of VALUES[kind](feature)) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

// How many features a period or a range of euros leaves.
export function leftBy(features: readonly Entite[], patch: Partial<Filters>): number {
  const test = tester({ ...NO_FILTER, ...patch });
  return test ? features.filter(test).length : features.length;
}

// One filter that is set, as it is read on a chip, and the filters without it.
export interface Active { key: string; text: string; without: Filters }

export function activeOf(atlas: Atlas, filters: Filters): Active[] {
  const list = (["statuts", "financeurs", "bailleurs", "precisions"] as const).filter((kind) => filters[kind].length).flatMap((kind) => {
    const labels = new Map(choicesOf(atlas, kind).map((c) => [c.value, c.label]));
    return filters[kind].map((value): Active => ({
      key: `${kind}:${value}`,
      text: `${TITLES[kind]}\u00a0: ${labels.get(value) ?? value}`,
      without: { ...filters, [kind]: filters[kind].filter((v) => v !== value) },
    }));
  });
  const { unesco, periode, euros: amount } = filters;
  if (unesco) list.push({ key: "unesco", text: `${TITLES.unesco}\u00a0: ${unesco === "oui" ? "inscrit" : "non inscrit"}`, without: { ...filters, unesco: "" } });
  if (periode) list.push({ key: "periode", text: `${TITLES.periode}\u00a0: ${periodText(periode)}`, without: { ...filters, periode: null } });
  if (amount) list.push({ key: "euros", text: `${TITLES.euros}\u00a0: ${rangeText(amount)}`, without: { ...filters, euros: null } });
  return list;
}

export function periodText([from, to]: readonly [number, number]): string {
  return from === to ? String(from) : `${from} à ${to}`;
}

export function rangeText([from, to]: readonly [number | null, number | null]): string {
  if (from === null) return to === null ? "tous" : `jusqu’à ${euros(to)}`;
  return to === null ? `à partir de ${euros(from)}` : `de ${euros(from)} à ${euros(to)}`;
}
