// Where symbols and names stand: none over another, each as near as can be to its own place.
import type { Point, Rect } from "./pass";

const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

export function crosses(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

// Same order in, same places out: the first keeps its place, the next take the nearest free place on a
// spiral around theirs, never further than `far` pixels; where none is free they stay.
export function moveApart(points: readonly Point[], gap: number, far: number, obstacles: readonly Rect[] = []): Point[] {
  const cells = new Map<string, Point[]>();
  const blocked = (p: Point): boolean => {
    const box = { x: p.x - gap / 2, y: p.y - gap / 2, w: gap, h: gap };
    if (obstacles.some((o) => crosses(o, box))) return true;
    const [column, row] = [Math.floor(p.x / gap), Math.floor(p.y / gap)];
    for (let dx = -1; dx <= 1; dx++) {
      for (let dy = -1; dy <= 1; dy++) {
        for (const other of cells.get(`${column + dx},${row + dy}`) ?? []) {
          if ((other.x - p.x) ** 2 + (other.y - p.y) ** 2 < (gap * 0.98) ** 2) return true;
        }
      }
    }
    return false;
  };
  return points.map((point) => {
    let place = { x: point.x, y: point.y };
    for (let n = 1; blocked(place); n++) {
      const radius = 0.5 * gap * Math.sqrt(n);
      if (radius > far) {
        place = { x: point.x, y: point.y };
        break;
      }
      place = { x: point.x + radius * Math.cos(n * GOLDEN_ANGLE), y: point.y + radius * Math.sin(n * GOLDEN_ANGLE) };
    }
    const cell = `${Math.floor(place.x / gap)},${Math.floor(place.y / gap)}`;
    const there = cells.get(cell);
    if (there) there.push(place);
    else cells.set(cell, [place]);
    return place;
  });
}

// The first of some shifts of a box that crosses nothing and stays inside; nothing if none does.
export function free(box: Rect, taken: readonly Rect[], shifts: readonly (readonly [number, number])[], within?: Rect): Rect | undefined {
  for (const [dx, dy] of shifts) {
    const tried = { ...box, x: box.x + dx, y: box.y + dy };
    if (within && (tried.x < within.x || tried.y < within.y || tried.x + tried.w > within.x + within.w || tried.y + tried.h > within.y + within.h)) continue;
    if (!taken.some((t) => crosses(t, tried))) return tried;
  }
  return undefined;
}
