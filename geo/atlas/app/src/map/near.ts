// What of a batch is near a point, or around it. Distances are squared, in fractions of the world.
import type { Batch } from "./batch";

export interface Near { rank: number; square: number }

// The nearest part of each shape whose line or point passes within `reach`, the nearest shape first.
export function nearLines({ xy, starts, owners, boxes }: Batch, x: number, y: number, reach: number, lit: Uint8Array): Near[] {
  const found = new Map<number, number>();
  for (let part = 0; part < owners.length; part++) {
    const owner = owners[part]!;
    const box = 4 * part;
    if (!lit[owner] || boxes[box]! > x + reach || boxes[box + 2]! < x - reach || boxes[box + 1]! > y + reach || boxes[box + 3]! < y - reach) continue;
    const end = starts[part + 1]! - 2;
    for (let i = starts[part]!; i < end; i += 2) {
      const square = toSegment(x, y, xy[i]!, xy[i + 1]!, xy[i + 2]!, xy[i + 3]!);
      if (square <= reach * reach && square < (found.get(owner) ?? Infinity)) found.set(owner, square);
    }
  }
  return sorted(found);
}

export function nearDots(xy: Float64Array, owners: Uint32Array, x: number, y: number, reach: number, lit: (owner: number) => boolean): Near[] {
  const found = new Map<number, number>();
  for (let i = 0; i < owners.length; i++) {
    const dx = xy[2 * i]! - x;
    const dy = xy[2 * i + 1]! - y;
    const square = dx * dx + dy * dy;
    const owner = owners[i]!;
    if (square <= reach * reach && lit(owner) && square < (found.get(owner) ?? Infinity)) found.set(owner, square);
  }
  return sorted(found);
}

// Ranks of the shapes that a place is in, the smallest part first.
export function around({ xy, starts, owners, boxes }: Batch, x: number, y: number, lit?: Uint8Array): number[] {
  const inside = new Map<number, boolean>();
  const sizes = new Map<number, number>();
  for (let part = 0; part < owners.length; part++) {
    const owner = owners[part]!;
    const box = 4 * part;
    if (lit && !lit[owner]) continue;
    if (boxes[box]! > x || boxes[box + 2]! < x || boxes[box + 1]! > y || boxes[box + 3]! < y) continue;
    if (!winds(xy, starts[part]!, starts[part + 1]!, x, y)) continue;
    inside.set(owner, !inside.get(owner)); // a hole undoes its shell
    sizes.set(owner, (boxes[box + 2]! - boxes[box]!) * (boxes[box + 3]! - boxes[box + 1]!));
  }
  return [...inside].filter(([, yes]) => yes).map(([owner]) => owner).sort((a, b) => sizes.get(a)! - sizes.get(b)!);
}

function winds(xy: Float64Array, start: number, end: number, x: number, y: number): boolean {
  let inside = false;
  for (let i = start, j = end - 2; i < end; j = i, i += 2) {
    const [ax, ay, bx, by] = [xy[i]!, xy[i + 1]!, xy[j]!, xy[j + 1]!];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

export function toSegment(x: number, y: number, ax: number, ay: number, bx: number, by: number): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const along = length ? Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / length)) : 0;
  return (x - ax - along * dx) ** 2 + (y - ay - along * dy) ** 2;
}

function sorted(found: Map<number, number>): Near[] {
  return [...found].map(([rank, square]) => ({ rank, square })).sort((a, b) => a.square - b.square);
}
