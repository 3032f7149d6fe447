// Measure, coordinates, locate me.
import type { Painter } from "../map/pass";
import type { Command } from "../ui/app";
import { CoordinatesTool } from "./coordinates";
import { draftPainter } from "./draft";
import { herePainter, locate } from "./locate";
import { MeasureTool } from "./measure";

export { ToolBar } from "./ToolBar";

export const commands: Command[] = [
  { id: "mesurer", label: "Mesurer une distance, une surface", menu: "outils", key: "m", run: (app) => new MeasureTool(app).start() },
  { id: "coordonnees", label: "Coordonnées d’un point", menu: "outils", run: (app) => new CoordinatesTool(app).start() },
  { id: "localiser", label: "Me localiser", menu: "outils", run: locate },
];

export const painters: Painter[] = [draftPainter, herePainter];
