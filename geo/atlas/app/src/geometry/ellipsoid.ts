// Lengths and areas on the ellipsoid, as QGIS and the Géoportail measure them, of what is drawn straight in
// the plane of Lambert-93.
import { A, E, scaleAt, toDegrees, type Metres } from "./lambert";

const STEP_M = 200; // an edge is followed by steps no longer than that

// Length on the ground of a segment of the plane: the scale is followed along it (Simpson's rule).
export function groundLength([ax, ay]: Metres, [bx, by]: Metres): number {
  const flat = Math.hypot(bx - ax, by - ay);
  const steps = 2 * Math.max(1, Math.ceil(flat / STEP_M));
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const [, lat] = toDegrees([ax + ((bx - ax) * i) / steps, ay + ((by - ay) * i) / steps]);
    sum += (i === 0 || i === steps ? 1 : i % 2 ? 4 : 2) / scaleAt(lat);
  }
  return (flat * sum) / (3 * steps);
}

// Area on the ground of a ring of the plane: in a cylindrical projection that keeps areas, with the
// ring's edges followed by short steps.
export function groundArea(ring: readonly Metres[]): number {
  const around: [number, number][] = [];
  ring.forEach(([ax, ay], rank) => {
    const [bx, by] = ring[(rank + 1) % ring.length]!;
    const steps = Math.max(1, Math.ceil(Math.hypot(bx - ax, by - ay) / STEP_M));
    for (let i = 0; i < steps; i++) {
      const [lon, lat] = toDegrees([ax + ((bx - ax) * i) / steps, ay + ((by - ay) * i) / steps]);
      around.push([((lon - 3) * Math.PI) / 180, authalic((lat * Math.PI) / 180)]);
    }
  });
  const [x0, y0] = around[0]!;
  let twice = 0;
  around.forEach(([ax, ay], rank) => {
    const [bx, by] = around[(rank + 1) % around.length]!;
    twice += (ax - x0) * (by - y0) - (bx - x0) * (ay - y0);
  });
  return (Math.abs(twice) / 2) * A * A;
}

// The height of a parallel where areas are kept, in radii of the equator (Snyder, formula 3-12, halved).
function authalic(phi: number): number {
  const sine = Math.sin(phi);
  return ((1 - E * E) / 2) * (sine / (1 - (E * sine) ** 2) + Math.atanh(E * sine) / E);
}
