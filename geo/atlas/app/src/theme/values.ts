// What a thematic view shows of each territory: values of the statistics, and their rates.
import type { Atlas } from "../model/atlas";
import type { Couche, Niveau, Partition, Stat, Theme } from "../model/data";
import type { View } from "../state/view";
import { number } from "../ui/text";

export interface Shown { theme: Theme; by: Partition; level: Niveau }

export interface Value {
  code: string;
  name: string;
  rank: string; // as in `Niveau.rangs`
  value: number | null; // null where nothing is known
  written: string; // without its unit
  stat?: Stat; // what it is made of
}

export type Size = readonly [population: number, km2: number];

const LEVELS: readonly Partition[] = ["epci", "commune"];
const WITH = ":avec"; // at the end of a view's theme: features are drawn over it

// The thematic view that a view asks for, if the page has it.
export function shownTheme(view: View, atlas: Atlas): Shown | null {
  const [id, by] = view.theme.split(":");
  const theme = id ? atlas.data.themes.liste.find((t) => t.id === id) : undefined;
  if (!theme) return null;
  const partition = LEVELS.find((p) => p === by && theme.niveaux[p]) ?? levelsOf(theme)[0]!;
  return { theme, by: partition, level: theme.niveaux[partition]! };
}

export function levelsOf(theme: Theme): Partition[] {
  return LEVELS.filter((by) => theme.niveaux[by]);
}

// How a view names a theme.
export function keyOf(theme: Theme, by: Partition, features: boolean): string {
  return `${theme.id}:${by}${features ? WITH : ""}`;
}

// A rate says more of territories of different sizes: the first that there is, by km² where things cover ground.
export function preferred(themes: readonly Theme[]): Theme | undefined {
  return themes.find((t) => t.par === "km2" && t.mesure !== "montant_eur") ?? themes.find((t) => t.sorte === "taux") ?? themes[0];
}

// The title of the thematic view that a view asks for: of what, which measure.
export function themeTitle(view: View, atlas: Atlas): string {
  const shown = shownTheme(view, atlas);
  return shown ? `${shown.theme.sujet}, ${lower(shown.theme.titre)}` : "";
}

export function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

export function withFeatures(view: View): boolean {
  return view.theme.endsWith(WITH);
}

// The layers that a map shows: those that are chosen, those that its theme tells of.
export function layersOf(view: View, atlas: Atlas): Couche[] {
  const shown = shownTheme(view, atlas);
  const drawn = !shown || withFeatures(view);
  return atlas.data.couches.filter(({ id, axe }) => (drawn && view.layers.has(id)) || id === shown?.theme.groupe || `axe-${axe}` === shown?.theme.groupe);
}

export function codesOf(atlas: Atlas, by: Partition): string[] {
  return by === "epci" ? atlas.data.epci.map((e) => e.siren) : atlas.data.communes.map((c) => c.insee);
}

const values = new WeakMap<Niveau, Value[]>();

// The value of each territory of a theme, in the order of the page.
export function valuesOf({ theme, by, level }: Shown, atlas: Atlas): Value[] {
  let known = values.get(level);
  if (!known) {
    known = codesOf(atlas, by).map((code, n) => valueOf(theme, code, level.rangs[n] ?? "-", atlas));
    values.set(level, known);
  }
  return known;
}

function valueOf(theme: Theme, code: string, rank: string, atlas: Atlas): Value {
  const name = atlas.place(code).court;
  if (rank === "-") return { code, name, rank, value: null, written: "pas de donnée" };
  const stat = themeStat(theme, code, atlas);
  return stat ? { code, name, rank, value: stat[0], written: stat[1], stat } : { code, name, rank, value: 0, written: "0" };
}

// What a theme tells of a territory, the basin too.
export function themeStat(theme: Theme, code: string, atlas: Atlas): Stat | undefined {
  const stat = atlas.stat(code, theme.groupe, theme.mesure);
  return stat && theme.par ? rate(stat, theme.par, sizeOf(atlas, code)) : stat;
}

// Inhabitants and km² of a territory of the page, or of an EPCI of another.
export function sizeOf(atlas: Atlas, code: string): Size {
  const { tailles, km2 } = atlas.data.themes;
  const at = rankOfCommune(atlas, code);
  if (at >= 0) return [atlas.data.communes[at]!.population, km2[at] ?? 0];
  return tailles[code || "total"] ?? [0, 0];
}

const ranks = new WeakMap<Atlas, Map<string, number>>();

export function rankOfCommune(atlas: Atlas, insee: string): number {
  let known = ranks.get(atlas);
  if (!known) {
    known = new Map(atlas.data.communes.map((c, n) => [c.insee, n]));
    ranks.set(atlas, known);
  }
  return known.get(insee) ?? -1;
}

const DIVISIONS = {
  hab: { factor: 1000, rank: 0, unit: "pour 1\u202f000\u00a0habitants", of: (n: number) => `${number(n)}\u00a0habitants` },
  eur_hab: { factor: 1, rank: 0, unit: "par habitant", of: (n: number) => `${number(n)}\u00a0habitants` },
  km2: { factor: 1, rank: 1, unit: "par km²", of: (n: number) => `${number(n, n < 100 ? 2 : 1)}\u202fkm²` },
} as const;

// A statistic for 1,000 inhabitants, for one, or for a km², with the qualifier and the origin that it has.
export function rate(stat: Stat, per: Exclude<Theme["par"], "">, size: Size): Stat {
  const [value, whole, unit, origin, note] = stat;
  const { factor, rank, unit: told, of } = DIVISIONS[per];
  const found = (value * factor) / size[rank];
  const qualifier = /^\D*/.exec(whole)![0].replace("−", "");
  const euros = whole.includes("€");
  const made = `Soit ${[whole, unit].filter(Boolean).join("\u202f")} rapporté à ${of(size[rank])}.`;
  const exact = qualifier ? Number(found.toPrecision(3)) : found;
  return [found, qualifier + written(exact) + (euros ? "\u202f€" : ""), [unit, told].filter(Boolean).join("\u00a0"), origin, [made, note].filter(Boolean).join(" "), ""];
}

// A number with three significant digits at least, as geo.text writes it, two where it is small.
export function written(value: number): string {
  const size = Math.abs(value);
  if (Number.isInteger(value) || size >= 1000) return number(value);
  return number(value, size >= 10 ? 1 : size >= 0.1 ? 2 : Math.min(6, 1 - Math.floor(Math.log10(size))));
}
