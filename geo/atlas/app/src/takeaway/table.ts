// Features as rows of a table and as GeoJSON: the same columns in every file, in French.
import { toMetres } from "../geometry/lambert";
import type { Atlas } from "../model/atlas";
import type { Entite } from "../model/data";
import { positions, type Geometry, type Kind } from "../model/geometry";
import type { Cell, GeoFeature } from "./files";

const DECIMALS = 1e6; // about ten centimetres, finer than what the page knows

interface Column {
  readonly title: string;
  value(feature: Entite, atlas: Atlas): Cell;
}

const COLUMNS: readonly Column[] = [
  { title: "nom", value: (e) => e.nom },
  { title: "couche", value: (e, atlas) => atlas.layer(e).titre },
  { title: "axe", value: (e, atlas) => atlas.layer(e).axe || null },
  { title: "nature", value: (e) => (e.inventaire ? "inventaire" : e.precision === "territoire" ? "mesure de territoire" : "mesure localisée") },
  { title: "commune", value: (e, atlas) => e.communes.map((code) => atlas.communes.get(code)?.nom ?? code).join(", ") },
  { title: "code_insee", value: (e) => e.communes.join(" ") },
  { title: "epci", value: (e, atlas) => territories(e, atlas) },
  { title: "lieu", value: (e) => e.ou },
  { title: "statut", value: (e, atlas) => status(e, atlas) },
  { title: "debut", value: (e) => e.debut },
  { title: "fin", value: (e) => e.fin },
  { title: "montant_eur", value: (e) => e.euros },
  { title: "financeurs", value: (e) => e.financeurs.join(", ") },
  { title: "bailleur", value: (e) => e.bailleurs.join(", ") },
  { title: "unesco", value: (e) => e.unesco },
  { title: "precision", value: (e, atlas) => atlas.data.precisions[e.precision] ?? e.precision },
  { title: "resume", value: (e) => e.resume },
  { title: "reserve", value: (e) => e.reserve },
  { title: "source", value: (e) => e.source },
  { title: "id", value: (e) => e.id },
];

const PLACE = ["lon", "lat", "x_l93", "y_l93", "position", "note"] as const;
const POSITIONS: Record<Kind, string> = { point: "point", polygon: "point intérieur", line: "milieu du tracé" };
const ROUNDED = { 5: "1\u00a0m", 6: "10\u00a0cm", 7: "1\u00a0cm" } as const; // by the decimals of a degree that a layer keeps

export const HEADER: readonly string[] = [...COLUMNS.map((c) => c.title), ...PLACE];

export function status(feature: Entite, atlas: Atlas): string {
  return atlas.data.statuts.find((s) => s.id === feature.statut)?.texte ?? feature.statut;
}

// The EPCI where a feature is, or those that its measure covers.
function territories({ epci, couvre }: Entite, atlas: Atlas): string {
  return (epci.length ? epci : couvre).map((code) => atlas.epci.get(code)?.nom ?? code).join(", ");
}

export function rows(features: readonly Entite[], atlas: Atlas): Cell[][] {
  return features.map((e) => [...COLUMNS.map((c) => c.value(e, atlas)), ...placed(e, atlas)]);
}

// Where a feature stands, in degrees and in metres, what of it that is, how fine it is known.
function placed(feature: Entite, atlas: Atlas): Cell[] {
  const { geometrie } = feature;
  if (!geometrie) return [null, null, null, null, null, "sans lieu sur la carte"];
  const metres = toMetres(geometrie.anchor).map((m) => Math.round(m * 10) / 10);
  return [...geometrie.anchor.map(rounded), ...metres, POSITIONS[geometrie.kind], `coordonnées arrondies à ${ROUNDED[atlas.layer(feature).decimales]}`];
}

export function geoFeatures(features: readonly Entite[], atlas: Atlas): GeoFeature[] {
  return features.map((e) => ({
    type: "Feature",
    id: e.id,
    geometry: e.geometrie && geoGeometry(e.geometrie),
    properties: Object.fromEntries(COLUMNS.map((c) => [c.title, c.value(e, atlas) ?? null])),
  }));
}

// A geometry as RFC 7946 has it: rings are closed, and one part alone is no collection of parts.
export function geoGeometry({ kind, parts, shells }: Geometry): GeoFeature["geometry"] {
  const runs = parts.map((part) => positions(part).map((p) => p.map(rounded)));
  if (kind === "point") return single("Point", runs.flat());
  if (kind === "line") return single("LineString", runs);
  const closed = runs.map((ring) => [...ring, ring[0]!]);
  return single("Polygon", shells.map((from, i) => closed.slice(from, shells[i + 1])));
}

function single(type: string, found: readonly unknown[]): GeoFeature["geometry"] {
  return found.length === 1 ? { type, coordinates: found[0] } : { type: `Multi${type}`, coordinates: found };
}

function rounded(degrees: number): number {
  return Math.round(degrees * DECIMALS) / DECIMALS;
}
