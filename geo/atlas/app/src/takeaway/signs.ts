// The keys of the legend, ready to be painted on any canvas, with the scale and the north of a map.
import { legendEntries } from "../map/entries";
import { paintKey, paintNorth, paintScale } from "../map/keys";
import type { Frame } from "../map/pass";
import { perimeterKeys } from "../perimeter/taken";
import { themeKeys } from "../theme";
import type { App } from "../ui/app";

export interface Key {
  readonly id: string;
  readonly text: string;
  readonly group: string; // title under which it stands
  readonly size?: readonly [width: number, height: number]; // in pixels of the map, at whose scale it is painted, words and all
  paint(ctx: CanvasRenderingContext2D, width: number, height: number): void;
}

export function keysOf({ atlas, store }: App, paper: boolean): Key[] {
  const { view } = store;
  const dark = view.dark && !paper;
  const layers = legendEntries(atlas, view, store.select).flatMap(({ title, entries }) => entries.map(({ key, text }): Key => ({
    id: typeof key === "string" ? key : key.id, text, group: title,
    paint: (ctx, width, height) => paintKey(ctx, key, 0, 0, width, height, dark),
  })));
  return [...themeKeys(view, atlas, dark), ...perimeterKeys(view, dark), ...layers];
}

const INSET = 12; // of the scale and the north, from the corner of the map
const NORTH = 40;

// What stands on the map of a sheet, in its corners: the scale and the north, on a ground of their own.
export function marginsOf(ctx: CanvasRenderingContext2D, frame: Frame, unit: number): void {
  const [width, height] = [frame.width / unit, frame.height / unit];
  ctx.save();
  ctx.scale(unit, unit);
  paintScale(ctx, { ...frame, width, height, scale: frame.scale / unit, left: frame.left / unit, top: frame.top / unit }, INSET, height - INSET);
  paintNorth(ctx, width - INSET - NORTH / 2, INSET + NORTH * 0.6, NORTH);
  ctx.restore();
}
