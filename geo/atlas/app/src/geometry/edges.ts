// The edges of a polygon in an index: where segments meet them, on which side of them a place is.
import Flatbush from "flatbush";
import type { Box } from "../model/geometry";

export const ON_BORDER_M = 1e-6; // so near an edge, a place is on it: ON_BORDER_M of geo/allocate/plain.py
const NEAR = 10 * ON_BORDER_M;
const FEW = 24; // up to which a plain loop is faster than an index

export type Side = "in" | "on" | "out";

export class Edges {
  readonly count: number;
  readonly ends: Float64Array; // x, y of both ends of each edge
  private readonly index: Flatbush | null; // none for a few edges: they are looked at one by one

  constructor(rings: readonly Float64Array[], readonly box: Box) {
    this.count = rings.reduce((sum, ring) => sum + ring.length / 2, 0);
    this.ends = new Float64Array(4 * this.count);
    this.index = this.count > FEW ? new Flatbush(this.count) : null;
    let at = 0;
    for (const ring of rings) {
      for (let i = 0; i < ring.length; i += 2) {
        const j = (i + 2) % ring.length;
        const [ax, ay, bx, by] = [ring[i]!, ring[i + 1]!, ring[j]!, ring[j + 1]!];
        this.ends.set([ax, ay, bx, by], at);
        this.index?.add(Math.min(ax, bx) - NEAR, Math.min(ay, by) - NEAR, Math.max(ax, bx) + NEAR, Math.max(ay, by) + NEAR);
        at += 4;
      }
    }
    this.index?.finish();
  }

  // Ranks of the edges whose box is on or near a box.
  within([west, south, east, north]: Box): number[] {
    if (this.index) return this.index.search(west, south, east, north);
    const found: number[] = [];
    for (let at = 0; at < this.ends.length; at += 4) {
      const [ax, ay, bx, by] = [this.ends[at]!, this.ends[at + 1]!, this.ends[at + 2]!, this.ends[at + 3]!];
      if ((ax < bx ? ax : bx) - NEAR <= east && (ax < bx ? bx : ax) + NEAR >= west
        && (ay < by ? ay : by) - NEAR <= north && (ay < by ? by : ay) + NEAR >= south) found.push(at / 4);
    }
    return found;
  }

  // Whether an edge itself comes into a box, or near it.
  meets(box: Box): boolean {
    return this.within(box).some((rank) => this.enters(rank, box));
  }

  near(ax: number, ay: number, bx: number, by: number): number[] {
    return this.within([Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by)]);
  }

  // Whether the corners of a box are on both sides of the line of an edge, or near it.
  private enters(rank: number, [west, south, east, north]: Box): boolean {
    const [ax, ay, bx, by] = this.ends.subarray(4 * rank, 4 * rank + 4) as unknown as [number, number, number, number];
    const [dx, dy] = [bx - ax, by - ay];
    const near = NEAR * (Math.abs(dx) + Math.abs(dy));
    const sides = [dx * (south - ay) - dy * (west - ax), dx * (south - ay) - dy * (east - ax), dx * (north - ay) - dy * (west - ax), dx * (north - ay) - dy * (east - ax)];
    return !sides.every((side) => side > near) && !sides.every((side) => side < -near);
  }

  // On which side of the edges a place is: on them, or inside by the even-odd rule.
  side(x: number, y: number): Side {
    if (x < this.box[0] - NEAR || x > this.box[2] + NEAR || y < this.box[1] - NEAR || y > this.box[3] + NEAR) return "out";
    let inside = false;
    for (const rank of this.within([x, y, Infinity, y])) {
      const at = 4 * rank;
      const [ax, ay, bx, by] = [this.ends[at]!, this.ends[at + 1]!, this.ends[at + 2]!, this.ends[at + 3]!];
      if (away(x, y, ax, ay, bx, by) <= ON_BORDER_M) return "on";
      if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside;
    }
    return inside ? "in" : "out";
  }

  // Whether the edge that a place is on runs the way that a segment goes; null if it is on none.
  sameWay(x: number, y: number, dx: number, dy: number): boolean | null {
    let [best, way] = [0, null as boolean | null];
    for (const rank of this.within([x, y, x, y])) {
      const at = 4 * rank;
      const [ax, ay, bx, by] = [this.ends[at]!, this.ends[at + 1]!, this.ends[at + 2]!, this.ends[at + 3]!];
      if (away(x, y, ax, ay, bx, by) > ON_BORDER_M) continue;
      const along = (dx * (bx - ax) + dy * (by - ay)) / Math.hypot(bx - ax, by - ay);
      if (Math.abs(along) > best) [best, way] = [Math.abs(along), along > 0];
    }
    return way;
  }

  // Where a segment meets the edges, as shares of its length between 0 and 1, in order; null when
  // nothing is near it, neither inside nor at its ends.
  cuts(ax: number, ay: number, bx: number, by: number, candidates = this.near(ax, ay, bx, by)): number[] | null {
    const [dx, dy] = [bx - ax, by - ay];
    const found: number[] = [];
    let touched = false;
    for (const rank of candidates) {
      const at = 4 * rank;
      const [gx, gy] = [this.ends[at]! - ax, this.ends[at + 1]! - ay];
      const [fx, fy] = [this.ends[at + 2]! - ax, this.ends[at + 3]! - ay];
      const [ex, ey] = [fx - gx, fy - gy];
      const [from, to] = [ex * gy - ey * gx, ex * (gy - dy) - ey * (gx - dx)]; // of the line of the edge
      const near = NEAR * (Math.abs(ex) + Math.abs(ey));
      if ((from > near && to > near) || (from < -near && to < -near)) continue;
      const turn = dx * ey - dy * ex;
      const there = (gx * dy - gy * dx) / turn;
      const share = (gx * ey - gy * ex) / turn;
      if (there >= 0 && there <= 1 && share >= 0 && share <= 1) {
        touched = true;
        found.push(share);
      }
      for (const place of [standsOn(gx, gy, dx, dy), standsOn(fx, fy, dx, dy)]) {
        if (place === null) continue;
        touched = true;
        found.push(place);
      }
      // an end of the segment on the edge, where rounding hides the crossing
      touched ||= away(0, 0, gx, gy, fx, fy) <= ON_BORDER_M || away(dx, dy, gx, gy, fx, fy) <= ON_BORDER_M;
    }
    return touched ? found.filter((share) => share > 0 && share < 1).sort((a, b) => a - b) : null;
  }
}

// Where a place stands along a segment from the origin, null if it is not on it.
function standsOn(x: number, y: number, dx: number, dy: number): number | null {
  const share = (x * dx + y * dy) / (dx * dx + dy * dy);
  if (!(share > 0 && share < 1)) return null;
  return Math.hypot(x - share * dx, y - share * dy) <= ON_BORDER_M ? share : null;
}

// How far a place is from a segment.
export function away(x: number, y: number, ax: number, ay: number, bx: number, by: number): number {
  const [dx, dy] = [bx - ax, by - ay];
  const share = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - ax - share * dx, y - ay - share * dy);
}
