import { beforeAll, describe, expect, it, vi } from "vitest";
import { Atlas } from "../src/model/atlas";
import type { Stat, Theme } from "../src/model/data";
import { Selectors } from "../src/state/select";
import { opening, type View } from "../src/state/view";
import { themeKeys, themeNotes } from "../src/theme/keys";
import { colours, legendOf, radius } from "../src/theme/legend";
import { ranked } from "../src/theme/ThemeTable";
import { keyOf, rate, shownTheme, sizeOf, valuesOf, withFeatures, written } from "../src/theme/values";
import { donnees } from "./donnees";

const stat = (value: number, text: string, unit = "", ids = ["cites-1"]): Stat => [value, text, unit, ids, "", ""];

const base = { sujet: "Cités", objet: "Surface", groupe: "cites", axe: 1, mesure: "area_ha" } as const;
const RATE: Theme = {
  ...base, id: "cites.area_ha.km2", titre: "Surface par km²", unite: "ha par km²", sorte: "taux", par: "km2",
  niveaux: {
    epci: { rangs: "21", note: "À part.", methode: "seuils naturels (Fisher-Jenks)", bornes: ["0,5", "de 1,0 à 2,0"] },
    commune: { rangs: "10-", note: "", methode: "seuils naturels (Fisher-Jenks)", bornes: ["de 1 à 2"] },
  },
};
const COUNT: Theme = {
  ...base, id: "cites.area_ha", titre: "Surface", unite: "ha", sorte: "nombre", par: "",
  niveaux: { epci: { rangs: "11", note: "", maximum: 400, reperes: [[200, "200 ha"], [50, "50 ha"]] } },
};

const atlas = new Atlas(donnees({
  stats: {
    "200033579": { cites: { area_ha: stat(400, "400", "ha") } },
    "200044618": { cites: { area_ha: stat(100, "environ 100", "ha") } },
    "62498": { cites: { area_ha: stat(30, "30", "ha") } },
  },
  themes: {
    liste: [RATE, COUNT],
    rampes: { 1: { clair: [["#a"], ["#b1", "#b2"], [], [], ["#1", "#2", "#3", "#4", "#5"]], sombre: [["#z"], ["#y1", "#y2"], [], [], ["#1", "#2", "#3", "#4", "#5"]] } },
    tailles: { "200033579": [240_000, 200], "200044618": [150_000, 200], total: [390_000, 400] }, mesures: {}, km2: [15, 12, 16],
  },
}));
const seen = (theme: string): View => ({ ...opening(atlas), theme });

beforeAll(() => vi.stubGlobal("window", { innerWidth: 1440 }));

describe("the thematic view of an address", () => {
  it("names a theme, a partition and whether features stand over it", () => {
    expect(keyOf(RATE, "commune", true)).toBe("cites.area_ha.km2:commune:avec");
    expect(withFeatures(seen("cites.area_ha.km2:commune:avec"))).toBe(true);
    expect(shownTheme(seen("cites.area_ha.km2:commune"), atlas)?.by).toBe("commune");
  });

  it("is none where the page has no such theme, the first partition where the one asked lacks", () => {
    expect(shownTheme(seen(""), atlas)).toBeNull();
    expect(shownTheme(seen("nope:epci"), atlas)).toBeNull();
    expect(shownTheme(seen("cites.area_ha:commune"), atlas)?.by).toBe("epci");
  });

  it("puts features aside, but for the chosen one, unless they are asked for", () => {
    const select = new Selectors(atlas);
    expect(select.drawn(seen("")).length).toBe(3);
    expect(select.drawn(seen("nope:epci")).length).toBe(3);
    expect(select.drawn(seen("cites.area_ha:epci"))).toEqual([]);
    expect(select.drawn({ ...seen("cites.area_ha:epci"), selection: "cites-2" }).map((e) => e.id)).toEqual(["cites-2"]);
    expect(select.drawn(seen("cites.area_ha:epci:avec")).length).toBe(3);
  });
});

