// A perimeter that the reader draws, and what is in it.
import type { Command } from "../ui/app";
import { askCircle } from "./Start";
import { PolygonTool } from "./tools";
import { askFile } from "./upload";

export { PerimeterDock } from "./Dock";
export { painter } from "./painter";
export { perimeterKeys, perimeterText } from "./taken";
export { PerimeterDrop } from "./upload";

export const commands: Command[] = [
  { id: "perimetre", label: "Dessiner un périmètre", menu: "outils", key: "p", run: (app) => new PolygonTool(app).start() },
  { id: "cercle", label: "Cercle d’un rayon donné", menu: "outils", run: askCircle },
  { id: "ouvrir-perimetre", label: "Ouvrir un périmètre (GeoJSON, KML)", menu: "outils", run: askFile },
];
