// WGS84 degrees to Lambert-93 metres (EPSG:2154) and back, by the formulas of IGN's technical note
// NT/G 71, "Projection cartographique conique conforme de Lambert": ALG0001 to ALG0004, and ALG0019 and
// ALG0054 for the constants, which are computed here since those that it prints stop at 0.1 mm. RGF93 is
// taken as WGS84, as PROJ does.
import type { Position } from "../model/data";

export type Metres = readonly [x: number, y: number];

const RADIAN = Math.PI / 180;
export const A = 6_378_137; // GRS80, the ellipsoid of RGF93
export const F = 1 / 298.257222101;
export const E2 = F * (2 - F);
export const E = Math.sqrt(E2);
const [X0, Y0] = [700_000, 6_600_000];
const LON0 = 3 * RADIAN;
const [PHI0, PHI1, PHI2] = [46.5 * RADIAN, 44 * RADIAN, 49 * RADIAN];

// ALG0021: the radius of a parallel.
function parallel(phi: number): number {
  return (A * Math.cos(phi)) / Math.sqrt(1 - E2 * Math.sin(phi) ** 2);
}

// ALG0001: the isometric latitude.
function isometric(phi: number): number {
  return Math.asinh(Math.tan(phi)) - E * Math.atanh(E * Math.sin(phi));
}

// ALG0002: the latitude of an isometric latitude.
function latitude(iso: number): number {
  let phi = Math.atan(Math.sinh(iso));
  for (let turn = 0; turn < 12; turn++) {
    const next = Math.atan(Math.sinh(iso + E * Math.atanh(E * Math.sin(phi))));
    const step = Math.abs(next - phi);
    phi = next;
    if (step < 1e-15) break;
  }
  return phi;
}

// ALG0054: the exponent, the constant, and where the pole is.
const N = Math.log(parallel(PHI2) / parallel(PHI1)) / (isometric(PHI1) - isometric(PHI2));
const C = (parallel(PHI1) / N) * Math.exp(N * isometric(PHI1));
const YS = Y0 + C * Math.exp(-N * isometric(PHI0));

// ALG0003.
export function toMetres([lon, lat]: Position): Metres {
  const r = C * Math.exp(-N * isometric(lat * RADIAN));
  const turn = N * (lon * RADIAN - LON0);
  return [X0 + r * Math.sin(turn), YS - r * Math.cos(turn)];
}

// ALG0004.
export function toDegrees([x, y]: Metres): Position {
  const [dx, dy] = [x - X0, YS - y];
  const iso = -Math.log(Math.hypot(dx, dy) / C) / N;
  return [(LON0 + Math.atan2(dx, dy) / N) / RADIAN, latitude(iso) / RADIAN];
}

// A run of [lon, lat, ...] as a run of [x, y, ...].
export function runToMetres(run: Float64Array): Float64Array {
  const metres = new Float64Array(run.length);
  for (let i = 0; i < run.length; i += 2) [metres[i], metres[i + 1]] = toMetres([run[i]!, run[i + 1]!]) as [number, number];
  return metres;
}

export function runToDegrees(run: Float64Array): Float64Array {
  const degrees = new Float64Array(run.length);
  for (let i = 0; i < run.length; i += 2) [degrees[i], degrees[i + 1]] = toDegrees([run[i]!, run[i + 1]!]) as [number, number];
  return degrees;
}

// Metres of the plane for a metre on the ground, at a latitude in degrees.
export function scaleAt(lat: number): number {
  const phi = lat * RADIAN;
  return (N * C * Math.exp(-N * isometric(phi))) / parallel(phi);
}

// Whether a pair can be Lambert-93 metres of mainland France, and no degrees.
export function looksLikeMetres([x, y]: readonly [number, number]): boolean {
  return x >= 0 && x <= 1_300_000 && y >= 6_000_000 && y <= 7_200_000;
}
