// What a legend has to say of a view: the layers that are shown, by axis, then what all share.
import type { Atlas } from "../model/atlas";
import type { Couche, Entite } from "../model/data";
import type { Selectors } from "../state/select";
import type { View } from "../state/view";
import { layersOf } from "../theme/values";

// What is drawn that is no layer: how well a place is known, records, hatched territories, borders.
export type Mark = "exacte" | "commune" | "indicative" | "releve" | "territoire" | "ecart" | "epci" | "limite";
export interface Entry { key: Couche | Mark; text: string }
export interface Group { title: string; colour: string; entries: Entry[] } // `colour` "" for that of the text

const WORDS: Record<Mark, string> = {
  exacte: "position exacte ou à l’adresse",
  commune: "située à la commune",
  indicative: "position ou tracé indicatif",
  releve: "élément d’un inventaire",
  territoire: "mesure de territoire",
  ecart: "symbole écarté, relié à son lieu",
  epci: "limite d’EPCI",
  limite: "limite de commune",
};

export function legendEntries(atlas: Atlas, view: View, select: Selectors): Group[] {
  const placed = select.drawn(view).filter((e) => e.geometrie !== null);
  const present = new Set(placed.map((e) => e.couche));
  const groups = atlas.data.axes.map(({ id, court, texte }): Group => {
    const layers = atlas.data.couches.filter((c) => c.axe === id && present.has(c.id));
    const ordered = [...layers.filter((c) => !c.inventaire), ...layers.filter((c) => c.inventaire)];
    return { title: court, colour: texte, entries: ordered.map((layer) => ({ key: layer, text: layer.titre })) };
  });
  const marks = [...marksOf(atlas, view, placed, select.onlyMeasures(view)), "epci", "limite"] as const;
  return [...groups.filter((g) => g.entries.length), { title: "Lecture", colour: "", entries: marks.map((key) => ({ key, text: WORDS[key] })) }];
}

function marksOf(atlas: Atlas, view: View, placed: readonly Entite[], onlyMeasures: boolean): Mark[] {
  const own = placed.filter((e) => !e.inventaire);
  const known = new Set(own.map((e) => (e.precision === "adresse" ? "exacte" : e.precision)));
  const chosen = atlas.features.get(view.selection);
  const marks: Mark[] = (["exacte", "commune", "indicative"] as const).filter((mark) => known.has(mark));
  if (own.some((e) => e.geometrie!.kind !== "line")) marks.push("ecart");
  if (placed.length > own.length) marks.push("releve");
  if (chosen ? chosen.geometrie === null : onlyMeasures) marks.push("territoire");
  return marks;
}

// The documents of the layers that are shown, or that a theme tells of, and those of no layer: borders, figures.
export function legendSources(atlas: Atlas, view: View): string[] {
  const of = (layers: readonly Couche[]): Set<string> => new Set(layers.flatMap((c) => c.sources));
  const [all, shown] = [of(atlas.data.couches), of(layersOf(view, atlas))];
  return atlas.data.sources_courtes.filter((source) => shown.has(source) || !all.has(source));
}
