// How far two features are from each other: metres from the nearest point of one to that of the other.
import { A as EQUATOR_M, E2 } from "../geometry/lambert";
import { boxOf, joined, worldOf, type Box, type Geometry } from "../model/geometry";

// Some segments of a geometry, in fractions of the world, and the box around them.
interface Piece { part: Float64Array; from: number; to: number; step: 0 | 1; box: Box } // a step of 0: points
interface Pair { squared: number; ax: number; ay: number; bx: number; by: number } // the nearest points

const PIECE = 16; // segments of a piece: small boxes find the nearest sooner

const cut = new WeakMap<Geometry, readonly Piece[]>();

// Metres between two geometries, 0 where they meet; `limit` spares the search of what is farther.
export function distanceBetween(a: Geometry, b: Geometry, limit = Infinity): number {
  if (gapOf(boxOf(a), boxOf(b)) > limit) return Infinity;
  if (holds(a, b) || holds(b, a)) return 0;
  const best: Pair = { squared: Infinity, ax: 0, ay: 0, bx: 0, by: 0 };
  const far = overall(a);
  const others = [...piecesOf(b)].sort((p, q) => apart(p.box, far) - apart(q.box, far));
  for (const other of others) {
    if (apart(other.box, far) >= best.squared) break;
    for (const piece of piecesOf(a)) {
      if (apart(piece.box, other.box) < best.squared) closest(piece, other, best);
      if (best.squared === 0) return 0;
    }
  }
  return metres(best);
}

// A lower bound of the metres between two boxes in degrees.
export function gapOf(a: Box, b: Box): number {
  const lon = Math.max(0, b[0] - a[2], a[0] - b[2]);
  const lat = Math.max(0, b[1] - a[3], a[1] - b[3]);
  const widest = Math.max(Math.abs(a[1]), Math.abs(a[3]), Math.abs(b[1]), Math.abs(b[3]));
  const radian = Math.PI / 180;
  return Math.hypot(lon * radian * EQUATOR_M * Math.cos(widest * radian), lat * radian * EQUATOR_M * (1 - E2));
}

// Metres between two points of the world, on the ellipsoid; good to a thousandth at the size of the basin.
function metres({ squared, ax, ay, bx, by }: Pair): number {
  if (squared === 0 || squared === Infinity) return squared;
  const [lat1, lat2] = [latitude(ay), latitude(by)];
  const middle = (lat1 + lat2) / 2;
  const bulge = 1 - E2 * Math.sin(middle) ** 2;
  const east = (ax - bx) * 2 * Math.PI * Math.cos(middle) * (EQUATOR_M / Math.sqrt(bulge));
  const north = (lat1 - lat2) * ((EQUATOR_M * (1 - E2)) / bulge ** 1.5);
  return Math.hypot(east, north);
}

function latitude(y: number): number {
  return Math.atan(Math.sinh(Math.PI * (1 - 2 * y)));
}

function piecesOf(geometry: Geometry): readonly Piece[] {
  const known = cut.get(geometry);
  if (known) return known;
  const pieces = worldOf(geometry).flatMap((part) => {
    const count = part.length / 2;
    const step = geometry.kind === "point" || count < 2 ? 0 : 1;
    const segments = geometry.kind === "line" && step ? count - 1 : count;
    return Array.from({ length: Math.ceil(segments / PIECE) }, (_, i): Piece => {
      const [from, to] = [i * PIECE, Math.min(segments, (i + 1) * PIECE)];
      return { part, from, to, step, box: around(part, from, to - 1 + step) };
    });
  });
  cut.set(geometry, pieces);
  return pieces;
}

// The box around the points of a run from one rank to another, both included, past the end from the start.
function around(part: Float64Array, from: number, to: number): Box {
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = from; i <= to; i++) {
    const at = (2 * i) % part.length;
    box[0] = Math.min(box[0], part[at]!);
    box[1] = Math.min(box[1], part[at + 1]!);
    box[2] = Math.max(box[2], part[at]!);
    box[3] = Math.max(box[3], part[at + 1]!);
  }
  return box;
}

function overall(geometry: Geometry): Box {
  return piecesOf(geometry).map((piece) => piece.box).reduce(joined);
}

// The squared distance between two boxes of the world.
function apart(a: Box, b: Box): number {
  const x = Math.max(0, b[0] - a[2], a[0] - b[2]);
  const y = Math.max(0, b[1] - a[3], a[1] - b[3]);
  return x * x + y * y;
}

// Make `best` the nearest points of two pieces, if they are nearer than it.
function closest(a: Piece, b: Piece, best: Pair): void {
  for (let i = a.from; i < a.to; i++) {
    const [ax, ay, bx, by] = segment(a, i);
    for (let j = b.from; j < b.to; j++) {
      const [cx, cy, dx, dy] = segment(b, j);
      if (crosses(ax, ay, bx, by, cx, cy, dx, dy)) {
        best.squared = 0;
        return;
      }
      toSegment(ax, ay, cx, cy, dx, dy, best);
      toSegment(bx, by, cx, cy, dx, dy, best);
      toSegment(cx, cy, ax, ay, bx, by, best);
      toSegment(dx, dy, ax, ay, bx, by, best);
    }
  }
}

function segment({ part, step }: Piece, rank: number): [number, number, number, number] {
  const [from, to] = [2 * rank, (2 * (rank + step)) % part.length];
  return [part[from]!, part[from + 1]!, part[to]!, part[to + 1]!];
}

function toSegment(px: number, py: number, ax: number, ay: number, bx: number, by: number, best: Pair): void {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const t = length ? Math.max(0, Math.min(1, ((px - ax) * dx + (py - ay) * dy) / length)) : 0;
  const [x, y] = [ax + t * dx, ay + t * dy];
  const squared = (px - x) ** 2 + (py - y) ** 2;
  if (squared >= best.squared) return;
  Object.assign(best, { squared, ax: px, ay: py, bx: x, by: y });
}

function crosses(ax: number, ay: number, bx: number, by: number, cx: number, cy: number, dx: number, dy: number): boolean {
  const side = (px: number, py: number, qx: number, qy: number, x: number, y: number): number => (qx - px) * (y - py) - (qy - py) * (x - px);
  return side(ax, ay, bx, by, cx, cy) * side(ax, ay, bx, by, dx, dy) < 0 && side(cx, cy, dx, dy, ax, ay) * side(cx, cy, dx, dy, bx, by) < 0;
}

// Whether a polygon holds a point of another geometry; holes and other polygons count by parity.
function holds(polygon: Geometry, other: Geometry): boolean {
  if (polygon.kind !== "polygon") return false;
  return worldOf(other).some((part) => contains(polygon, part[0]!, part[1]!));
}

function contains(polygon: Geometry, x: number, y: number): boolean {
  let inside = false;
  for (const ring of worldOf(polygon)) {
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const [xi, yi, xj, yj] = [ring[i]!, ring[i + 1]!, ring[j]!, ring[j + 1]!];
      if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
    }
  }
  return inside;
}
