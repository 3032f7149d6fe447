// The address of a view, after the "#": short keys, stable ids, nothing that is as it was at the opening.
import type { Atlas } from "../model/atlas";
import type { Position } from "../model/data";
import { KINDS_OF_FILTER, NO_FILTER, isSet, opening, type Camera, type Filters, type Perimeter, type View } from "./view";

const FILTER_KEYS: Record<keyof Filters, string> = {
  statuts: "fs", periode: "fp", financeurs: "ff", bailleurs: "fb", unesco: "fu", precisions: "fl", euros: "fe",
};
const MOST_CORNERS = 400; // of a perimeter
const DOCKS = ["perimetre", "comparer", "tableau"] as const;

export function writeAddress(view: View, atlas: Atlas): string {
  const start = opening(atlas);
  const parts = new URLSearchParams();
  if (view.territory !== start.territory) parts.set("t", view.territory);
  if (view.selection) parts.set("e", view.selection);
  if (!same(view.layers, start.layers)) parts.set("c", list([...view.layers]));
  const opacity = Object.entries(view.opacity).filter(([, value]) => value < 1);
  if (opacity.length) parts.set("o", list(opacity.map(([id, value]) => `${id}:${Math.round(value * 100)}`)));
  for (const kind of KINDS_OF_FILTER) if (isSet(view.filters, kind)) parts.set(FILTER_KEYS[kind], writeFilter(view.filters, kind));
  if (view.theme) parts.set("th", view.theme);
  if (view.ground) parts.set("f", view.ground);
  if (view.before) parts.set("fa", `${view.before}:${Math.round(view.swipe * 100)}`);
  if (view.camera) parts.set("z", writeCamera(view.camera));
  if (view.perimeter && fitsAddress(view.perimeter)) parts.set("p", writePerimeter(view.perimeter));
  if (view.dock) parts.set("d", view.dock);
  if (view.other) parts.set("a", view.other);
  if (view.dark) parts.set("n", "1");
  const text = parts.toString();
  return text ? `#${text}` : "";
}

