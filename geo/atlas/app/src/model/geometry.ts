// Where a feature is, in degrees (WGS84), longitude first as in GeoJSON; on the map, as fractions of the
// world in Web Mercator.
import type { Position } from "./data";

export type Kind = "point" | "line" | "polygon";
export type Box = readonly [west: number, south: number, east: number, north: number];

export interface Geometry {
  readonly kind: Kind;
  // One run of [lon, lat, lon, lat, ...] for each line or ring; for points, one run with all of them.
  // Rings are not closed: the first position is not told again at the end.
  readonly parts: readonly Float64Array[];
  // For polygons, the rank in `parts` of each one's outer ring; its holes follow it.
  readonly shells: readonly number[];
  // Where its symbol stands: the point, a place inside the largest polygon, or the middle of a line.
  readonly anchor: Position;
}

const boxes = new WeakMap<Geometry, Box>();
const worlds = new WeakMap<Geometry, readonly Float64Array[]>();

// The bounds of a geometry, in degrees.
export function boxOf(geometry: Geometry): Box {
  const known = boxes.get(geometry);
  if (known) return known;
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const part of geometry.parts) {
    for (let i = 0; i < part.length; i += 2) {
      const lon = part[i]!;
      const lat = part[i + 1]!;
      if (lon < west) west = lon;
      if (lon > east) east = lon;
      if (lat < south) south = lat;
      if (lat > north) north = lat;
    }
  }
  const box: Box = [west, south, east, north];
  boxes.set(geometry, box);
  return box;
}

// The box around two boxes.
export function joined(a: Box, b: Box): Box {
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}

// The parts of a geometry as fractions of the world, 0 to 1 from the west and from the north.
export function worldOf(geometry: Geometry): readonly Float64Array[] {
  const known = worlds.get(geometry);
  if (known) return known;
  const world = geometry.parts.map((part) => {
    const placed = new Float64Array(part.length);
    for (let i = 0; i < part.length; i += 2) {
      placed[i] = worldX(part[i]!);
      placed[i + 1] = worldY(part[i + 1]!);
    }
    return placed;
  });
  worlds.set(geometry, world);
  return world;
}

export function worldX(lon: number): number {
  return lon / 360 + 0.5;
}

// Spherical Mercator, as Web Mercator (EPSG:3857) has it.
export function worldY(lat: number): number {
  const sine = Math.sin((lat * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}

// The positions of a run.
export function positions(part: Float64Array): Position[] {
  return Array.from({ length: part.length / 2 }, (_, i): Position => [part[2 * i]!, part[2 * i + 1]!]);
}
