// What the legend of a thematic view says, for the screen and for pictures.
import type { Atlas } from "../model/atlas";
import type { View } from "../state/view";
import { plural } from "../ui/text";
import { shownTheme, valuesOf, type Shown } from "./values";

export interface Row { colour: string; hatch: boolean; label: string; count: string }
export interface Circle { radius: number; label: string }
export interface Told {
  subject: string;
  title: string;
  unit: string;
  colour: string;
  rows: Row[];
  circles: Circle[]; // the largest first
  lines: string[]; // method, what is left out
}

const RADIUS = { epci: 36, commune: 18 }; // pixels of the largest circle
const SMALL = 0.6; // of it, on a phone

// Radius of a circle, in pixels: its area is as the value.
export function radius(shown: Shown, value: number): number {
  const most = RADIUS[shown.by] * (window.innerWidth > 720 ? 1 : SMALL);
  return most * Math.sqrt(Math.max(0, value) / shown.level.maximum!);
}

// The colours of the classes, the lowest first; for circles, one.
export function colours({ theme, level }: Shown, atlas: Atlas, dark: boolean): readonly string[] {
  const ramp = atlas.data.themes.rampes[theme.axe]?.[dark ? "sombre" : "clair"] ?? [];
  if (theme.sorte === "taux") return ramp[level.bornes!.length - 1] ?? [];
  return [ramp[4]?.[dark ? 2 : 3] ?? "#5c6168"];
}

// What is drawn where nothing is known.
export function hatching(dark: boolean): string {
  return dark ? "#7d838b" : "#8d877b";
}

export function legendOf(view: View, atlas: Atlas, dark: boolean): Told | null {
  const shown = shownTheme(view, atlas);
  if (!shown) return null;
  const { theme, by, level } = shown;
  const ranks = valuesOf(shown, atlas).map((v) => v.rank);
  const counted = (rank: string): string => {
    const n = ranks.filter((r) => r === rank).length;
    return by === "epci" ? `${n}\u00a0EPCI` : plural(n, "commune");
  };
  const fills = colours(shown, atlas, dark);
  const rows: Row[] = (level.bornes ?? []).map((label, n) => ({ colour: fills[n]!, hatch: false, label, count: counted(String(n + 1)) }));
  if (ranks.includes("0")) rows.unshift({ colour: "", hatch: false, label: level.bornes ? "0" : "0, sans cercle", count: counted("0") });
  if (ranks.includes("-")) rows.push({ colour: "", hatch: true, label: "Pas de donnée", count: counted("-") });
  const circles = (level.reperes ?? []).map(([value, label]) => ({ radius: radius(shown, value), label }));
  const classes = level.bornes?.length ?? 0;
  const method = classes ? `${plural(classes, "classe")}, ${level.methode}${ranks.includes("0") ? "\u202f; les zéros à part" : ""}${atlas.data.territoire ? "\u202f; classes de tout le bassin" : ""}.` : "Surface du cercle proportionnelle à la valeur.";
  return { subject: theme.sujet, title: theme.sorte === "taux" ? `${theme.objet}, en ${theme.unite}` : theme.titre, unit: theme.unite, colour: fills[0]!, rows, circles, lines: [method, level.note].filter(Boolean) };
}
