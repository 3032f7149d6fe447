import { describe, expect, it } from "vitest";
import { ready } from "../src/geometry/perimeter";
import { toMetres } from "../src/geometry/lambert";
import { planarOf } from "../src/geometry/planar";
import { Atlas } from "../src/model/atlas";
import type { Position } from "../src/model/data";
import { Ground } from "../src/perimeter/inventory";
import { readPerimeter } from "../src/perimeter/reading/file";
import { readRadius } from "../src/perimeter/CircleForm";
import { fitsAddress, readAddress, writeAddress } from "../src/state/address";
import { opening, type Perimeter } from "../src/state/view";
import { couche, donnees, dot, entite, line, square } from "./donnees";

const RING: Position[] = [[2.8, 50.4], [2.9, 50.4], [2.9, 50.45], [2.8, 50.45], [2.8, 50.4]];
const polygon = (coordinates: unknown): string => JSON.stringify({ type: "Polygon", coordinates });
const open = (text: string): Perimeter & { kind: "polygon" } => readPerimeter(text, "zone.geojson").perimeter as Perimeter & { kind: "polygon" };

describe("a file of the reader's", () => {
  it("is a polygon in degrees, its ring not closed", () => {
    expect(open(polygon([RING]))).toEqual({ kind: "polygon", rings: [RING.slice(0, -1)], nom: "zone" });
  });

  it("may be a feature with its name, a collection, a polygon in parts with holes", () => {
    const hole: Position[] = [[2.82, 50.41], [2.84, 50.41], [2.84, 50.43]];
    const far = RING.map(([lon, lat]): Position => [lon + 0.2, lat]);
    const feature = { type: "Feature", properties: { nom: "ZAC <b>" }, geometry: { type: "MultiPolygon", coordinates: [[RING, hole], [far]] } };
    const found = readPerimeter(JSON.stringify({ type: "FeatureCollection", features: [feature] }), "x.json");
    expect(found.perimeter.nom).toBe("ZAC <b>");
    expect(found.perimeter.kind === "polygon" && found.perimeter.rings.length).toBe(3);
    expect(found.notes.join(" ")).toMatch(/2 polygones réunis/);
  });

  it.each(["urn:ogc:def:crs:EPSG::2154", "EPSG:2154", ""])("is projected from Lambert-93, told as %j", (name) => {
    const metres = RING.map((at) => [...toMetres(at)]);
    const crs = name ? { crs: { type: "name", properties: { name } } } : {};
    const { perimeter, notes } = readPerimeter(JSON.stringify({ type: "Polygon", coordinates: [metres], ...crs }), "z.geojson");
    (perimeter.kind === "polygon" ? perimeter.rings[0]! : []).forEach(([lon, lat], i) => {
      expect(lon).toBeCloseTo(RING[i]![0], 8);
      expect(lat).toBeCloseTo(RING[i]![1], 8);
    });
    expect(notes.join(" ")).toMatch(/Lambert-93/);
  });

  it.each<[string, RegExp]>([
    ["", /ni du GeoJSON, ni du KML/],
    ["PK\u0003\u0004", /Décompressez/],
    ["{", /ne se lit pas comme du JSON/],
    ['{"type":"Topology"}', /pas de type connu/],
    ['{"type":"Point","coordinates":[2,50]}', /aucun polygone.*des points/],
    ['{"type":"FeatureCollection","features":[]}', /aucun polygone/],
    ['{"type":"Polygon","coordinates":[[["a",1],[2,3],[4,5]]]}', /n’est pas un nombre/],
    ['{"type":"Polygon","coordinates":12}', /manque une liste/],
    [polygon([[[600_000, 200_000], [600_100, 200_000], [600_100, 200_100]]]), /ni en degrés WGS84, ni en Lambert-93/],
    [polygon([[[2.8, 50.4], [2.9, 50.5], [2.9, 50.4], [2.8, 50.5]]]), /se croise/],
    [JSON.stringify({ type: "Polygon", coordinates: [RING], crs: { type: "name", properties: { name: "EPSG:27572" } } }), /EPSG:27572.*Exportez-le/],
    [JSON.stringify({ type: "Polygon", coordinates: [RING], crs: { type: "name", properties: { name: "EPSG:2154" } } }), /dit être en Lambert-93/],
  ])("is refused in words: %s", (text, words) => {
    expect(() => readPerimeter(text, "x")).toThrow(words);
  });

  it("is refused when it nests without end", () => {
    const deep = '{"type":"GeometryCollection","geometries":['.repeat(100) + polygon([RING]) + "]}".repeat(100);
    expect(() => readPerimeter(deep, "x")).toThrow(/emboîte/);
  });
});

