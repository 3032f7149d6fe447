import { describe, expect, it } from "vitest";
import { distanceBetween, gapOf } from "../src/feature/distance";
import { distanceText, inSameCommunes, nearestOf, stretchesOf } from "../src/feature/near";
import { Atlas } from "../src/model/atlas";
import type { Voisinage } from "../src/model/data";
import { boxOf, type Geometry } from "../src/model/geometry";
import { couche, donnees, dot, entite, line, square } from "./donnees";

describe("distances", () => {
  // Geodesics of GRS80 (pyproj.Geod): a thousandth is asked for.
  it.each<[string, Geometry, Geometry, number]>([
    ["two points, to the east", dot(2.83, 50.43), dot(2.84, 50.43), 710.54],
    ["two points, to the north", dot(2.83, 50.43), dot(2.83, 50.44), 1112.37],
    ["far points", dot(2.6, 50.5), dot(3.5, 50.35), 66095.84],
    ["a point and the inside of a line", dot(2.83, 50.43), line(2.8, 50.44, 2.9, 50.44), 1112.37],
    ["a point and a square", dot(2.83, 50.43), square(2.84, 50.42, 0.02), 710.54],
    ["a point in a square", dot(2.85, 50.43), square(2.84, 50.42, 0.02), 0],
    ["a line that crosses a square, with no vertex in it", line(2.8, 50.43, 2.9, 50.43), square(2.84, 50.42, 0.02), 0],
    ["two lines that cross", line(2.8, 50.4, 2.9, 50.5), line(2.8, 50.5, 2.9, 50.4), 0],
    ["a square in a square", square(2.85, 50.43, 0.001), square(2.84, 50.42, 0.02), 0],
  ])("of %s", (_, a, b, wanted) => {
    for (const metres of [distanceBetween(a, b), distanceBetween(b, a)]) {
      if (wanted) expect(Math.abs(metres / wanted - 1)).toBeLessThan(1e-3);
      else expect(metres).toBe(0);
    }
  });

  it("reach the edge of a hole from inside it", () => {
    const outer = square(2.8, 50.4, 0.1);
    const holed: Geometry = { ...outer, parts: [outer.parts[0]!, square(2.84, 50.44, 0.02).parts[0]!] };
    expect(distanceBetween(dot(2.85, 50.45), holed)).toBeGreaterThan(600);
    expect(distanceBetween(dot(2.81, 50.41), holed)).toBe(0);
  });

  it("are those of every pair of segments, on long lines", () => {
    const wave = (lat: number, count: number): Geometry => line(...Array.from({ length: count }, (_, i) => [2.6 + i / 1000, lat + Math.sin(i * 1.7) / 300]).flat());
    const [a, b] = [wave(50.4, 70), wave(50.43, 50)];
    let least = Infinity;
    for (let i = 0; i < 69; i++) {
      for (let j = 0; j < 49; j++) {
        const piece = (g: Geometry, k: number): Geometry => line(...g.parts[0]!.slice(2 * k, 2 * k + 4));
        least = Math.min(least, distanceBetween(piece(a, i), piece(b, j)));
      }
    }
    expect(distanceBetween(a, b)).toBeCloseTo(least, 6);
  });

  it("are never less than the gap between the boxes", () => {
    const pairs: [Geometry, Geometry][] = [[dot(2.6, 50.5), dot(3.5, 50.35)], [square(2.7, 50.3), line(3, 50.5, 3.2, 50.6)], [dot(2.83, 50.43), dot(2.83, 50.44)]];
    for (const [a, b] of pairs) expect(gapOf(boxOf(a), boxOf(b))).toBeLessThanOrEqual(distanceBetween(a, b));
    expect(gapOf(boxOf(square(2.7, 50.3)), boxOf(dot(2.75, 50.35)))).toBe(0);
  });
});

describe("how a distance is told", () => {
  it.each([
    [0, true, "sur place ou au contact"], [4, true, "à moins de 10\u202fm"], [346, true, "à 350\u202fm"], [346, false, "à 350\u202fm\u00a0environ"],
    [996, true, "à 1\u202fkm"], [1234, false, "à 1,2\u202fkm\u00a0environ"], [12_345, true, "à 12\u202fkm"],
  ])("%d m", (metres, sure, wanted) => {
    expect(distanceText(metres, sure)).toBe(wanted);
  });
});

describe("what is near a feature", () => {
  const relation = (patch: Partial<Voisinage>): Voisinage => ({ id: "r", titre: "Le plus proche", couches: [], entites: [], genre: "", reserve: "", ...patch });
  const here = entite({ id: "ici", nom: "Ici", geometrie: dot(2.83, 50.43) });
  const route = (id: string, lat: number, nom = id): ReturnType<typeof entite> => entite({ id, nom, couche: "velo", geometrie: line(2.8, lat, 2.9, lat), communes: ["62498"] });
  const atlas = (voisinages: Voisinage[]): Atlas => new Atlas(donnees({
    couches: [couche({ id: "cites" }), couche({ id: "velo" }), couche({ id: "soins" })],
    entites: [
      here, route("v1", 50.46), route("v2", 50.44), entite({ id: "gare", couche: "velo", geometrie: dot(2.831, 50.43), communes: [] }),
      entite({ id: "s1", couche: "soins", geometrie: dot(2.832, 50.43), communes: ["59178"] }),
      entite({ id: "s2", couche: "soins", geometrie: dot(2.84, 50.43), precision: "adresse", communes: ["59178"] }),
      entite({ id: "mesure", couche: "cites", geometrie: null, precision: "territoire" }),
      route("t1", 50.5, "Voie"), route("t2", 50.6, "Voie"),
    ],
    voisinages,
  }));

  it("is of the layers, the kind and the features that the page names", () => {
    const found = nearestOf(here, atlas([
      relation({ id: "velo", couches: ["velo"], genre: "ligne" }), relation({ id: "soins", entites: ["s2", "inconnu"], reserve: "seulement ceux-là" }), relation({ id: "rien", couches: ["autre"] }),
    ]));
    expect(found.map((n) => [n.feature.id, n.sure, n.remark])).toEqual([["v2", true, ""], ["s2", false, "seulement ceux-là"]]);
    expect(found[0]!.metres).toBeGreaterThan(1100);
  });

  it("is never itself, nor another stretch of its own line", () => {
    const page = atlas([relation({ couches: ["velo"], genre: "ligne" }), relation({ couches: ["cites"] })]);
    expect(nearestOf(page.features.get("t1")!, page)[0]!.feature.id).toBe("v1");
    expect(nearestOf(here, page)).toHaveLength(1);
    expect(stretchesOf(page.features.get("t1")!, page).map((e) => e.id)).toEqual(["t2"]);
  });

  it("is nothing for a measure of a territory", () => {
    const page = atlas([relation({ couches: ["cites"] })]);
    expect(nearestOf(page.features.get("mesure")!, page)).toEqual([]);
  });

  it("in the same commune, comes by distance, a line once", () => {
    const page = atlas([]);
    expect(inSameCommunes(here, page).map((n) => [n.feature.id, n.stretches])).toEqual([["v2", 1], ["v1", 1], ["t1", 2]]);
  });
});
