// What of a geometry is inside a perimeter, exactly, in Lambert-93: the rules of `geo.allocate` for one
// territory. What runs along the edge of the perimeter is inside, a point on it too.
import { intersection, type Geom } from "polyclip-ts";
import { Edges, type Side } from "./edges";
import { grouped, ringArea, runLength, type Planar } from "./planar";

const DUST = 1e-12; // share below which what is inside is rounding: DUST of geo/allocate/plain.py
const OPEN_M = 1e-4; // pieces that go around an area come back to where they began, but for rounding

export interface Part {
  readonly points: number;
  readonly length: number; // metres
  readonly area: number; // square metres
  readonly share: number; // of the whole, from 0 to 1: 0 when nothing is inside
}

const NOTHING: Part = { points: 0, length: 0, area: 0, share: 0 };
const indexes = new WeakMap<Planar, Edges>();

function edgesOf(planar: Planar): Edges {
  let edges = indexes.get(planar);
  if (!edges) indexes.set(planar, (edges = new Edges(planar.parts, planar.box)));
  return edges;
}

type Take = (ax: number, ay: number, bx: number, by: number, side: Side) => void;

// A perimeter made ready, to cut many geometries.
export class Cutter {
  private readonly edges: Edges;

  constructor(readonly perimeter: Planar) {
    this.edges = edgesOf(perimeter);
  }

  // How much of a geometry is inside.
  part(planar: Planar): Part {
    if (planar.kind === "point") return this.points(planar);
    const all = this.allOrNothing(planar);
    if (all !== null) return all ? { points: 0, length: planar.length, area: planar.area, share: 1 } : NOTHING;
    const [whole, inside] = planar.kind === "line" ? [planar.length, this.length(planar)] : [planar.area, this.area(planar)];
    const share = Math.min(1, inside / whole);
    if (!(share > DUST)) return NOTHING;
    return planar.kind === "line" ? { points: 0, length: inside, area: 0, share } : { points: 0, length: 0, area: inside, share };
  }

  // The geometry inside: runs for lines, [shell, ...holes] for each polygon, one run for points.
  geometry(planar: Planar): { runs: Float64Array[] } | { polygons: Float64Array[][] } {
    if (planar.kind === "point") return { runs: [this.pointsInside(planar)] };
    const all = this.allOrNothing(planar);
    if (planar.kind === "line") return { runs: all === null ? this.runs(planar) : all ? [...planar.parts] : [] };
    return { polygons: all === null ? clip(planar, this.perimeter) : all ? grouped(planar) : [] };
  }

  // Whether all of a geometry is inside, or none, where no edge of the perimeter is near it.
  private allOrNothing(planar: Planar): boolean | null {
    if (this.edges.meets(planar.box)) return null;
    const [x, y] = [planar.parts[0]![0]!, planar.parts[0]![1]!];
    // a perimeter wholly inside a polygon has its edges in the polygon's box: it is not here
    return this.edges.side(x, y) !== "out";
  }

  private points(planar: Planar): Part {
    const [inside, all] = [this.pointsInside(planar).length, planar.parts.reduce((sum, run) => sum + run.length, 0)];
    return { points: inside / 2, length: 0, area: 0, share: inside / all };
  }

  private pointsInside(planar: Planar): Float64Array {
    const kept: number[] = [];
    for (const run of planar.parts) {
      for (let i = 0; i < run.length; i += 2) if (this.edges.side(run[i]!, run[i + 1]!) !== "out") kept.push(run[i]!, run[i + 1]!);
    }
    return Float64Array.from(kept);
  }

  private length(planar: Planar): number {
    let length = 0;
    for (const run of planar.parts) {
      walk(run, false, this.edges, (ax, ay, bx, by, side) => {
        if (side !== "out") length += Math.hypot(bx - ax, by - ay);
      });
    }
    return length;
  }

  private runs(planar: Planar): Float64Array[] {
    const runs: number[][] = [];
    for (const part of planar.parts) {
      let open: number[] | null = null;
      walk(part, false, this.edges, (ax, ay, bx, by, side) => {
        if (side === "out") open = null;
        else if (open) open.push(bx, by);
        else runs.push((open = [ax, ay, bx, by]));
      });
    }
    return runs.map((run) => Float64Array.from(run));
  }

