// The colours of what is drawn, on paper-white or, for a projector in a dark room, on coal. Layers keep
// the colours of their axes, which geo/atlas/payload.py gives; on coal they are lighter.
import type { Couche } from "../model/data";
import type { Pass } from "./pass";

export interface Palette {
  outside: string; // what lies out of the territory
  land: string;
  ink: string; // borders of the EPCI, names
  faint: string; // borders of the communes
  soft: string; // names of less weight
  halo: string; // behind names and symbols
}

export interface Ink { main: string; text: string; mark: string; paper: string }

const LIGHT: Palette = { outside: "#f3efe6", land: "#fffdf9", ink: "#23272d", faint: "#b9b1a2", soft: "#4d5258", halo: "#fffdf9" };
const DARK: Palette = { outside: "#14171b", land: "#23272d", ink: "#f3efe6", faint: "#6d727a", soft: "#cfcabf", halo: "#1b1f24" };
const LIGHTER = 0.42; // share of white in the colour of a layer, on coal

export function palette(dark: boolean): Palette {
  return dark ? DARK : LIGHT;
}

// Whether a drawing is in dark colours: paper never is.
export function isDark({ view, paper }: Pick<Pass, "view" | "paper">): boolean {
  return view.dark && !paper;
}

// The colours of a layer: of its shapes, of its texts, of the pictogram on its shapes, of what is left blank.
export function inkOf({ couleur, texte }: Pick<Couche, "couleur" | "texte">, dark: boolean): Ink {
  if (!dark) return { main: couleur, text: texte, mark: "#ffffff", paper: LIGHT.land };
  return { main: lighter(couleur, LIGHTER), text: lighter(texte, LIGHTER + 0.1), mark: DARK.outside, paper: DARK.land };
}

function lighter(colour: string, share: number): string {
  const parts = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  return parts.some(Number.isNaN) ? colour : `rgb(${parts.map((part) => Math.round(part + (255 - part) * share)).join(" ")})`;
}
