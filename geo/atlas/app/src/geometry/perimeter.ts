// From the perimeter that a reader chose to the polygons that cut, and what is wrong with it.
import { union, type Geom } from "polyclip-ts";
import type { Position } from "../model/data";
import type { Perimeter } from "../state/view";
import { Edges, ON_BORDER_M } from "./edges";
import { runToMetres, toDegrees, toMetres, type Metres } from "./lambert";
import { boxAround, planarFrom, ringArea, type Planar } from "./planar";

// Sides of the polygon that stands for a circle: its area is less by 5 in 100,000.
export const CIRCLE_SIDES = 360;
const FLAT_M = 0.01;
const LEAST_M2 = 1; // a perimeter smaller than that is a slip of the hand

export type Ready = { readonly planar: Planar; readonly problem: "" } | { readonly planar: null; readonly problem: string };

const known = new WeakMap<Perimeter, Ready>();

export function ready(perimeter: Perimeter): Ready {
  let made = known.get(perimeter);
  if (!made) known.set(perimeter, (made = prepare(perimeter)));
  return made;
}

function prepare(perimeter: Perimeter): Ready {
  const rings = ringsOf(perimeter).map(withoutRepeats);
  const problem = problemOf(rings);
  return problem ? { planar: null, problem } : { planar: nested(rings), problem: "" };
}

// The rings of a perimeter in metres, circles as polygons.
export function ringsOf(perimeter: Perimeter): Float64Array[] {
  if (perimeter.kind === "circle") return [circle(toMetres(perimeter.centre), perimeter.rayon_m)];
  return perimeter.rings.map((ring) => runToMetres(Float64Array.from(ring.flat())));
}

function circle([x, y]: Metres, radius: number): Float64Array {
  const ring = new Float64Array(2 * CIRCLE_SIDES);
  for (let i = 0; i < CIRCLE_SIDES; i++) {
    const turn = (2 * Math.PI * i) / CIRCLE_SIDES;
    ring[2 * i] = x + radius * Math.cos(turn);
    ring[2 * i + 1] = y + radius * Math.sin(turn);
  }
  return ring;
}

function withoutRepeats(ring: Float64Array): Float64Array {
  const kept: number[] = [];
  for (let i = 0; i < ring.length; i += 2) {
    const before = kept.length ? kept.length - 2 : 0;
    if (kept.length && Math.hypot(ring[i]! - kept[before]!, ring[i + 1]! - kept[before + 1]!) <= ON_BORDER_M) continue;
    kept.push(ring[i]!, ring[i + 1]!);
  }
  const end = kept.length - 2;
  if (end > 0 && Math.hypot(kept[0]! - kept[end]!, kept[1]! - kept[end + 1]!) <= ON_BORDER_M) kept.length = end;
  return Float64Array.from(kept);
}

// What keeps rings from bounding a surface, in words; empty if nothing does.
export function problemOf(rings: readonly Float64Array[]): string {
  if (!rings.length || rings.some((ring) => ring.length < 6)) return "Il faut au moins trois sommets différents. Ajoutez des sommets.";
  if (rings.some(isFlat)) return "Le périmètre n’a pas de surface\u00a0: ses sommets sont alignés ou confondus. Écartez-les les uns des autres.";
  if (crosses(rings)) return "Le contour se croise ou se touche lui-même\u00a0: déplacez ou supprimez un sommet pour défaire le croisement.";
  return rings.some((ring) => Math.abs(ringArea(ring)) < LEAST_M2) ? "Le périmètre a moins d’un mètre carré. Agrandissez-le." : "";
}

// Whether all the vertices of a ring stand on one line.
function isFlat(ring: Float64Array): boolean {
  const [ax, ay, bx, by] = [ring[0]!, ring[1]!, ring[2]!, ring[3]!];
  const side = Math.hypot(bx - ax, by - ay);
  for (let i = 4; i < ring.length; i += 2) {
    if (Math.abs((bx - ax) * (ring[i + 1]! - ay) - (by - ay) * (ring[i]! - ax)) > FLAT_M * side) return false;
  }
  return true;
}

