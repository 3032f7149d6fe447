// What the reader takes away: a picture, a page of paper, lists, a link.
import type { App, Command } from "../ui/app";
import { fileTitle } from "./content";
import { CSV_EXCEL, downloadCsv, downloadGeoJson } from "./files";
import { copyLink } from "./link";
import { PaperSizes } from "./PaperSizes";
import { PictureSizes } from "./PictureSizes";
import { geoFeatures, HEADER, rows } from "./table";
import { plural } from "../ui/text";

export { ListActions } from "./ListActions";
export { Printing } from "./print";
export { TableDock } from "./TableDock";

function all({ store, atlas, say }: App, write: (name: string, items: ReturnType<typeof store.select.shown>) => void): void {
  const items = store.select.shown(store.view);
  if (items.length) write(fileTitle(store.view, atlas, "éléments"), items);
  say(items.length ? `${plural(items.length, "élément")} dans le fichier.` : "Aucun élément n’est montré\u00a0: il n’y a rien à enregistrer.");
}

export const commands: Command[] = [
  {
    id: "tableau", label: "Tableau des éléments", menu: "outils", key: "t",
    run: ({ store }) => store.set({ dock: store.view.dock === "tableau" ? "" : "tableau", selection: "" }),
  },
  { id: "lien", label: "Copier le lien de cette vue", menu: "emporter", run: copyLink },
  {
    id: "image", label: "Image de la carte (PNG)", menu: "emporter",
    run: ({ ask }) => ask({ title: "Image de la carte", sub: "Avec titre, légende, échelle, nord, sources et date", body: <PictureSizes /> }),
  },
  {
    id: "imprimer", label: "Imprimer (A4 ou A3)", menu: "emporter",
    run: ({ ask }) => ask({ title: "Imprimer", sub: "Une page, avec chiffres clés, légende, échelle, nord, sources et date", body: <PaperSizes /> }),
  },
  {
    id: "csv", label: "Éléments montrés, en CSV pour tableur", menu: "emporter",
    run: (app) => all(app, (name, items) => downloadCsv(name, HEADER, rows(items, app.atlas), CSV_EXCEL)),
  },
  {
    id: "geojson", label: "Éléments montrés, en GeoJSON", menu: "emporter",
    run: (app) => all(app, (name, items) => downloadGeoJson(name, geoFeatures(items, app.atlas))),
  },
];
