// The polygons of a GeoJSON file, as rings of [x, y] pairs, with the projection that it tells.
import { FileProblem, type Found, type Pair, type Polygon } from "./found";

const WORLD = /(CRS:?84|EPSG:{1,2}(4326|4171)|OGC:1\.3:CRS84)$/i;
const LAMBERT = /(EPSG:{1,2}2154|EPSG\/0\/2154)$/i;
const MOST_DEPTH = 32; // of collections in collections

interface Told { [key: string]: unknown }

export function readGeoJson(text: string): Found {
  let root: unknown;
  try {
    root = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    throw new FileProblem("Le fichier n’est pas du GeoJSON\u00a0: il ne se lit pas comme du JSON. Exportez-le de nouveau depuis votre logiciel.");
  }
  if (!isObject(root)) throw new FileProblem("Le fichier n’est pas du GeoJSON\u00a0: il ne contient pas d’objet. Exportez-le de nouveau.");
  const polygons: Polygon[] = [];
  const others = new Set<string>();
  collect(root, polygons, others, 0);
  if (!polygons.length) {
    const found = others.size ? ` Il contient\u00a0: ${[...others].join(", ")}.` : "";
    throw new FileProblem(`Le fichier n’a aucun polygone.${found} Un périmètre se fait avec des polygones.`);
  }
  return { polygons, crs: projection(root), nom: nameOf(root), skipped: others.size > 0 };
}

function projection(root: Told): Found["crs"] {
  const crs = root["crs"];
  if (crs === undefined || crs === null) return "";
  const properties = isObject(crs) ? crs["properties"] : null;
  const name = String((isObject(properties) ? (properties["name"] ?? properties["code"]) : null) ?? "");
  if (LAMBERT.test(name) || name === "2154") return "Lambert-93";
  if (WORLD.test(name) || name === "4326") return "WGS84";
  throw new FileProblem(`Le fichier est dans une projection que la page ne lit pas (${name.slice(0, 60) || "sans nom"}). Exportez-le en WGS84 (EPSG:4326) ou en Lambert-93 (EPSG:2154).`);
}

function collect(node: Told, polygons: Polygon[], others: Set<string>, depth: number): void {
  if (depth > MOST_DEPTH) throw new FileProblem("Le fichier emboîte trop de collections. Exportez ses polygones dans une seule.");
  const type = node["type"];
  if (type === "FeatureCollection") for (const one of list(node["features"])) { if (isObject(one)) collect(one, polygons, others, depth + 1); }
  else if (type === "GeometryCollection") for (const one of list(node["geometries"])) { if (isObject(one)) collect(one, polygons, others, depth + 1); }
  else if (type === "Feature") { if (isObject(node["geometry"])) collect(node["geometry"], polygons, others, depth + 1); }
  else if (type === "Polygon") polygons.push(polygon(node["coordinates"]));
  else if (type === "MultiPolygon") polygons.push(...list(node["coordinates"]).map(polygon));
  else if (/^(Multi)?(Point|LineString)$/.test(String(type))) others.add(String(type).includes("Point") ? "des points" : "des lignes");
  else throw new FileProblem("Le fichier n’est pas du GeoJSON\u00a0: un de ses objets n’a pas de type connu. Exportez-le de nouveau.");
}

function polygon(coordinates: unknown): Polygon {
  return list(coordinates).map((ring) => list(ring).map(pair));
}

function pair(position: unknown): Pair {
  const [x, y] = list(position);
  if (typeof x !== "number" || typeof y !== "number" || !Number.isFinite(x) || !Number.isFinite(y)) {
    throw new FileProblem("Une coordonnée du fichier n’est pas un nombre. Exportez-le de nouveau.");
  }
  return [x, y];
}

function list(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new FileProblem("Le fichier n’est pas du GeoJSON\u00a0: il y manque une liste de coordonnées ou d’objets. Exportez-le de nouveau.");
  return value;
}

function isObject(value: unknown): value is Told {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function nameOf(root: Told): string {
  const lone = root["type"] === "FeatureCollection" && list(root["features"]).length === 1 ? list(root["features"])[0] : root;
  const properties = isObject(lone) ? lone["properties"] : null;
  if (!isObject(properties)) return "";
  const told = properties["nom"] ?? properties["name"] ?? properties["libelle"];
  return typeof told === "string" ? told : "";
}
