// What each choice of a filter would leave, and the words of the filters that are set.
import { describe, expect, it } from "vitest";
import { activeOf, choicesOf, kindsOf, leftBy, others, periodText, rangeText, tally } from "../src/filters/facets";
import { following } from "../src/filters/Period";
import { parseMillions } from "../src/filters/Amount";
import { Atlas } from "../src/model/atlas";
import { NO_FILTER } from "../src/state/view";
import { donnees, entite } from "./donnees";

const features = [
  entite({ id: "a", statut: "livré", financeurs: ["État", "Région"], debut: "2018", euros: 5e5 }),
  entite({ id: "b", statut: "livré", financeurs: ["Région"], debut: "2019", fin: "2021", euros: 2e7, unesco: "oui" }),
  entite({ id: "c", statut: "projet", financeurs: ["EPF"], precision: "commune" }),
  entite({ id: "d" }),
];
const atlas = new Atlas(donnees({
  entites: features,
  statuts: [{ id: "projet", texte: "Projet", couleur: "#ccc" }, { id: "livré", texte: "Livré", couleur: "#2b7a56" }, { id: "étude", texte: "Étude", couleur: "#eee" }],
  precisions: { exacte: "position exacte", commune: "située à la commune", adresse: "à l’adresse" },
}));

describe("the facets", () => {
  it("count what a choice leaves given the filters of the other kinds", () => {
    const filters = { ...NO_FILTER, statuts: ["livré"], financeurs: ["État"] };
    expect(Object.fromEntries(tally(others(features, filters, "financeurs"), "financeurs"))).toEqual({ "État": 1, "Région": 2 });
    expect(Object.fromEntries(tally(others(features, filters, "statuts"), "statuts"))).toEqual({ "livré": 1 });
    expect(others(features, NO_FILTER, "euros")).toBe(features);
  });

  it("count years and amounts", () => {
    expect([2017, 2018, 2019, 2020, 2021, 2022].map((year) => leftBy(features, { periode: [year, year] }))).toEqual([0, 1, 1, 1, 1, 0]);
    expect(leftBy(features, { euros: [1e6, 1e7] })).toBe(0);
    expect(leftBy(features, { euros: [null, 1e6] })).toBe(1);
    expect(leftBy(features, {})).toBe(4);
  });

  it("are of the kinds that the data tell", () => {
    expect(kindsOf(atlas)).toEqual(["statuts", "periode", "financeurs", "unesco", "precisions", "euros"]);
    expect(kindsOf(new Atlas(donnees({ entites: [features[3]!] })))).toEqual([]);
  });

  it("offer the choices that exist, in the order of the data or the most frequent first", () => {
    expect(choicesOf(atlas, "statuts").map((c) => c.label)).toEqual(["projet", "livré", "non précisé"]);
    expect(choicesOf(atlas, "financeurs").map((c) => c.value)).toEqual(["Région", "EPF", "État"]);
    expect(choicesOf(atlas, "precisions").map((c) => c.value)).toEqual(["exacte", "commune"]);
  });
});

describe("the filters that are set", () => {
  const filters = { ...NO_FILTER, statuts: ["livré", ""], bailleurs: ["<b>"], unesco: "non" as const, periode: [2018, 2020] as const, euros: [null, 1.25e6] as const };

  it("are told one by one", () => {
    expect(activeOf(atlas, filters).map((a) => a.text.replace(/[\u00a0\u202f]/g, " "))).toEqual([
      "Statut : livré", "Statut : non précisé", "Bailleur : <b>", "Patrimoine mondial : non inscrit", "Période : 2018 à 2020", "Montant : jusqu’à 1,25 M€",
    ]);
    expect(activeOf(atlas, NO_FILTER)).toEqual([]);
  });

  it("are taken away one by one", () => {
    const chips = activeOf(atlas, filters);
    expect(chips[0]!.without).toEqual({ ...filters, statuts: [""] });
    expect(chips.at(-1)!.without).toEqual({ ...filters, euros: null });
    expect(chips.at(-2)!.without.periode).toBeNull();
  });

  it("are written in words", () => {
    expect([periodText([2019, 2019]), rangeText([1e6, null]), rangeText([1e6, 1e7]), rangeText([null, null])].map((t) => t.replace(/\s/g, " ")))
      .toEqual(["2019", "à partir de 1 M€", "de 1 M€ à 10 M€", "tous"]);
  });
});

describe("years that pass", () => {
  it("keep their number, or add up, and stop at the last", () => {
    expect(following([2017, 2018], false)).toEqual([2018, 2019]);
    expect(following([2017, 2018], true)).toEqual([2017, 2019]);
    expect(following([2020, 2026], false)).toBeNull();
  });
});

it("reads millions of euros as the French write them", () => {
  expect(["12,5", " 1\u202f200 ", "0.5", "0", "", "x", "-3"].map(parseMillions)).toEqual([12_500_000, 1_200_000_000, 500_000, 0, null, null, null]);
});
