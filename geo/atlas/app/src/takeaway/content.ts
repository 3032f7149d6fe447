// What stands around a map that leaves the page, or that is shown in a meeting: what, where, when, its key
// figures, its sources.
import { legendSources } from "../map/entries";
import type { Atlas } from "../model/atlas";
import type { Axe, Couche } from "../model/data";
import { spread, toldOf } from "../panel/told";
import type { View } from "../state/view";
import { layersOf, shownTheme, themeStat, themeTitle, withFeatures } from "../theme";

export interface KeyFigure { text: string; unit: string; label: string; source: string }

const FEW = 3; // layers that a title names one by one
const MOST = 3; // key figures

// What a map shows, in words: its theme, its layers, or their axis.
export function whatOf(view: View, atlas: Atlas): string {
  const theme = themeTitle(view, atlas);
  if (theme && !withFeatures(view)) return theme;
  const layers = atlas.data.couches.filter((c) => view.layers.has(c.id));
  return [theme, layersText(layers, atlas)].filter(Boolean).join("\u202f; ");
}

function layersText(layers: readonly Couche[], atlas: Atlas): string {
  if (!layers.length) return "Territoires et communes";
  if (layers.length <= FEW) return layers.map((c) => c.titre).join(", ");
  const axis = axisAmong(layers, atlas);
  return axis ? axisTitle(axis) : "Couches de l’Engagement et des inventaires";
}

export function axisTitle({ id, titre }: Axe): string {
  return id ? `Axe\u00a0${id}. ${titre}` : titre;
}

// The axis that all the layers shown are of, if they are of one.
export function axisOf(view: View, atlas: Atlas): Axe | undefined {
  return axisAmong(layersOf(view, atlas), atlas);
}

function axisAmong(layers: readonly Couche[], atlas: Atlas): Axe | undefined {
  const ids = new Set(layers.map((c) => c.axe));
  return ids.size === 1 ? atlas.data.axes.find((axis) => ids.has(axis.id)) : undefined;
}

// The two or three figures that are said first: of the theme, of the axis if there is one, of the territory.
export function keyFigures(view: View, atlas: Atlas): KeyFigure[] {
  const axis = axisOf(view, atlas);
  const theme = shownTheme(view, atlas)?.theme;
  const rate = theme && themeStat(theme, view.territory, atlas);
  const told = view.territory ? [] : atlas.data.cles.flatMap(({ chiffre, court }): KeyFigure[] => {
    const figure = atlas.figures.get(chiffre);
    return figure && (!axis || figure.axe === axis.id) ? [{ text: figure.texte, unit: "", label: court, source: figure.source }] : [];
  });
  const counted = spread(toldOf(view.territory, atlas, axis))
    .filter(({ layer, measure }) => !theme || layer !== theme.groupe || measure !== theme.mesure)
    .map(({ stat, label }): KeyFigure => ({ text: stat[1], unit: stat[2], label, source: "" }));
  return [...(rate ? [{ text: rate[1], unit: rate[2], label: lowered(themeTitle(view, atlas)), source: "" }] : []), ...told, ...counted].slice(0, MOST);
}

// The sources of what is shown and of the borders, with vintage; on paper with their licence too.
export function sourcesOf(view: View, atlas: Atlas, paper: boolean): string[] {
  const { sources, sources_courtes: short, fonds } = atlas.data;
  const shown = new Set(legendSources(atlas, view));
  const found = short.flatMap((name, i) => {
    if (!shown.has(name)) return [];
    const long = sources[i];
    return [paper && long ? `${name}\u00a0: ${long.details.replace(/\s*Millésime [^.]*(\.\d+)*\.?\s*$/u, "")}` : name];
  });
  const grounds = fonds.filter((f) => view.ground && (f.id === view.ground || f.id === view.before));
  return [...found, ...grounds.map((f) => `Fond\u00a0: ${f.nom}, ${f.attribution}`)];
}

// Today, as "22 novembre 2026".
export function today(): string {
  return new Intl.DateTimeFormat("fr-FR", { day: "numeric", month: "long", year: "numeric" }).format(new Date());
}

// The name of a file: the territory, what it is, the day.
export function fileTitle(view: View, atlas: Atlas, kind = ""): string {
  const day = new Date();
  const iso = [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((n) => String(n).padStart(2, "0")).join("-");
  return [atlas.place(view.territory).nom, kind, iso].filter(Boolean).join(" ");
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function lowered(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
