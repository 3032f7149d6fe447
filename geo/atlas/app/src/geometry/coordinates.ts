// Coordinates as people type and read them: WGS84 in decimal degrees or in degrees, minutes and
// seconds, Lambert-93 in metres.
import type { Position } from "../model/data";
import { number } from "../ui/text";
import { looksLikeMetres, toDegrees, toMetres } from "./lambert";

const DMS = /(\d+(?:[.,]\d+)?)\s*°\s*(?:(\d+(?:[.,]\d+)?)\s*['’′]\s*)?(?:(\d+(?:[.,]\d+)?)\s*(?:["”″]|''|’’|′′)\s*)?([NSEWO])?/gi;

// The place that a text tells, with its system; nothing if it tells none in or near France.
export function readPlace(text: string): { at: Position; system: "WGS84" | "Lambert-93" } | null {
  const pair = pairIn(text);
  if (!pair) return null;
  for (const [a, b] of [pair, [pair[1], pair[0]] as const]) {
    if (looksLikeMetres([a, b])) return { at: rounded(toDegrees([a, b])), system: "Lambert-93" };
  }
  // latitudes and longitudes of France never have the same values: their order does not matter
  for (const [lat, lon] of [pair, [pair[1], pair[0]] as const]) {
    if (lat > 40 && lat < 53 && lon > -7 && lon < 11) return { at: [lon, lat], system: "WGS84" };
  }
  return null;
}

function pairIn(text: string): readonly [number, number] | null {
  const told = text.replace(/[\u00a0\u202f\u2009]/g, " ").replace(/\u2212/g, "-");
  const degrees = [...told.matchAll(DMS)];
  if (degrees.length === 2) return [angle(degrees[0]!), angle(degrees[1]!)];
  // thousands parted by spaces, as in "687 903,5 7 036 954"
  const metres = /^\D*(\d{1,3} \d{3}(?:[.,]\d+)?)\D+(\d \d{3} \d{3}(?:[.,]\d+)?)\D*$/.exec(told);
  if (metres) return [plain(metres[1]!.replace(/ /g, "")), plain(metres[2]!.replace(/ /g, ""))];
  const commas = told.includes(".") ? told.replace(/,/g, " ") : told.replace(/,\s/g, " ");
  const numbers = commas.match(/-?\d+(?:[.,]\d+)?/g) ?? [];
  return numbers.length === 2 ? [plain(numbers[0]!), plain(numbers[1]!)] : null;
}

function plain(text: string): number {
  return Number(text.replace(",", "."));
}

function angle([, degrees, minutes = "0", seconds = "0", side = ""]: RegExpMatchArray): number {
  const size = plain(degrees!) + plain(minutes) / 60 + plain(seconds) / 3600;
  return /[SWO]/i.test(side) ? -size : size;
}

// A place as it is kept in the address: to 0.1 m.
export function rounded([lon, lat]: Position, decimals = 6): Position {
  return [Number(lon.toFixed(decimals)), Number(lat.toFixed(decimals))];
}

export interface Written { decimal: string; sexagesimal: string; lambert: string }

export function writePlace(at: Position): Written {
  const [lon, lat] = at;
  const [x, y] = toMetres(at);
  const decimal = (value: number, sides: string): string => `${fixed(Math.abs(value), 5)}° ${sides[value < 0 ? 1 : 0]}`;
  const turn = (value: number, sides: string): string => {
    const tenths = Math.round(Math.abs(value) * 36_000);
    const [degrees, minutes, seconds] = [Math.floor(tenths / 36_000), Math.floor(tenths / 600) % 60, (tenths % 600) / 10];
    return `${degrees}° ${String(minutes).padStart(2, "0")}′ ${fixed(seconds, 1).padStart(4, "0")}″ ${sides[value < 0 ? 1 : 0]}`;
  };
  return {
    decimal: `${decimal(lat, "NS")}, ${decimal(lon, "EO")}`,
    sexagesimal: `${turn(lat, "NS")}, ${turn(lon, "EO")}`,
    lambert: `X ${number(x)}\u00a0m, Y ${number(y)}\u00a0m`,
  };
}

// For other programs: "50.43000, 2.83000".
export function copiedPlace([lon, lat]: Position): string {
  return `${lat.toFixed(6)}, ${lon.toFixed(6)}`;
}

function fixed(value: number, decimals: number): string {
  return value.toFixed(decimals).replace(".", ",");
}
