// The parts of the application, each from its own folder: what they draw, what they let the reader do,
// what stands on the right of the map, what lies over it.
import type { ComponentType } from "preact";
import { CompareDock, commands as compare } from "../compare";
import { GroundPicker, Swipe } from "../grounds";
import { commands as feature } from "../feature";
import { features, ground, names } from "../map/painters";
import { commands as perimeter, painter as perimeterPainter, PerimeterDock, PerimeterDrop } from "../perimeter";
import type { Painter } from "../map/pass";
import { commands as present, PresentBar } from "../present";
import { commands as search } from "../search";
import { commands as takeaway, Printing, TableDock } from "../takeaway";
import { painters as theme } from "../theme";
import { commands as tools, painters as toolPainters, ToolBar } from "../tools";
import { commands as tour, Tour } from "../tour";
import type { Command } from "../ui/app";
import { commands as shell } from "./commands";
import type { View } from "../state/view";

export const painters: readonly Painter[] = [...ground, ...features, ...names, ...theme, perimeterPainter, ...toolPainters];

export const commands: readonly Command[] = [...perimeter, ...tools, ...compare, ...present, ...takeaway, ...shell, ...search, ...feature, ...tour];

export const docks: Record<Exclude<View["dock"], "">, ComponentType> = {
  perimetre: PerimeterDock, comparer: CompareDock, tableau: TableDock,
};

export const overlays: readonly ComponentType[] = [GroundPicker, Swipe, ToolBar, PerimeterDrop, PresentBar, Printing, Tour];