describe("an inventory", () => {
  const atlas = new Atlas(donnees({
    couches: [couche({ id: "cites" }), couche({ id: "voies", lineaire: true }), couche({ id: "friches" })],
    entites: [
      entite({ id: "in", geometrie: dot(2.85, 50.42) }),
      entite({ id: "out", geometrie: dot(2.95, 50.42) }),
      entite({ id: "two", geometrie: { ...dot(2.85, 50.42), parts: [Float64Array.from([2.85, 50.42, 2.95, 50.42])] }, precision: "commune", euros: 5 }),
      entite({ id: "road", couche: "voies", geometrie: line(2.85, 50.42, 2.95, 50.42), mesure: 1000, euros: 7 }),
      entite({ id: "field", couche: "friches", geometrie: square(2.85, 50.41, 0.01), mesure: 123, euros: 9 }),
      entite({ id: "plan", precision: "territoire", geometrie: null, couvre: ["200033579"] }),
    ],
  }));
  const perimeter = open(polygon([RING.map(([lon, lat]) => [lon, lat < 50.42 ? 50.39 : lat])]));
  const found = new Ground(atlas).inventory(ready(perimeter).planar!);
  const of = (id: string) => found.layers.find((one) => one.layer.id === id)!;

  it("has the points inside, those in several places too", () => {
    expect(of("cites").items.map((i) => [i.feature.id, i.points, i.whole])).toEqual([["in", 1, true], ["two", 1, false]]);
    expect(of("cites").unsure).toBe(1);
  });

  it("scales the part to the exact measure of the whole", () => {
    const planar = planarOf(atlas.features.get("road")!.geometrie!);
    const half = of("voies").length / 1000;
    expect(half).toBeGreaterThan(0.49);
    expect(half).toBeLessThan(0.51);
    expect(planar.length).toBeGreaterThan(7000);
    expect(of("friches").area).toBe(123);
  });

  it("counts the euros of what is wholly inside, and of nothing else", () => {
    expect([of("cites").euros, of("voies").euros, of("friches").euros]).toEqual([0, 0, 9]);
  });

  it("tells the communes met, with the share of their area, and measures of territories apart", () => {
    expect(found.communes.map(({ commune }) => commune.nom)).toEqual(["Liévin"]);
    expect(found.communes[0]!.share).toBeGreaterThan(0);
    expect(found.covering.map((e) => e.id)).toEqual(["plan"]);
  });

  it("leaves out what a filter leaves out", () => {
    expect(new Ground(atlas).inventory(ready(perimeter).planar!, (e) => e.id === "in").layers.map((l) => l.items.length)).toEqual([1]);
  });
});

describe("a perimeter in the address", () => {
  const atlas = new Atlas(donnees());
  it("keeps a file's corners as they are", () => {
    const perimeter: Perimeter = { kind: "polygon", rings: [[[2.812345678, 50.4], [2.9, 50.400000001], [2.85, 50.45]]], nom: "a;b c" };
    expect(readAddress(writeAddress({ ...opening(atlas), perimeter }, atlas), atlas).perimeter).toEqual(perimeter);
  });

  it("leaves out one that is too long, and says so", () => {
    const ring = Array.from({ length: 401 }, (_, i): Position => [2.8 + 0.1 * Math.cos(i / 64), 50.4 + 0.1 * Math.sin(i / 64)]);
    const perimeter: Perimeter = { kind: "polygon", rings: [ring], nom: "" };
    expect(fitsAddress(perimeter)).toBe(false);
    expect(writeAddress({ ...opening(atlas), perimeter }, atlas)).toBe("");
  });
});

it.each<[string, string, number | null]>([
  ["1,5", "km", 1500], ["300", "m", 300], [" 1 200 ", "m", 1200], ["0", "km", null], ["-1", "km", null], ["", "km", null], ["abc", "m", null], ["101", "km", null],
])("a radius of %j %s is %s", (text, unit, metres) => {
  expect(readRadius(text, unit)).toBe(metres);
});
