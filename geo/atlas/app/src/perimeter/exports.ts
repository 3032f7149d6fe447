// What is in a perimeter, as files.
import { Cutter } from "../geometry/cut";
import { runToDegrees } from "../geometry/lambert";
import { grouped } from "../geometry/planar";
import type { Entite } from "../model/data";
import { CSV, CSV_EXCEL, downloadCsv, downloadGeoJson, type Cell, type GeoFeature } from "../takeaway/files";
import type { Inventory, Item, LayerCount } from "./inventory";

const DECIMALS = 9; // of a degree, so that what is measured again is the same

export interface Taken { readonly name: string; readonly kind: string; readonly inventory: Inventory; readonly precisions: Readonly<Record<string, string>> }

function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}

const TOTALS = [
  "couche", "nombre", "points", "longueur_m", "surface_ha", "entierement_dedans", "euros_entierement_dedans", "position_non_exacte", "source",
];

function totals({ layer, items, length, area, euros, unsure }: LayerCount): Cell[] {
  return [
    layer.titre, items.length, items.reduce((sum, i) => sum + i.points, 0), round(length, 3), round(area / 10_000, 7),
    items.filter((i) => i.whole).length, euros || null, unsure, layer.sources.join(" ; "),
  ];
}

export function statisticsCsv({ name, inventory }: Taken, excel: boolean): void {
  downloadCsv(`${name} statistiques`, TOTALS, inventory.layers.map(totals), excel ? CSV_EXCEL : CSV);
}

// The perimeter itself, with its statistics, in full.
export function statisticsGeoJson({ name, kind, inventory }: Taken): void {
  const { area, outline, beyond, layers, communes, planar } = inventory;
  const properties = {
    nom: name, forme: kind, surface_ha: area / 10_000, contour_m: outline, hors_de_la_page_ha: beyond / 10_000, systeme_de_mesure: "EPSG:2154",
    couches: layers.map(({ layer, items, length, area: inside, euros, unsure }) => ({
      couche: layer.id, titre: layer.titre, nombre: items.length, longueur_m: length, surface_ha: inside / 10_000,
      euros_entierement_dedans: euros || null, position_non_exacte: unsure, source: layer.sources,
    })),
    communes: communes.map(({ commune, share, area: inside }) => ({ insee: commune.insee, nom: commune.nom, part: share, surface_ha: inside / 10_000 })),
  };
  downloadGeoJson(`${name} statistiques`, [{ type: "Feature", geometry: polygonsOf(grouped(planar)), properties }]);
}

const LISTED = ["identifiant", "nom", "couche", "lieu", "statut", "position", "longueur_m", "surface_ha", "part", "euros_de_l_ensemble", "source"];

export function listCsv({ name, inventory, precisions }: Taken, excel: boolean): void {
  const rows = inventory.layers.flatMap(({ layer, items }) => items.map(({ feature, length, area, share }): Cell[] => [
    feature.id, feature.nom, layer.titre, feature.ou, feature.statut_texte, precisions[feature.precision] ?? feature.precision,
    length ? round(length, 3) : null, area ? round(area / 10_000, 7) : null, round(share, 6), feature.euros ?? null, feature.source,
  ]));
  downloadCsv(`${name} liste`, LISTED, rows, excel ? CSV_EXCEL : CSV);
}

export function listGeoJson({ name, inventory }: Taken): void {
  const cutter = new Cutter(inventory.planar);
  const features = inventory.layers.flatMap(({ layer, items }) => items.map((item): GeoFeature => ({
    type: "Feature", id: item.feature.id, geometry: inside(item, cutter), properties: properties(item, layer.titre),
  })));
  downloadGeoJson(`${name} liste`, features);
}

function properties({ feature, length, area, share }: Item, layer: string): Record<string, unknown> {
  const { nom, ou, statut_texte, precision, source, euros }: Entite = feature;
  return {
    nom, couche: feature.couche, titre_couche: layer, lieu: ou, statut: statut_texte, position: precision, part: share,
    ...(length ? { longueur_m: length } : {}), ...(area ? { surface_ha: area / 10_000 } : {}), ...(euros ? { euros_de_l_ensemble: euros } : {}), source,
  };
}

type Shape = NonNullable<GeoFeature["geometry"]>;

function inside({ planar }: Item, cutter: Cutter): Shape {
  const cut = cutter.geometry(planar);
  if ("polygons" in cut) return polygonsOf(cut.polygons);
  if (planar.kind === "line") return many("LineString", cut.runs.map(positions));
  return many("Point", positions(cut.runs[0]!));
}

function polygonsOf(polygons: readonly (readonly Float64Array[])[]): Shape {
  return many("Polygon", polygons.map((rings) => rings.map((ring) => {
    const around = positions(ring);
    return [...around, around[0]!];
  })));
}

function many(type: string, all: readonly unknown[]): Shape {
  return all.length === 1 ? { type, coordinates: all[0] } : { type: `Multi${type}`, coordinates: all };
}

function positions(metres: Float64Array): [number, number][] {
  const run = runToDegrees(metres);
  return Array.from({ length: run.length / 2 }, (_, i) => [round(run[2 * i]!, DECIMALS), round(run[2 * i + 1]!, DECIMALS)]);
}
