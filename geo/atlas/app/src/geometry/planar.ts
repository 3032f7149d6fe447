// Geometries in the plane of Lambert-93, where all is measured: polygons turn left around what they hold.
import type { Box, Geometry } from "../model/geometry";
import { runToMetres } from "./lambert";

export interface Planar {
  readonly kind: Geometry["kind"];
  readonly parts: readonly Float64Array[]; // as in `Geometry`, metres; shells turn left, holes right
  readonly shells: readonly number[];
  readonly box: Box;
  readonly length: number; // metres, of lines
  readonly area: number; // square metres, of polygons
}

const known = new WeakMap<Geometry, Planar>();

export function planarOf(geometry: Geometry): Planar {
  let planar = known.get(geometry);
  if (!planar) {
    const parts = geometry.kind === "line" ? once(geometry.parts) : geometry.parts;
    planar = planarFrom(geometry.kind, parts.map(runToMetres), geometry.shells);
    known.set(geometry, planar);
  }
  return planar;
}

export function planarFrom(kind: Geometry["kind"], runs: readonly Float64Array[], shells: readonly number[] = []): Planar {
  const outer = new Set(shells);
  const parts = kind === "polygon" ? runs.map((run, rank) => turned(run, outer.has(rank))) : runs;
  return {
    kind, parts, shells, box: boxAround(parts),
    length: kind === "line" ? parts.reduce((sum, run) => sum + runLength(run), 0) : 0,
    area: kind === "polygon" ? parts.reduce((sum, run) => sum + ringArea(run), 0) : 0,
  };
}

// The signed area of a ring that is not closed: positive when it turns left.
export function ringArea(run: Float64Array): number {
  const [x0, y0] = [run[0]!, run[1]!];
  let twice = 0;
  for (let i = 2; i + 3 < run.length; i += 2) {
    twice += (run[i]! - x0) * (run[i + 3]! - y0) - (run[i + 2]! - x0) * (run[i + 1]! - y0);
  }
  return twice / 2;
}

export function runLength(run: Float64Array, closed = false): number {
  let length = 0;
  for (let i = 2; i < run.length; i += 2) length += Math.hypot(run[i]! - run[i - 2]!, run[i + 1]! - run[i - 1]!);
  const end = run.length - 2;
  return closed ? length + Math.hypot(run[0]! - run[end]!, run[1]! - run[end + 1]!) : length;
}

export function boxAround(parts: readonly Float64Array[]): Box {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const part of parts) {
    for (let i = 0; i < part.length; i += 2) {
      west = Math.min(west, part[i]!);
      east = Math.max(east, part[i]!);
      south = Math.min(south, part[i + 1]!);
      north = Math.max(north, part[i + 1]!);
    }
  }
  return [west, south, east, north];
}

// Polygons as their rings, each shell with its holes.
export function grouped({ parts, shells }: Planar): Float64Array[][] {
  return shells.map((start, rank) => parts.slice(start, shells[rank + 1]));
}

function turned(run: Float64Array, left: boolean): Float64Array {
  if (ringArea(run) > 0 === left) return run;
  const back = new Float64Array(run.length);
  for (let i = 0; i < run.length; i += 2) {
    back[i] = run[run.length - 2 - i]!;
    back[i + 1] = run[run.length - 1 - i]!;
  }
  return back;
}

// Lines in which a stretch that they run over twice stands once, as `geo.allocate` measures them.
function once(parts: readonly Float64Array[]): readonly Float64Array[] {
  const seen = new Set<string>();
  const kept: Float64Array[] = [];
  let again = false;
  for (const part of parts) {
    let start = 0;
    for (let i = 0; i + 3 < part.length; i += 2) {
      const [a, b] = [`${part[i]} ${part[i + 1]}`, `${part[i + 2]} ${part[i + 3]}`];
      const key = a < b ? `${a} ${b}` : `${b} ${a}`;
      if (!seen.has(key)) {
        seen.add(key);
        continue;
      }
      again = true;
      if (i > start) kept.push(part.subarray(start, i + 2));
      start = i + 2;
    }
    if (part.length - start >= 4) kept.push(part.subarray(start));
  }
  return again ? kept : parts;
}
