import { describe, expect, it } from "vitest";
import type { Entite } from "../src/model/data";
import { Atlas } from "../src/model/atlas";
import { opening } from "../src/state/view";
import { axisOf, keyFigures, sourcesOf, whatOf } from "../src/takeaway/content";
import { csv, CSV_EXCEL, geoJson } from "../src/takeaway/files";
import { frameFor } from "../src/takeaway/mapframe";
import { geoFeatures, geoGeometry, HEADER, rows } from "../src/takeaway/table";
import { sorted, telling } from "../src/takeaway/TableDock";
import { wrap } from "../src/takeaway/wrap";
import { place } from "../src/map/pass";
import { couche, donnees, dot, entite, line, square } from "./donnees";

const atlas = new Atlas(donnees());
const cell = (feature: ReturnType<typeof entite>, column: string) => rows([feature], atlas)[0]![HEADER.indexOf(column)];

describe("rows of a list", () => {
  it("tell names, not codes, and keep the codes beside", () => {
    const feature = entite({ id: "cites-1", communes: ["62498", "62510"], statut: "livré", euros: 1234.5, bailleurs: ["SIA"], source: "Bilan, ligne 12" });
    expect(["commune", "code_insee", "epci", "statut", "montant_eur", "bailleur", "precision", "source", "lon", "lat"].map((c) => cell(feature, c)))
      .toEqual(["Lens, Liévin", "62498 62510", "CA de Lens-Liévin", "Livré", 1234.5, "SIA", "position exacte", "Bilan, ligne 12", 2.83, 50.43]);
  });

  it("have no place for a measure, but the territories it covers", () => {
    const measure = entite({ id: "m", geometrie: null, communes: [], epci: [], couvre: ["200044618"] });
    expect(["lon", "lat", "epci"].map((c) => cell(measure, c))).toEqual([null, null, "CA Douaisis Agglo"]);
  });
});

describe("the position of a row", () => {
  const told = (feature: ReturnType<typeof entite>) => ["x_l93", "y_l93", "position", "note"].map((c) => cell(feature, c));

  it("is in metres too, and says what of the feature it is", () => {
    const [x, y, position, note] = told(entite({ id: "p", geometrie: dot(3, 46.5) })); // where Lambert-93 has its origin
    expect([x, y, position, note]).toEqual([700_000, 6_600_000, "point", "coordonnées arrondies à 10\u00a0cm"]);
    expect(told(entite({ id: "s", geometrie: square(2.8, 50.4) }))[2]).toBe("point intérieur");
    expect(told(entite({ id: "l", geometrie: line(2.8, 50.4, 2.9, 50.4) }))[2]).toBe("milieu du tracé");
    expect(told(entite({ id: "m", geometrie: null }))).toEqual([null, null, null, "sans lieu sur la carte"]);
  });

  it("is written for 50,000 rows", () => {
    const many = Array.from({ length: 50_000 }, (_, i) => entite({ id: `e-${i}`, nom: `=Élément ${i}; "a"`, geometrie: dot(2.5 + i / 1e5, 50.4) }));
    const text = csv(HEADER, rows(many, atlas), CSV_EXCEL);
    const places = geoJson(geoFeatures(many, atlas));
    expect(text.split("\r\n")).toHaveLength(50_002);
    expect(JSON.parse(places).features).toHaveLength(50_000);
  }, 60_000);
});

describe("GeoJSON", () => {
  it("closes rings and puts holes in their polygon", () => {
    const [outer, hole] = [square(0, 0, 1).parts[0]!, square(0.2, 0.2, 0.1).parts[0]!];
    const geometry = geoGeometry({ kind: "polygon", parts: [outer, hole, square(5, 5).parts[0]!], shells: [0, 2], anchor: [0, 0] })!;
    const polygons = geometry.coordinates as number[][][][];
    expect(geometry.type).toBe("MultiPolygon");
    expect(polygons.map((rings) => rings.length)).toEqual([2, 1]);
    expect(polygons[0]![0]![0]).toEqual(polygons[0]![0]!.at(-1));
  });

  it("is a single geometry where there is one", () => {
    expect(geoGeometry(dot(2, 50))).toEqual({ type: "Point", coordinates: [2, 50] });
    expect(geoGeometry(line(2, 50, 3, 51))).toEqual({ type: "LineString", coordinates: [[2, 50], [3, 51]] });
    expect(geoFeatures([entite({ id: "m", geometrie: null })], atlas)[0]).toMatchObject({ id: "m", geometry: null });
  });
});