  // The area common to a polygon and the perimeter, by Green's formula: around it go the pieces of each
  // one's edge that the other holds. A stretch that both share counts once where they lie on the same
  // side of it, and not where they lie on either side.
  private area(planar: Planar): number {
    const [x0, y0] = [planar.parts[0]![0]!, planar.parts[0]![1]!];
    let [twice, gapX, gapY] = [0, 0, 0];
    const keep = (ax: number, ay: number, bx: number, by: number): void => {
      twice += (ax - x0) * (by - y0) - (bx - x0) * (ay - y0);
      gapX += bx - ax;
      gapY += by - ay;
    };
    for (const run of planar.parts) {
      walk(run, true, this.edges, (ax, ay, bx, by, side) => {
        if (side === "in") keep(ax, ay, bx, by);
        else if (side === "on" && this.edges.sameWay((ax + bx) / 2, (ay + by) / 2, bx - ax, by - ay)) keep(ax, ay, bx, by);
      });
    }
    const own = edgesOf(planar);
    const take: Take = (ax, ay, bx, by, side) => { if (side === "in") keep(ax, ay, bx, by); };
    for (const rank of this.edges.within(planar.box)) walk(this.edges.ends.subarray(4 * rank, 4 * rank + 4), false, own, take);
    if (Math.hypot(gapX, gapY) <= OPEN_M) return Math.max(0, twice / 2);
    return clip(planar, this.perimeter).flat().reduce((sum, ring) => sum + ringArea(ring), 0);
  }
}

// Go along a run, cut where it meets edges, and tell the side of each piece.
function walk(run: Float64Array, closed: boolean, edges: Edges, take: Take): void {
  const { box } = edges;
  const last = closed ? run.length : run.length - 2;
  let known: Side | null = null; // the side of the end of the last piece, where it is away from all edges
  for (let i = 0; i < last; i += 2) {
    const j = (i + 2) % run.length;
    const [ax, ay, bx, by] = [run[i]!, run[i + 1]!, run[j]!, run[j + 1]!];
    if (Math.max(ax, bx) < box[0] - 1 || Math.min(ax, bx) > box[2] + 1 || Math.max(ay, by) < box[1] - 1 || Math.min(ay, by) > box[3] + 1) {
      known = "out";
      take(ax, ay, bx, by, "out");
      continue;
    }
    const candidates = edges.near(ax, ay, bx, by);
    const cuts = candidates.length ? edges.cuts(ax, ay, bx, by, candidates) : null;
    if (!cuts) {
      known ??= edges.side((ax + bx) / 2, (ay + by) / 2);
      take(ax, ay, bx, by, known);
      continue;
    }
    known = null;
    let before = 0;
    for (const share of [...cuts, 1]) {
      if (share <= before) continue;
      const [fromX, fromY] = at(ax, ay, bx, by, before);
      const [toX, toY] = at(ax, ay, bx, by, share);
      take(fromX, fromY, toX, toY, edges.side((fromX + toX) / 2, (fromY + toY) / 2));
      before = share;
    }
  }
}

function at(ax: number, ay: number, bx: number, by: number, share: number): [number, number] {
  if (share === 0) return [ax, ay];
  return share === 1 ? [bx, by] : [ax + share * (bx - ax), ay + share * (by - ay)];
}

// The polygons common to two, near the corner of the first, where coordinates have all their digits.
function clip(planar: Planar, perimeter: Planar): Float64Array[][] {
  const [x, y] = [Math.round(planar.box[0]), Math.round(planar.box[1])];
  const found = intersection(geom(planar, x, y), geom(perimeter, x, y));
  return found.map((rings) => rings.map((ring) => Float64Array.from(ring.slice(0, -1).flatMap(([px, py]) => [px + x, py + y]))));
}

function geom(planar: Planar, x: number, y: number): Geom {
  return grouped(planar).map((rings) => rings.map((run) => {
    const ring = Array.from({ length: run.length / 2 }, (_, i): [number, number] => [run[2 * i]! - x, run[2 * i + 1]! - y]);
    return [...ring, ring[0]!];
  }));
}

// The length of the outline of polygons, and their area.
export function sizeOf(planar: Planar): { area: number; outline: number } {
  return { area: planar.area, outline: planar.parts.reduce((sum, run) => sum + runLength(run, true), 0) };
}