// Whether edges cross, run over one another, or a ring comes back to where it was. Two rings may
// touch in a place.
function crosses(rings: readonly Float64Array[]): boolean {
  const edges = new Edges(rings, boxAround(rings));
  let first = 0;
  for (const ring of rings) {
    const count = ring.length / 2;
    for (let i = 0; i < count; i++) {
      const mine = first + i;
      const [ax, ay, bx, by] = edges.ends.subarray(4 * mine, 4 * mine + 4);
      for (const other of edges.near(ax!, ay!, bx!, by!)) {
        if (other <= mine) continue;
        const own = other < first + count;
        const next = own && (other === mine + 1 || (i === 0 && other === first + count - 1));
        if (meets(edges.ends, mine, other, next ? "neighbours" : own ? "strangers" : "rings")) return true;
      }
    }
    first += count;
  }
  return false;
}

function meets(ends: Float64Array, one: number, two: number, how: "neighbours" | "strangers" | "rings"): boolean {
  const [ax, ay, bx, by] = ends.subarray(4 * one, 4 * one + 4) as unknown as [number, number, number, number];
  const [cx, cy, dx, dy] = ends.subarray(4 * two, 4 * two + 4) as unknown as [number, number, number, number];
  const cross = (px: number, py: number, qx: number, qy: number, rx: number, ry: number): number => (qx - px) * (ry - py) - (qy - py) * (rx - px);
  const [c, d] = [cross(ax, ay, bx, by, cx, cy), cross(ax, ay, bx, by, dx, dy)];
  const [a, b] = [cross(cx, cy, dx, dy, ax, ay), cross(cx, cy, dx, dy, bx, by)];
  if (how === "neighbours") {
    // they share a corner: only an edge that goes back over the other is wrong
    return c === 0 && d === 0 && (bx - ax) * (dx - cx) + (by - ay) * (dy - cy) < 0;
  }
  if (c * d < 0 && a * b < 0) return true;
  if (how === "rings") return c === 0 && d === 0 && overlap(ax, ay, bx, by, cx, cy, dx, dy);
  return (c === 0 && between(ax, ay, bx, by, cx, cy)) || (d === 0 && between(ax, ay, bx, by, dx, dy))
    || (a === 0 && between(cx, cy, dx, dy, ax, ay)) || (b === 0 && between(cx, cy, dx, dy, bx, by));
}

function between(ax: number, ay: number, bx: number, by: number, x: number, y: number): boolean {
  return x >= Math.min(ax, bx) && x <= Math.max(ax, bx) && y >= Math.min(ay, by) && y <= Math.max(ay, by);
}

// Whether two segments of one straight line have more than an end in common.
function overlap(ax: number, ay: number, bx: number, by: number, cx: number, cy: number, dx: number, dy: number): boolean {
  const along = (x: number, y: number): number => (x - ax) * (bx - ax) + (y - ay) * (by - ay);
  const [least, most] = [Math.min(along(cx, cy), along(dx, dy)), Math.max(along(cx, cy), along(dx, dy))];
  return Math.min(along(bx, by), most) > Math.max(0, least);
}

// Rings as polygons: those that stand in an even number of others are shells, the rest their holes.
export function nested(rings: readonly Float64Array[]): Planar {
  const around = rings.map((ring, rank) => rings.flatMap((other, at) => (at !== rank && holds(other, ring) ? [at] : [])));
  const ordered: Float64Array[] = [];
  const shells: number[] = [];
  rings.forEach((ring, rank) => {
    if (around[rank]!.length % 2) return;
    shells.push(ordered.length);
    ordered.push(ring);
    rings.forEach((hole, at) => {
      if (around[at]!.length === around[rank]!.length + 1 && around[at]!.includes(rank)) ordered.push(hole);
    });
  });
  return planarFrom("polygon", ordered, shells);
}

// Whether a ring holds another, that it does not cross: the first vertex that is not on it tells.
function holds(outer: Float64Array, inner: Float64Array): boolean {
  const edges = new Edges([outer], boxAround([outer]));
  for (let i = 0; i < inner.length; i += 2) {
    const side = edges.side(inner[i]!, inner[i + 1]!);
    if (side !== "on") return side === "in";
  }
  return false;
}

// Several polygons as one perimeter: where they overlap or share an edge, they become one.
export function together(polygons: readonly (readonly Float64Array[])[]): Position[][] {
  const geoms = polygons.map((rings): Geom => [rings.map((run) => {
    const ring = Array.from({ length: run.length / 2 }, (_, i): [number, number] => [run[2 * i]!, run[2 * i + 1]!]);
    return [...ring, ring[0]!];
  })]);
  const [first, ...rest] = geoms;
  return union(first!, ...rest).flatMap((rings) => rings.map((ring) => ring.slice(0, -1).map((xy) => toDegrees(xy))));
}