describe("the table", () => {
  const features = [entite({ id: "a", nom: "Élan", euros: 5 }), entite({ id: "b", nom: "eau 10" }), entite({ id: "c", nom: "Eau 9", euros: 70 })];
  const ids = (column: string, down = false) => sorted(features, { column, down }, atlas).map((e) => e.id).join("");

  it("sorts words as French does, numbers by value, what is empty last", () => {
    expect(ids("nom")).toBe("cba");
    expect(ids("nom", true)).toBe("abc");
    expect(ids("euros")).toBe("acb");
    expect(ids("euros", true)).toBe("cab");
  });

  it("has the columns that say something", () => {
    const titles = (own: readonly Entite[]): string[] => telling(own, atlas).map((c) => c.id);
    expect(titles(features)).not.toContain("couche");
    expect(titles(features)).toContain("euros");
    expect(titles([features[1]!])).not.toContain("euros");
    expect(titles([features[0]!, entite({ id: "d", couche: "friches" })])).toContain("couche");
  });
});

describe("text on a canvas", () => {
  const measure = (text: string): number => text.length;

  it("goes to the next line and loses nothing", () => {
    expect(wrap("un deux trois quatre", 9, measure)).toEqual(["un deux", "trois", "quatre"]);
    const long = `${"x".repeat(25)} fin`;
    const lines = wrap(long, 10, measure);
    expect(lines.every((part) => part.length <= 10)).toBe(true);
    expect(lines.join("").replaceAll(" ", "")).toBe(long.replaceAll(" ", ""));
  });

  it("keeps together what a no-break space joins", () => {
    expect(wrap("a 12\u00a0km b", 6, measure)).toEqual(["a", "12\u00a0km", "b"]);
    expect(wrap("", 5, measure)).toEqual([]);
  });
});

describe("the frame of a sheet", () => {
  it.each([[300, 100], [100, 300]])("holds the whole box in %i x %i, in its middle", (width, height) => {
    const frame = frameFor([2.7, 50.3, 3.1, 50.5], width, height);
    const [a, b] = [place(frame, [2.7, 50.5]), place(frame, [3.1, 50.3])];
    expect(Math.min(a.x, a.y)).toBeGreaterThanOrEqual(0);
    expect(b.x).toBeLessThanOrEqual(width);
    expect(b.y).toBeLessThanOrEqual(height);
    expect(a.x + b.x).toBeCloseTo(width, 6);
    expect(a.y + b.y).toBeCloseTo(height, 6);
  });
});

describe("what a sheet says", () => {
  const told = new Atlas(donnees({
    couches: [couche({ id: "cites", titre: "Cités", sources: ["Bilan"] }), couche({ id: "puits", titre: "Puits", sources: ["BRGM (2024)"] })],
    sources_courtes: ["Bilan", "BRGM (2024)", "IGN (2025)"],
    sources: ["Bilan", "BRGM", "IGN"].map((titre) => ({ titre, details: `${titre}. Licence Ouverte 2.0. Millésime 2024.`, lots: [] })),
    stats: { "62498": { cites: { nombre_localise: [1, "1", "", ["cites-1"], ""] } } } as never,
    premiers: [{ couche: "cites", mesure: "nombre_localise", un: "cité minière", plusieurs: "cités minières" }],
  }));
  const view = { ...opening(told), layers: new Set(["cites"]) };

  it("names its layers and the sources of what it shows, borders with them", () => {
    expect(whatOf(view, told)).toBe("Cités");
    expect(axisOf(view, told)?.id).toBe(1);
    expect(sourcesOf(view, told, false)).toEqual(["Bilan", "IGN (2025)"]);
    expect(sourcesOf(view, told, true)[1]).toBe("IGN (2025)\u00a0: IGN. Licence Ouverte 2.0.");
  });

  it("agrees in number with its figures", () => {
    expect(keyFigures({ ...view, territory: "62498" }, told)).toEqual([{ text: "1", unit: "", label: "cité minière", source: "" }]);
  });
});
