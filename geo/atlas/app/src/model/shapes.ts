// The geometries of a page from the bytes that geo/atlas/shapes.py wrote: no copy of what is not shared.
import type { Position } from "./data";
import type { Geometry } from "./geometry";
import { Streams, sum } from "./streams";

const [POINT, LINE, POLYGON] = [1, 2, 3];
export const COARSEST = 5;
export const FINEST = 7;

// Geometries in the order in which they were written; `decimals` tells the grid of each.
export function readShapes(bytes: Streams, decimals: ArrayLike<number>): (Geometry | null)[] {
  const kinds = bytes.whole(decimals.length);
  const shapes = new Array<Geometry | null>(decimals.length).fill(null);
  for (let grid = COARSEST; grid <= FINEST; grid++) {
    const here = (kind: number): number[] => ranks(kinds, kind, decimals, grid);
    const [points, lines, polygons] = [here(POINT), here(LINE), here(POLYGON)];
    bytes.whole(points.length); // how many places each has: its run tells it too
    const parts = bytes.whole(lines.length);
    const made = readRings(bytes, polygons.length);
    const vertices = new Vertices(bytes, points.length + sum(parts) + made.arcs, grid);
    for (const rank of points) shapes[rank] = dots(vertices.next());
    lines.forEach((rank, i) => { shapes[rank] = line(vertices, parts[i]!); });
    const rings = new Rings(made, vertices);
    polygons.forEach((rank, i) => { shapes[rank] = rings.polygon(i); });
  }
  return shapes;
}

function ranks(kinds: Int32Array, kind: number, decimals: ArrayLike<number>, grid: number): number[] {
  const found: number[] = [];
  for (let i = 0; i < kinds.length; i++) if (kinds[i] === kind && decimals[i] === grid) found.push(i);
  return found;
}

// Runs of longitudes and latitudes in one array, given out one after the other.
class Vertices {
  private readonly lengths: Int32Array;
  private readonly flat: Float64Array;
  private run = 0;
  private at = 0;

  constructor(bytes: Streams, runs: number, grid: number) {
    this.lengths = bytes.whole(runs);
    const count = sum(this.lengths);
    this.flat = new Float64Array(2 * count);
    if (!runs) return;
    const starts = [bytes.signed(runs), bytes.signed(runs)] as const;
    const steps = [bytes.whole(count - runs), bytes.whole(count - runs)] as const; // of both signs, as in `Streams.signed`
    this.place(starts[0], steps[0], 0, 10 ** grid);
    this.place(starts[1], steps[1], 1, 10 ** grid);
  }

  next(): Float64Array {
    const from = this.at;
    this.at += 2 * this.lengths[this.run++]!;
    return this.flat.subarray(from, this.at);
  }

  private place(starts: Int32Array, steps: Int32Array, axis: 0 | 1, scale: number): void {
    const { flat, lengths } = this;
    let at: number = axis;
    let [step, value] = [0, 0];
    for (let run = 0; run < lengths.length; run++) {
      value += starts[run]!; // from the end of the run before
      flat[at] = value / scale;
      for (let i = lengths[run]!; i > 1; i--) {
        const written = steps[step++]!;
        value += (written >>> 1) ^ -(written & 1);
        at += 2;
        flat[at] = value / scale;
      }
      at += 2;
    }
  }
}

interface Made {
  polygons: Int32Array; // of each geometry
  rings: Int32Array; // of each polygon
  counts: Int32Array; // of arcs of each ring; 0 for one that is a whole ring
  refs: Int32Array;
  arcs: number;
  away: readonly [Int32Array, Int32Array]; // of each symbol from the first vertex
}

function readRings(bytes: Streams, geometries: number): Made {
  const polygons = bytes.whole(geometries);
  const rings = bytes.whole(sum(polygons));
  const counts = bytes.whole(sum(rings));
  const refs = bytes.whole(counts.reduce((all, count) => all + (count || 1), 0));
  return { polygons, rings, counts, refs, arcs: refs.reduce((all, ref) => all + (ref ? 0 : 1), 0), away: [bytes.signed(geometries), bytes.signed(geometries)] };
}

// Polygons put together from arcs, one after the other.
class Rings {
  private readonly arcs: Float64Array[] = [];
  private polygons = 0;
  private rings = 0;
  private refs = 0;

  constructor(private readonly made: Made, private readonly vertices: Vertices) {}

  polygon(rank: number): Geometry {
    const { made } = this;
    const shells: number[] = [];
    const parts: Float64Array[] = [];
    for (let i = made.polygons[rank]!; i > 0; i--) {
      shells.push(parts.length);
      for (let j = made.rings[this.polygons++]!; j > 0; j--) parts.push(this.ring());
    }
    const away = (axis: 0 | 1): number => parts[0]![axis]! + made.away[axis][rank]! / 10 ** COARSEST;
    return { kind: "polygon", parts, shells, anchor: [away(0), away(1)] };
  }

  private ring(): Float64Array {
    const count = this.made.counts[this.rings++]!;
    if (count === 0) return this.arc();
    const arcs = Array.from({ length: count }, () => this.arc());
    if (count === 1) return arcs[0]!.subarray(0, -2);
    const ring = new Float64Array(arcs.reduce((all, arc) => all + arc.length - 2, 0));
    let at = 0;
    for (const arc of arcs) {
      ring.set(arc.subarray(0, -2), at); // its last vertex is the first of the next
      at += arc.length - 2;
    }
    return ring;
  }

  private arc(): Float64Array {
    const ref = this.made.refs[this.refs++]!;
    if (ref === 0) {
      this.arcs.push(this.vertices.next());
      return this.arcs.at(-1)!;
    }
    const arc = this.arcs[(ref - 1) >> 1]!;
    return (ref - 1) & 1 ? backwards(arc) : arc;
  }
}

function backwards(arc: Float64Array): Float64Array {
  const turned = new Float64Array(arc.length);
  for (let i = 0; i < arc.length; i += 2) {
    turned[i] = arc[arc.length - 2 - i]!;
    turned[i + 1] = arc[arc.length - 1 - i]!;
  }
  return turned;
}

function dots(run: Float64Array): Geometry {
  return { kind: "point", parts: [run], shells: [], anchor: at(run, 0) };
}

function line(vertices: Vertices, count: number): Geometry {
  const parts = [vertices.next()];
  while (parts.length < count) parts.push(vertices.next());
  const longest = parts.reduce((a, b) => (b.length > a.length ? b : a));
  return { kind: "line", parts, shells: [], anchor: at(longest, 2 * Math.floor(longest.length / 4)) };
}

function at(run: Float64Array, place: number): Position {
  return [run[place]!, run[place + 1]!];
}
