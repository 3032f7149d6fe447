// The words around a map that is taken away.
import { activeOf } from "../filters/facets";
import { perimeterText } from "../perimeter/taken";
import { themeNotes, themeTitle, withFeatures } from "../theme";
import type { App } from "../ui/app";
import { capital, lowered, sourcesOf, today, whatOf } from "./content";
import type { View } from "../state/view";
import type { Under } from "./mapframe";
import { keysOf, type Key } from "./signs";

export interface Words {
  readonly title: string;
  readonly under: readonly string[]; // what it shows, when, through which filters
  readonly keys: readonly Key[];
  readonly notes: readonly string[]; // sources, dates
}

// `under` is what stands under the map; `left` says that its base map could not be taken along.
export function describe(app: App, under: Under, left = false): Words {
  const { atlas, store } = app;
  const { view } = store;
  const grounded = under.length ? view : { ...view, ground: "", before: "" };
  const place = atlas.place(view.territory);
  const theme = themeTitle(view, atlas);
  const filters = theme && !withFeatures(view) ? [] : activeOf(atlas, view.filters).map((f) => f.text); // a theme is of all
  const chosen = atlas.features.get(view.selection);
  const layers = theme && !withFeatures(view) ? "" : whatOf({ ...view, theme: "" }, atlas);
  const what = [chosen && chosen.nom, layers, `faits ${atlas.data.etat}`].filter(Boolean).join(", ");
  const told = [
    `${capital(what)}${place.contexte ? `. ${place.contexte}` : ""}`, perimeterText(view, atlas, true), filters.length ? `Filtres\u00a0: ${filters.join("\u00a0; ")}` : "",
    swipeText(atlas, grounded),
  ];
  return {
    title: theme ? `${place.nom}\u00a0: ${lowered(theme)}` : place.nom,
    under: told.filter(Boolean),
    keys: keysOf(app, true),
    notes: [
      ...(theme ? [themeNotes(view, atlas).join(" ")] : []),
      `Sources\u00a0: ${sourcesOf(grounded, atlas, true).join(" ")}`,
      `Carte faite le ${today()} avec l’atlas de l’Engagement pour le renouveau du Bassin minier, page du ${atlas.data.date}. Lambert-93 pour les calculs, Web Mercator pour le dessin, nord en haut.`,
      ...(left ? ["Fond de carte non repris\u00a0: son serveur ne laisse pas copier ses images."] : []),
    ],
  };
}

function swipeText({ data: { fonds } }: App["atlas"], { ground, before }: View): string {
  const [left, right] = [before, ground].map((id) => fonds.find((f) => f.id === id));
  return left && right ? `À gauche, ${left.groupe.toLowerCase()}, ${left.nom}\u202f; à droite, ${right.groupe.toLowerCase()}, ${right.nom}` : "";
}
