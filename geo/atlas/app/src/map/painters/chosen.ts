// The chosen feature is outlined in ink, whatever the filters say.
import type { Entite } from "../../model/data";
import { batch, trace, type Batch } from "../batch";
import { paintRecord } from "../look";
import { inkOf, isDark, palette } from "../palette";
import { place, Z, type Frame, type Painter, type Pass } from "../pass";
import { positions } from "../../model/geometry";
import { placedIn } from "./symbols";

const outlines = new WeakMap<Entite, Batch>();

export function outlineOf(feature: Entite): Batch {
  let made = outlines.get(feature);
  if (!made) {
    made = batch([feature.geometrie]);
    outlines.set(feature, made);
  }
  return made;
}

// The shape of a feature in ink.
export function outline(ctx: CanvasRenderingContext2D, frame: Frame, feature: Entite, colour: string, width: number): void {
  trace(ctx, frame, outlineOf(feature), { closed: feature.geometrie!.kind === "polygon" });
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.lineJoin = ctx.lineCap = "round";
  ctx.stroke();
}

function rings({ ctx, frame, atlas }: Pass, feature: Entite, ink: string, dark: boolean): void {
  const layer = atlas.layer(feature);
  for (const part of feature.geometrie!.parts) {
    for (const position of positions(part)) {
      const { x, y } = place(frame, position);
      paintRecord(ctx, layer, x, y, 5, dark);
      ctx.beginPath();
      ctx.arc(x, y, 11, 0, 2 * Math.PI);
      ctx.strokeStyle = ink;
      ctx.lineWidth = 3;
      ctx.stroke();
    }
  }
}

export const chosen: Painter = {
  z: Z.chosen,
  paint(pass) {
    const { ctx, frame, atlas, view } = pass;
    const feature = atlas.features.get(view.selection);
    if (!feature?.geometrie) return;
    const dark = isDark(pass);
    const { ink } = palette(dark);
    const layer = atlas.layer(feature);
    if (feature.geometrie.kind === "polygon") outline(ctx, frame, feature, ink, 3);
    else if (feature.geometrie.kind === "line") {
      outline(ctx, frame, feature, ink, layer.epaisseur + 5);
      outline(ctx, frame, feature, inkOf(layer, dark).main, layer.epaisseur + 1);
    } else if (!placedIn(frame).some((one) => one.feature === feature)) rings(pass, feature, ink, dark);
  },
};
