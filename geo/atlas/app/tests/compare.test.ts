import { describe, expect, it } from "vitest";
import { isHere, modeOf, nameOf, otherOf, otherWritten, rowsOf } from "../src/compare/rows";
import { tableOf } from "../src/compare/take";
import { Atlas } from "../src/model/atlas";
import type { Donnees, Stat } from "../src/model/data";
import { readAddress, writeAddress } from "../src/state/address";
import { opening } from "../src/state/view";
import { donnees } from "./donnees";

const [LENS, DOUAI] = ["200033579", "200044618"];
const stat = (value: number, text: string, unit = "", rank = ""): Stat => [value, text, unit, ["cites-1"], "", rank];
const themes: Donnees["themes"] = {
  liste: [], rampes: {}, km2: [15, 12, 16],
  tailles: { [LENS]: [240_000, 200], [DOUAI]: [160_000, 400], total: [400_000, 600] },
  mesures: {
    nombre: { libelle: "Éléments, mesures de territoire comprises", taux: false, nul: true },
    nombre_localise: { libelle: "Éléments localisés", taux: true, nul: true },
    montant_eur: { libelle: "Euros attribués", taux: true, nul: false },
    part_velo_300m: { libelle: "Part à 300 m", taux: false, nul: false },
  },
};
const basin = new Atlas(donnees({
  themes,
  stats: {
    total: { cites: { nombre_localise: stat(30, "30"), nombre: stat(32, "32"), montant_eur: stat(4e6, "4 M€") } },
    [LENS]: { cites: { nombre_localise: stat(24, "24", "", "1er sur 2"), nombre: stat(24, "24"), montant_eur: stat(1.2e6, "près de 1,2 M€"), part_velo_300m: stat(14, "14", "%") } },
    [DOUAI]: { friches: { nombre_localise: stat(8, "8"), nombre: stat(8, "8") } },
  },
}));
// the page of one EPCI, which knows the other by its numbers
const page = new Atlas(donnees({
  themes, territoire: LENS, epci: donnees().epci.slice(0, 1), pages: { [DOUAI]: "douaisis.html", "": "../atlas.html" },
  stats: { [LENS]: basin.data.stats[LENS]! },
  comparaison: { [DOUAI]: { cites: { nombre_localise: [16, "16", "", "", "2e sur 2"] } }, total: { cites: { nombre: [40, "40", "", "", ""], nombre_localise: [40, "40", "", "", ""] } } },
}));
it("says nothing rather than zero of what is there and was not measured", () => {
  const measured = { ...themes, mesures: { ...themes.mesures, area_ha: { libelle: "Surface", taux: true, nul: true } } };
  const own = { nombre: stat(2, "2"), nombre_localise: stat(2, "2") };
  const atlas = new Atlas(donnees({ themes: measured, stats: { [LENS]: { friches: own }, [DOUAI]: { friches: { ...own, area_ha: stat(3, "3", "ha") } }, total: {} } }));
  const area = (a: string, b: string): unknown[] => rowsOf(atlas, [a, b], "").filter((r) => r.measure === "area_ha").flatMap((r) => r.cells.map((c) => c.written));
  expect(area(LENS, DOUAI)).toEqual(["pas de donnée", "3"]);
  expect(area("", DOUAI)).toEqual(["0", "3"]);
});

const told = (atlas: Atlas, a: string, b: string, mode: "" | "hab" | "km2"): unknown[] =>
  rowsOf(atlas, [a, b], mode).map((row) => [row.subject, row.measure, row.cells[0].written, row.cells[1].written]);

describe("the other territory", () => {
  const view = opening(basin);
  it("is the basin for an EPCI, the first EPCI for the basin, the one that was chosen", () => {
    expect(otherOf({ ...view, territory: DOUAI }, basin)).toBe("");
    expect(otherOf(view, basin)).toBe(LENS);
    expect(otherOf({ ...view, territory: LENS, other: "62498" }, basin)).toBe("62498");
    expect(otherOf({ ...view, territory: LENS, other: LENS }, basin)).toBe("");
  });

  it("may be of another page, and a link keeps it", () => {
    expect([isHere(page, LENS), isHere(page, DOUAI), isHere(page, "")]).toEqual([true, false, false]);
    expect([nameOf(page, DOUAI), nameOf(page, "")]).toEqual(["Douaisis", "Tout le bassin"]);
    const seen = { ...opening(page), other: DOUAI, dock: "comparer" as const };
    expect(readAddress(writeAddress(seen, page), page)).toEqual(seen);
  });
});

it("is compared in a way that a link keeps", () => {
  const view = opening(basin);
  expect(modeOf(view)).toBe("hab");
  for (const [code, mode] of [[LENS, "km2"], [LENS, ""], ["", "km2"], [DOUAI, "hab"]] as const) {
    const seen = { ...view, other: otherWritten(code, mode) };
    const read = readAddress(writeAddress(seen, basin), basin);
    expect([read, modeOf(read), otherOf(read, basin)]).toEqual([seen, mode, code || LENS]);
  }
  for (const wrong of ["#a=constructor", "#a=x", "#a=~x"]) expect(readAddress(wrong, basin).other).toBe("");
});

describe("rows", () => {
  it("keeps what one of the two has; nothing is zero where that is known", () => {
    expect(told(basin, LENS, DOUAI, "")).toEqual([
      ["cites", "nombre_localise", "24", "0"],
      ["cites", "montant_eur", "près de 1,2 M€", "pas de donnée"],
      ["cites", "part_velo_300m", "14", "pas de donnée"],
      ["friches", "nombre_localise", "0", "8"],
    ]);
  });

  it("tells the count with measures of territories only where there are some", () => {
    expect(told(basin, "", LENS, "")[0]).toEqual(["cites", "nombre", "32", "24"]);
  });

  it("divides by inhabitants or km², euros by one inhabitant, and leaves parts as they are", () => {
    expect(told(basin, LENS, DOUAI, "hab")).toEqual([
      ["cites", "nombre_localise", "0,1", "0"],
      ["cites", "montant_eur", "près de 5\u202f€", "pas de donnée"],
      ["cites", "part_velo_300m", "14", "pas de donnée"],
      ["friches", "nombre_localise", "0", "0,05"],
    ]);
    expect(rowsOf(basin, [LENS, DOUAI], "km2")[0]!.cells[0].value).toBeCloseTo(0.12, 12);
  });

  it("says that the euros of the basin count what no EPCI has", () => {
    const [row] = rowsOf(basin, ["", LENS], "hab").filter((r) => r.measure === "montant_eur");
    expect(row!.cells.map((c) => c.wider)).toEqual([true, false]);
  });

  it("finds the numbers of another page, without their sources", () => {
    const [row] = rowsOf(page, [LENS, DOUAI], "hab");
    expect(row!.cells[1].value).toBeCloseTo(0.1, 12);
    expect(row!.cells[1].stat![3]).toEqual([]);
    expect(told(page, LENS, "", "")[0]).toEqual(["cites", "nombre_localise", "24", "40"]);
  });
});

it("is taken away with the three ways of telling", () => {
  const { header, rows } = tableOf(basin, [LENS, DOUAI]);
  expect(header.slice(4)).toEqual(["Lens-Liévin", "Douaisis", "Lens-Liévin, écrit", "Douaisis, écrit"]);
  expect(rows.filter((r) => r[2] === "Euros attribués").map((r) => [r[3], r[4], r[5]])).toEqual([
    ["€", 1.2e6, null], ["€ par habitant", 5, null], ["€ par km²", 6000, null],
  ]);
});
