// Many shapes as one: their coordinates in one run, with what is needed to draw and to find them fast.
import { worldX, worldY, type Geometry } from "../model/geometry";
import type { Frame } from "./pass";

export interface Batch {
  readonly xy: Float64Array; // fractions of the world
  readonly starts: Uint32Array; // of each part in `xy`, and the end of the last
  readonly owners: Uint32Array; // of each part, the rank of the shape it comes from
  readonly boxes: Float64Array; // of each part: left, top, right, bottom
}

// What of a batch goes into a path.
export interface Part {
  closed?: boolean; // rings
  lit?: Uint8Array; // of each shape, what it is; only those that are `want` are drawn
  want?: number;
}

const MARGIN = 12; // pixels around the frame in which strokes still show
const BUNCH = 200; // parts

// The shapes that there are, in a batch; those that are null take a rank and no room.
export function batch(shapes: readonly (Geometry | null)[]): Batch {
  let [parts, length] = [0, 0];
  for (const shape of shapes) for (const part of shape?.parts ?? []) [parts, length] = [parts + 1, length + part.length];
  const made: Batch = {
    xy: new Float64Array(length), starts: new Uint32Array(parts + 1), owners: new Uint32Array(parts), boxes: new Float64Array(4 * parts),
  };
  let rank = 0;
  shapes.forEach((shape, owner) => {
    shape?.parts.forEach((part, i) => {
      made.owners[rank] = owner;
      const hole = shape.kind === "polygon" && !shape.shells.includes(i);
      add(made, rank, part, shape.kind === "polygon" && turns(part) === hole);
      rank += 1;
    });
  });
  return made;
}

// Put a part in its place. Shells turn one way and holes the other, so that one path can fill them all.
function add({ xy, starts, boxes }: Batch, rank: number, part: Float64Array, reverse: boolean): void {
  const start = starts[rank]!;
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < part.length; i += 2) {
    const from = reverse ? part.length - 2 - i : i;
    const x = worldX(part[from]!);
    const y = worldY(part[from + 1]!);
    xy[start + i] = x;
    xy[start + i + 1] = y;
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
  }
  starts[rank + 1] = start + part.length;
  boxes.set([left, top, right, bottom], 4 * rank);
}

// Whether a ring turns counter-clockwise.
function turns(ring: Float64Array): boolean {
  let area = 0;
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) area += ring[j]! * ring[i + 1]! - ring[i]! * ring[j + 1]!;
  return area > 0;
}

// Put into a new path the parts that are in the frame.
export function trace(ctx: CanvasRenderingContext2D, frame: Frame, shapes: Batch, part: Part): void {
  ctx.beginPath();
  for (const rank of seen(frame, shapes, part)) follow(ctx, frame, shapes, rank, part.closed ?? false);
}

// The same as paths of a bunch of parts each, to be filled and stroked: one long path takes much longer
// to stroke than many short ones.
export function bunches(frame: Frame, shapes: Batch, part: Part): Path2D[] {
  const paths: Path2D[] = [];
  seen(frame, shapes, part).forEach((rank, i) => {
    if (i % BUNCH === 0) paths.push(new Path2D());
    follow(paths.at(-1)!, frame, shapes, rank, part.closed ?? false);
  });
  return paths;
}

// The ranks of the parts that are in the frame, of shapes that are `want`.
function seen({ scale, left, top, width, height }: Frame, { owners, boxes }: Batch, { lit, want = 0 }: Part): number[] {
  const ranks: number[] = [];
  for (let part = 0; part < owners.length; part++) {
    if (lit && lit[owners[part]!] !== want) continue;
    const box = 4 * part;
    if (boxes[box]! * scale - left > width + MARGIN || boxes[box + 2]! * scale - left < -MARGIN) continue;
    if (boxes[box + 1]! * scale - top > height + MARGIN || boxes[box + 3]! * scale - top < -MARGIN) continue;
    ranks.push(part);
  }
  return ranks;
}

// Add a part to a path; vertices nearer than half a pixel to the one before are left out.
function follow(path: CanvasPath, { scale, left, top, width, height }: Frame, { xy, starts }: Batch, part: number, closed: boolean): void {
  const start = starts[part]!;
  const end = starts[part + 1]!;
  let px = xy[start]! * scale - left;
  let py = xy[start + 1]! * scale - top;
  path.moveTo(px, py);
  for (let i = start + 2; i < end; i += 2) {
    const x = xy[i]! * scale - left;
    const y = xy[i + 1]! * scale - top;
    const dx = x - px;
    const dy = y - py;
    if (dx < 0.5 && dx > -0.5 && dy < 0.5 && dy > -0.5 && i < end - 2) continue;
    if (!closed && out(px, py, x, y, width, height)) path.moveTo(x, y);
    else path.lineTo(x, y);
    px = x;
    py = y;
  }
  if (closed) path.closePath();
}

// How many parts are in the frame, counted up to a limit.
export function countIn({ scale, left, top, width, height }: Frame, { owners, boxes }: Batch, limit: number): number {
  let count = 0;
  for (let box = 0; box < 4 * owners.length && count < limit; box += 4) {
    if (boxes[box]! * scale - left > width || boxes[box + 2]! * scale - left < 0) continue;
    if (boxes[box + 1]! * scale - top <= height && boxes[box + 3]! * scale - top >= 0) count += 1;
  }
  return count;
}

// Whether a segment lies wholly on one side of the frame: dashes out of sight cost as much as others.
function out(ax: number, ay: number, bx: number, by: number, width: number, height: number): boolean {
  return (ax < -MARGIN && bx < -MARGIN) || (ay < -MARGIN && by < -MARGIN)
    || (ax > width + MARGIN && bx > width + MARGIN) || (ay > height + MARGIN && by > height + MARGIN);
}
