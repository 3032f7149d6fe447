// One drawing of the map: on the screen, for a picture, for paper. All that is drawn goes through it.
import type { Atlas } from "../model/atlas";
import type { Entite, Position } from "../model/data";
import { worldX, worldY } from "../model/geometry";
import type { Selectors } from "../state/select";
import type { View } from "../state/view";

// What part of the world stands where: sizes in CSS pixels.
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly zoom: number;
  readonly scale: number; // pixels that the whole world takes: 256 * 2^zoom
  readonly left: number; // of the frame's corner, in pixels from the world's
  readonly top: number;
  readonly inset?: Point; // how much of it, on each side, lies out of sight until the map is dragged
}

export interface Point { x: number; y: number }
export interface Rect { x: number; y: number; w: number; h: number }

export interface Pass {
  readonly ctx: CanvasRenderingContext2D; // in CSS pixels of the frame
  readonly frame: Frame;
  readonly paper: boolean; // a picture or a print, not the screen: always in light colours
  readonly grounded: boolean; // a base map lies under the drawing
  readonly reach: number; // pixels around the pointer that answer to it
  readonly atlas: Atlas;
  readonly view: View;
  readonly select: Selectors;
  readonly shown: readonly Entite[];
  readonly taken: Rect[]; // where names and symbols stand already
}

// A painter draws one kind of thing. Those of a low `z` are drawn first, under the others.
export interface Painter {
  readonly z: number;
  layout?(pass: Pass): void; // before anything is drawn, in the order of `z` too: take room in `taken`
  paint(pass: Pass): void;
  pick?(pass: Omit<Pass, "ctx">, at: Point): Hit | readonly Hit[] | null; // what is under the pointer, the nearest first
}

export interface Hit { feature?: Entite; commune?: string; text: string; detail: string; at: Position }

export const Z = {
  ground: 0, theme: 10, mask: 20, communes: 30, surfaces: 40, limits: 50, extents: 60, lines: 70, swarm: 80, chosen: 90,
  circles: 95, perimeter: 100, symbols: 110, names: 120, tools: 130,
} as const;

export function place(frame: Frame, [lon, lat]: Position): Point {
  return { x: worldX(lon) * frame.scale - frame.left, y: worldY(lat) * frame.scale - frame.top };
}

// Add the runs of a geometry to the path, from their fractions of the world; what is out of the
// frame by more than a margin is left out, and vertices nearer than `least` pixels are skipped.
export function trace(ctx: CanvasRenderingContext2D | Path2D, frame: Frame, part: Float64Array, closed: boolean, least = 0.5): void {
  const { scale, left, top } = frame;
  let [px, py] = [part[0]! * scale - left, part[1]! * scale - top];
  ctx.moveTo(px, py);
  for (let i = 2; i < part.length; i += 2) {
    const x = part[i]! * scale - left;
    const y = part[i + 1]! * scale - top;
    if (Math.abs(x - px) < least && Math.abs(y - py) < least && i < part.length - 2) continue;
    ctx.lineTo(x, y);
    [px, py] = [x, y];
  }
  if (closed) ctx.closePath();
}

// What of the world stands at a point of the frame.
export function positionIn({ scale, left, top }: Frame, { x, y }: Point): Position {
  const lat = 2 * Math.atan(Math.exp(Math.PI * (1 - (2 * (y + top)) / scale))) - Math.PI / 2;
  return [((x + left) / scale - 0.5) * 360, (lat * 180) / Math.PI];
}

// A feature under the pointer, with what is told of it at once.
export function hitOf(atlas: Atlas, feature: Entite, at: Position): Hit {
  const layer = atlas.layer(feature);
  const guessed = feature.geometrie?.kind === "line" && feature.precision !== "exacte";
  return { feature, text: feature.nom, detail: (guessed && atlas.data.precisions[feature.precision]) || layer.titre, at };
}
