// The perimeter on the map.
import { ringsOf } from "../geometry/perimeter";
import { toDegrees } from "../geometry/lambert";
import { palette } from "../map/palette";
import { trace, Z, type Painter } from "../map/pass";
import { worldX, worldY } from "../model/geometry";
import type { Perimeter } from "../state/view";
import { dragged } from "./live";

const STEP_M = 2000; // an edge that is straight in Lambert-93 is drawn by steps no longer than that
export const OUTLINE = { light: "#7a1f6b", dark: "#f0a6e3" }; // of no layer and no axis

const drawn = new WeakMap<Perimeter, Float64Array[]>();

function worldRings(perimeter: Perimeter): Float64Array[] {
  let rings = drawn.get(perimeter);
  if (!rings) drawn.set(perimeter, (rings = ringsOf(perimeter).map(worldRing)));
  return rings;
}

function worldRing(ring: Float64Array): Float64Array {
  const world: number[] = [];
  for (let i = 0; i < ring.length; i += 2) {
    const j = (i + 2) % ring.length;
    const [ax, ay, bx, by] = [ring[i]!, ring[i + 1]!, ring[j]!, ring[j + 1]!];
    const steps = Math.max(1, Math.ceil(Math.hypot(bx - ax, by - ay) / STEP_M));
    for (let step = 0; step < steps; step++) {
      const [lon, lat] = toDegrees([ax + ((bx - ax) * step) / steps, ay + ((by - ay) * step) / steps]);
      world.push(worldX(lon), worldY(lat));
    }
  }
  return Float64Array.from(world);
}

export const painter: Painter = {
  z: Z.perimeter,
  paint({ ctx, frame, view, paper }) {
    const { perimeter } = view;
    if (!perimeter || (dragged() && !paper)) return; // while it moves, handles.ts draws it, and the rest stands still
    const colour = view.dark && !paper ? OUTLINE.dark : OUTLINE.light;
    ctx.beginPath();
    for (const ring of worldRings(perimeter)) trace(ctx, frame, ring, true);
    ctx.globalAlpha = 0.08;
    ctx.fillStyle = colour;
    ctx.fill("evenodd");
    ctx.globalAlpha = 1;
    ctx.lineJoin = "round";
    ctx.strokeStyle = palette(view.dark && !paper).halo;
    ctx.lineWidth = 6;
    ctx.stroke();
    ctx.strokeStyle = colour;
    ctx.lineWidth = 2.5;
    ctx.setLineDash([9, 4]);
    ctx.stroke();
  },
};