// What an address asks for; what it asks and the page does not have is left as at the opening.
export function readAddress(hash: string, atlas: Atlas): View {
  const asked = new URLSearchParams(hash.replace(/^#/, ""));
  const start = opening(atlas);
  const told = (key: string): string => asked.get(key) ?? "";
  const known = (key: string, fallback: string): string => (asked.has(key) && atlas.knows(told(key)) ? told(key) : fallback);
  const grounds = new Set(atlas.data.fonds.map((f) => f.id));
  const [before = "", swipe = "50"] = told("fa").split(":");
  const feature = atlas.features.get(told("e"));
  const layers = asked.has("c") ? unlist(told("c")).filter((id) => atlas.layers.has(id))
    : [...start.layers, ...(feature ? [feature.couche] : [])]; // a feature is linked to by its id alone, shown at the opening or not
  return {
    territory: known("t", start.territory),
    selection: feature?.id ?? "",
    layers: new Set(layers),
    opacity: readOpacity(told("o"), atlas),
    filters: readFilters(asked),
    theme: told("th"),
    ground: grounds.has(told("f")) ? told("f") : "",
    before: grounds.has(before) ? before : "",
    swipe: between(Number(swipe) / 100, 0, 1) ?? 0.5,
    camera: readCamera(told("z")),
    perimeter: readPerimeter(told("p")),
    dock: DOCKS.find((dock) => dock === told("d")) ?? "",
    other: readOther(told("a"), atlas),
    dark: told("n") === "1",
  };
}

// The code of a territory, an EPCI of another page too, and after "~" how the two are compared.
function readOther(text: string, atlas: Atlas): string {
  const [code = "", way = ""] = text.split("~");
  const known = code !== "" && (Object.hasOwn(atlas.data.noms, code) || atlas.knows(code)) ? code : "";
  return way === "km2" || way === "valeurs" ? `${known}~${way}` : known;
}

function same(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((value) => b.has(value));
}

// Values may hold any character: each is encoded on its own, then the whole is once more.
function list(values: readonly string[]): string {
  return values.map(encodeURIComponent).join(",");
}

function unlist(text: string): string[] {
  return text.split(",").map(decoded).filter(Boolean);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return ""; // an address that was cut
  }
}

function between(value: number, least: number, most: number): number | null {
  return Number.isFinite(value) ? Math.min(most, Math.max(least, value)) : null;
}

function readOpacity(text: string, atlas: Atlas): Record<string, number> {
  const found = unlist(text).flatMap((part): [string, number][] => {
    const at = part.lastIndexOf(":");
    const value = between(Number(part.slice(at + 1)) / 100, 0, 1);
    return atlas.layers.has(part.slice(0, at)) && value !== null ? [[part.slice(0, at), value]] : [];
  });
  return Object.fromEntries(found);
}

function writeFilter(filters: Filters, kind: keyof Filters): string {
  const value = filters[kind];
  if (kind === "periode" || kind === "euros") return (value as readonly (number | null)[]).map((n) => n ?? "").join("-");
  // "?" stands for a value that is not known
  return typeof value === "string" ? value : list((value as readonly string[]).map((v) => v || "?"));
}

function readFilters(asked: URLSearchParams): Filters {
  const values = (kind: keyof Filters): string[] => unlist(asked.get(FILTER_KEYS[kind]) ?? "").map((v) => (v === "?" ? "" : v));
  const range = (kind: keyof Filters): (number | null)[] | null => {
    const match = /^(\d*)-(\d*)$/.exec(asked.get(FILTER_KEYS[kind]) ?? "");
    return match ? match.slice(1).map((n) => (n ? Number(n) : null)) : null;
  };
  const [years, euros, unesco] = [range("periode"), range("euros"), asked.get(FILTER_KEYS.unesco)];
  return {
    ...NO_FILTER,
    statuts: values("statuts"),
    financeurs: values("financeurs"),
    bailleurs: values("bailleurs"),
    precisions: values("precisions"),
    unesco: unesco === "oui" || unesco === "non" ? unesco : "",
    periode: years && years[0] != null && years[1] != null ? [years[0], years[1]] : null,
    euros: euros && (euros[0] != null || euros[1] != null) ? [euros[0] ?? null, euros[1] ?? null] : null,
  };
}

function writeCamera({ lat, lon, zoom }: Camera): string {
  return `${zoom.toFixed(2)}/${lat.toFixed(6)}/${lon.toFixed(6)}`;
}

function readCamera(text: string): Camera | null {
  const [zoom, lat, lon] = text.split("/").map(Number);
  const sure = [zoom, lat, lon].every((n) => n !== undefined && Number.isFinite(n));
  return text && sure ? { zoom: Math.min(19, Math.max(7, zoom!)), lat: lat!, lon: lon! } : null;
}

// Whether an address can hold a perimeter: messages and browsers cut those that are too long.
export function fitsAddress(perimeter: Perimeter): boolean {
  return perimeter.kind === "circle" || perimeter.rings.reduce((sum, ring) => sum + ring.length, 0) <= MOST_CORNERS;
}

// A circle is o;lon;lat;radius;name, a polygon p;name;lon lat lon lat;... with a run for each ring.
function writePerimeter(perimeter: Perimeter): string {
  // as many decimals as there are, up to those of a tenth of a millimetre
  const place = ([lon, lat]: Position): string => `${Number(lon.toFixed(9))} ${Number(lat.toFixed(9))}`;
  const name = encodeURIComponent(perimeter.nom);
  return perimeter.kind === "circle"
    ? `o;${name};${place(perimeter.centre)};${perimeter.rayon_m}`
    : `p;${name};${perimeter.rings.map((ring) => ring.map(place).join(" ")).join(";")}`;
}

function readPerimeter(text: string): Perimeter | null {
  const [kind, name = "", ...rest] = text.split(";");
  const runs = rest.map((run) => run.split(" ").map(Number));
  if (!runs.length || runs.flat().some((n) => !Number.isFinite(n)) || !text) return null;
  const nom = decoded(name);
  if (kind === "o" && runs[0]!.length === 2 && runs[1]?.[0]! > 0) {
    return { kind: "circle", centre: [runs[0]![0]!, runs[0]![1]!], rayon_m: runs[1]![0]!, nom };
  }
  if (kind !== "p" || runs.some((run) => run.length < 6 || run.length % 2)) return null;
  return { kind: "polygon", rings: runs.map((run) => Array.from({ length: run.length / 2 }, (_, i): Position => [run[2 * i]!, run[2 * i + 1]!])), nom };
}