describe("values", () => {
  it("divides by the size of each territory, and keeps qualifier and origin", () => {
    const values = valuesOf(shownTheme(seen("cites.area_ha.km2:epci"), atlas)!, atlas);
    expect(values.map((v) => [v.value, v.written])).toEqual([[2, "2"], [0.5, "environ 0,5"]]);
    expect(values[0]!.stat).toEqual([2, "2", "ha\u00a0par km²", ["cites-1"], "Soit 400\u202fha rapporté à 200\u202fkm².", ""]);
  });

  it("tells zero from what is not known", () => {
    const values = valuesOf(shownTheme(seen("cites.area_ha.km2:commune"), atlas)!, atlas);
    expect(values.map((v) => [v.name, v.value, v.written])).toEqual([["Lens", 2, "2"], ["Liévin", 0, "0"], ["Douai", null, "pas de donnée"]]);
  });

  it("knows the size of the basin, of an EPCI, of a commune", () => {
    expect([sizeOf(atlas, ""), sizeOf(atlas, "200044618"), sizeOf(atlas, "62510")]).toEqual([[390_000, 400], [150_000, 200], [30_000, 12]]);
  });

  it("writes euros for an inhabitant", () => {
    const [value, text, unit] = rate(stat(1_070_000, "environ 1,07 M€"), "eur_hab", [1000, 10]);
    expect([value, text, unit]).toEqual([1070, "environ 1\u202f070\u202f€", "par habitant"]);
    expect(rate(stat(3, "3"), "hab", [1500, 10]).slice(0, 3)).toEqual([2, "2", "pour 1\u202f000\u00a0habitants"]);
  });

  it.each([[0, "0"], [0.0123, "0,012"], [0.5, "0,5"], [5.867, "5,87"], [12.34, "12,3"], [1234.5, "1\u202f235"]])("writes %d", (value, text) => {
    expect(written(value)).toBe(text);
  });

  it("ranks, equals together, what is not known last", () => {
    const one = (name: string, value: number | null): Parameters<typeof ranked>[0][number] => ({ code: name, name, rank: "1", value, written: "" });
    expect(ranked([one("c", 1), one("x", null), one("a", 5), one("b", 5), one("d", 0)]).map((r) => [r.place, r.name]))
      .toEqual([[1, "a"], [1, "b"], [3, "c"], [4, "d"], [0, "x"]]);
  });
});

describe("the legend", () => {
  it("tells classes, their bounds, how many are in each, zero, what is not known, and the method", () => {
    const told = legendOf(seen("cites.area_ha.km2:commune"), atlas, false)!;
    expect(told.title).toBe("Surface, en ha par km²");
    expect(told.rows).toEqual([
      { colour: "", hatch: false, label: "0", count: "1\u00a0commune" },
      { colour: "#a", hatch: false, label: "de 1 à 2", count: "1\u00a0commune" },
      { colour: "", hatch: true, label: "Pas de donnée", count: "1\u00a0commune" },
    ]);
    expect(told.lines).toEqual(["1\u00a0classe, seuils naturels (Fisher-Jenks)\u202f; les zéros à part."]);
    expect(legendOf(seen("cites.area_ha.km2:epci"), atlas, false)!.lines[1]).toBe("À part.");
  });

  it("has other colours on coal", () => {
    const shown = shownTheme(seen("cites.area_ha.km2:epci"), atlas)!;
    expect([colours(shown, atlas, false), colours(shown, atlas, true)]).toEqual([["#b1", "#b2"], ["#y1", "#y2"]]);
  });

  it("draws circles whose areas are as the values", () => {
    const shown = shownTheme(seen("cites.area_ha:epci"), atlas)!;
    expect(radius(shown, 400) / radius(shown, 100)).toBeCloseTo(2, 12);
    expect(radius(shown, 0)).toBe(0);
    const { circles, rows } = legendOf(seen("cites.area_ha:epci"), atlas, false)!;
    expect(circles.map((c) => c.label)).toEqual(["200 ha", "50 ha"]);
    expect(circles[0]!.radius / circles[1]!.radius).toBeCloseTo(2, 12);
    expect(rows).toEqual([]);
  });
});

it("has keys and notes for pictures and prints", () => {
  const keys = themeKeys(seen("cites.area_ha.km2:epci"), atlas, false);
  expect(keys.map((k) => k.text)).toEqual(["0,5 (1\u00a0EPCI)", "de 1,0 à 2,0 (1\u00a0EPCI)"]);
  expect(keys[0]!.group).toBe("Cités, surface, en ha par km²");
  expect(themeNotes(seen("cites.area_ha.km2:epci"), atlas)).toEqual(["2\u00a0classes, seuils naturels (Fisher-Jenks).", "À part."]);
  expect(themeKeys(seen(""), atlas, false)).toEqual([]);
});
