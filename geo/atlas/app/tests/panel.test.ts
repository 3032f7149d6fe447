// The orders of the list, and the heights of the sheet.
import { describe, expect, it } from "vitest";
import { lineOf, sorted } from "../src/panel/sort";
import { levelAfter } from "../src/shell/sheet";
import { entite } from "./donnees";

const features = [
  entite({ id: "1", nom: "Cité 10", ou: "Liévin", debut: "2021-03", euros: 1e6, statut_texte: "Livré à fin 2022" }),
  entite({ id: "2", nom: "cité 2", ou: "Avion" }),
  entite({ id: "3", nom: "École", ou: "ensemble du bassin", communes: [], fin: "2018", euros: 5e6 }),
];
const ids = (order: "nom" | "commune" | "montant" | "date"): string => sorted(features, order).map((f) => f.id).join("");

describe("the list", () => {
  it("is sorted as the French read, with what is not told at the end", () => {
    expect(["nom", "commune", "montant", "date"].map((order) => ids(order as "nom"))).toEqual(["213", "213", "312", "312"]);
    expect(features.map((f) => f.id)).toEqual(["1", "2", "3"]);
  });

  it("tells what it is sorted by", () => {
    expect(lineOf(features[0]!, "nom")).toBe("Liévin · Livré à fin 2022");
    expect(lineOf(features[0]!, "montant")).toBe("1\u202fM€ · Liévin · Livré à fin 2022");
    expect(lineOf(features[0]!, "date")).toBe("2021 · Liévin · Livré à fin 2022");
    expect(lineOf(features[1]!, "montant")).toBe("Avion");
  });
});

describe("the sheet of a phone", () => {
  const heights = [108, 400, 800];
  it("goes to the nearest height, or one further in the direction of the drag", () => {
    expect(levelAfter("moyenne", 700, heights, -300)).toBe("haute");
    expect(levelAfter("moyenne", 150, heights, 250)).toBe("basse");
    expect(levelAfter("moyenne", 380, heights, 20)).toBe("basse");
    expect(levelAfter("moyenne", 420, heights, -20)).toBe("haute");
    expect(levelAfter("basse", 100, heights, 20)).toBe("basse");
    expect(levelAfter("haute", 100, heights, 700)).toBe("basse");
  });
});
