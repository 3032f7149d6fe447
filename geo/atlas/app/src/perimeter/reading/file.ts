// From a file of the reader's to a perimeter: its polygons together, in degrees.
import { rounded } from "../../geometry/coordinates";
import { looksLikeMetres, toDegrees, toMetres } from "../../geometry/lambert";
import { problemOf, together } from "../../geometry/perimeter";
import type { Position } from "../../model/data";
import type { Perimeter } from "../../state/view";
import { number } from "../../ui/text";
import { FileProblem, type Found, type Pair, type Polygon } from "./found";
import { readGeoJson } from "./geojson";
import { readKml } from "./kml";

export const MOST_BYTES = 10_000_000;
const MOST_CORNERS = 20_000;
const NAME_LENGTH = 120;
const DECIMALS = 9; // of a degree: a tenth of a millimetre

export interface Opened { readonly perimeter: Perimeter; readonly notes: readonly string[] }

export async function openFile(file: File): Promise<Opened> {
  if (file.size > MOST_BYTES) {
    throw new FileProblem(`Le fichier est trop gros (${number(file.size / 1e6, 1)}\u00a0Mo, au plus ${number(MOST_BYTES / 1e6)}\u00a0Mo). Simplifiez ses contours, ou gardez-en un seul.`);
  }
  return readPerimeter(await file.text(), file.name);
}

export function readPerimeter(text: string, fileName: string): Opened {
  const start = text.replace(/^\ufeff/, "").trimStart();
  if (start.startsWith("PK")) throw new FileProblem("Le fichier est compressé (KMZ ou ZIP). Décompressez-le, puis ouvrez le KML ou le GeoJSON qu’il contient.");
  if (!start.startsWith("<") && !start.startsWith("{")) throw new FileProblem("Le fichier n’est ni du GeoJSON, ni du KML. Exportez votre périmètre dans l’un de ces formats.");
  const found = start.startsWith("<") ? readKml(text) : readGeoJson(text);
  const corners = found.polygons.flat().reduce((sum, ring) => sum + ring.length, 0);
  if (corners > MOST_CORNERS) {
    throw new FileProblem(`Le périmètre a trop de sommets (${number(corners)}, au plus ${number(MOST_CORNERS)}). Simplifiez ses contours.`);
  }
  const crs = projection(found);
  const rings = ringsIn(found.polygons, crs).map((ring) => ring.map((at) => rounded(at, DECIMALS)));
  const notes = [
    ...(crs === "Lambert-93" ? ["Coordonnées en Lambert-93, converties."] : []),
    ...(found.polygons.length > 1 ? [`${number(found.polygons.length)} polygones réunis.`] : []),
    ...(found.skipped ? ["Les points et les lignes du fichier sont laissés de côté."] : []),
  ];
  const nom = (found.nom || fileName.replace(/\.[^.]*$/, "")).trim().slice(0, NAME_LENGTH);
  return { perimeter: { kind: "polygon", rings, nom }, notes };
}

function projection({ polygons, crs }: Found): "WGS84" | "Lambert-93" {
  const all = polygons.flat(2);
  const world = all.every(([lon, lat]) => Math.abs(lon) <= 180 && Math.abs(lat) <= 90);
  const metres = all.every((xy) => looksLikeMetres(xy));
  if (crs === "Lambert-93" && !metres) throw new FileProblem("Le fichier dit être en Lambert-93, mais ses coordonnées n’en sont pas. Vérifiez sa projection.");
  if (metres && crs !== "WGS84") return "Lambert-93";
  if (!world) {
    throw new FileProblem("Les coordonnées du fichier ne sont ni en degrés WGS84, ni en Lambert-93. Exportez-le en WGS84 (EPSG:4326) ou en Lambert-93 (EPSG:2154).");
  }
  return "WGS84";
}

// A lone polygon stays as it is; several become one where they meet.
function ringsIn(polygons: readonly Polygon[], crs: "WGS84" | "Lambert-93"): Position[][] {
  const flat = (ring: Pair[]): Float64Array => Float64Array.from(open(ring).flatMap((xy) => [...(crs === "WGS84" ? toMetres(xy) : xy)]));
  const metres = polygons.map((rings) => rings.map(flat));
  for (const rings of metres) {
    const problem = problemOf(rings);
    if (problem) throw new FileProblem(`Le contour ne peut pas servir. ${problem}`);
  }
  if (metres.length > 1) return together(metres);
  return polygons[0]!.map((ring) => open(ring).map((xy): Position => (crs === "WGS84" ? xy : toDegrees(xy))));
}

function open(ring: Pair[]): Pair[] {
  const [first, last] = [ring[0], ring.at(-1)];
  return first && last && ring.length > 1 && first[0] === last[0] && first[1] === last[1] ? ring.slice(0, -1) : ring;
}
