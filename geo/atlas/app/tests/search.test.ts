import { describe, expect, it } from "vitest";
import { Atlas } from "../src/model/atlas";
import type { Donnees } from "../src/model/data";
import { Searcher, told, type Answer } from "../src/search/answers";
import { errors, resembles } from "../src/search/distance";
import { marks } from "../src/search/marks";
import { donnees, dot, entite, line } from "./donnees";

const base = donnees();

const searcher = (patch: Partial<Donnees> = {}): Searcher => new Searcher(new Atlas(donnees({
  epci: [{ ...base.epci[0]!, alias: ["Communaupole"] }, base.epci[1]!],
  anciens_noms: { "62510": ["Hénin-Liétard", "62427"] },
  chiffres: [{ id: "l1", libelle: "Lits du futur hôpital", texte: "611\u202flits", axe: 1, details: [], compte: "", alertes: [], source: "Bilan, ligne 9" }],
  entites: [
    entite({ id: "a", nom: "Cité Saint-Albert", ou: "Loos-en-Gohelle" }),
    entite({ id: "b", nom: "Cité n° 5", ou: "Lens" }),
    entite({ id: "b2", nom: "Cité n° 15", ou: "Lens" }),
    entite({ id: "c", nom: "Cité des Œillets", ou: "Douai" }),
    entite({ id: "d", nom: "Cité du Moulin", ou: "Douai" }),
    entite({ id: "d2", nom: "Cité du Moulin", ou: "Lens" }),
    ...[1, 2, 3].map((n) => entite({ id: `e${n}`, nom: "EuroVelo 5", couche: "puits", ou: `Commune ${n}`, geometrie: line(2.8, 50.4, 2.9, 50.4 + n / 100) })),
    entite({ id: "g", nom: "Cité Barrois", faits: [["Autre nom", "Cité de la Solitude"], ["Bailleur", "Sia Habitat"]] }),
    entite({ id: "f", nom: "Aujourd’hui l’avenir", geometrie: dot(2.8, 50.4) }),
  ],
  ...patch,
})));

const all = (asked: string, from = searcher()): Answer[] => from.search(asked).groups.flatMap((g) => g.answers);
const names = (asked: string): string[] => all(asked).map((a) => a.name);

describe("the search", () => {
  it.each([
    ["cite st albert", "Cité Saint-Albert"],
    ["CITE SAINT ALBRT", "Cité Saint-Albert"],
    ["albret", "Cité Saint-Albert"], // two letters turned round
    ["cite 5", "Cité n° 5"],
    ["n°5", "Cité n° 5"],
    ["oeillets", "Cité des Œillets"],
    ["œillet", "Cité des Œillets"],
    ["saintalbert", "Cité Saint-Albert"],
    ["l'avenir", "Aujourd’hui l’avenir"],
    ["communaupole", "CA de Lens-Liévin"],
    ["lens", "Lens"],
    ["62498", "Lens"],
    ["henin lietard", "Liévin"],
    ["62427", "Liévin"],
    ["hopital", "611\u202flits Lits du futur hôpital"],
    ["solitude", "Cité Barrois"], // its other name
    ["moulin douai", "Cité du Moulin"],
  ])("%s gives %s first", (asked, wanted) => {
    expect(names(asked)[0]).toBe(wanted);
  });

  it("does not take a number for another", () => {
    expect(names("cite 5")).not.toContain("Cité n° 15");
    expect(names("62499")).toEqual([]);
  });

  it("tells apart places of one name, and puts the right one first", () => {
    const [first, second] = all("cité du moulin lens");
    expect([first?.detail, second]).toEqual(["cites · Lens", undefined]);
    expect(all("cité du moulin").filter((a) => a.name === "Cité du Moulin")).toHaveLength(2);
  });

  it("shows the stretches of a line once", () => {
    const [line, ...rest] = all("eurovelo 5");
    expect(line?.kind === "entite" && line.features.map((e) => e.id)).toEqual(["e1", "e2", "e3"]);
    expect(line?.detail).toBe("puits · 3\u00a0tronçons");
    expect(rest.filter((a) => a.name === "EuroVelo 5")).toEqual([]);
  });

  it("puts the kind of the best answer first, and tells how many there are", () => {
    const odd = searcher().search("moulin roubaix"); // one word that is nowhere
    expect(odd.partial).toBe(true);
    expect(odd.groups[0]!.answers[0]!.name).toBe("Cité du Moulin");
    expect(told(odd)).toContain("Les plus proches");
    const found = searcher().search("lens");
    expect(found.partial).toBe(false);
    expect(found.groups[0]?.kind).toBe("commune");
    expect(found.groups.map((g) => g.kind)).toContain("epci");
    expect(told(found)).toBe("7\u00a0réponses");
    expect(told(searcher().search("zzzzzz"))).toBe("Aucune réponse");
    const many = searcher({ entites: Array.from({ length: 40 }, (_, i) => entite({ id: `m${i}`, nom: `Fosse ${i}` })) }).search("fosse");
    expect(many).toMatchObject({ shown: 8, total: 40 });
    expect(told(many)).toBe("40 réponses, les 8 meilleures sont montrées");
  });

  it("answers nothing to what holds no letter, and survives names that are no words", () => {
    expect(searcher().search(" '-!").total).toBe(0);
    const odd = searcher({ entites: ["", "\ud800", "<img src=x>", "x".repeat(100_000), "\u202e\u200b", "constructor"].map((nom, i) => entite({ id: `h${i}`, nom })) });
    expect(odd.search("img").groups[0]?.answers[0]?.name).toBe("<img src=x>");
    expect(odd.search("constructor").groups[0]?.answers[0]?.name).toBe("constructor");
    expect(odd.search("xxxxx").groups[0]?.answers[0]?.name.length).toBeLessThan(200);
  });
});

describe("typing errors", () => {
  it.each([["lens", "lens", 0], ["lnes", "lens", 1], ["valencienes", "valenciennes", 1], ["abc", "xyz", 3]])("%s is %s but for %d", (a, b, wanted) => {
    expect(errors(a, b, 2)).toBe(wanted);
  });

  it("are not forgiven in short words and numbers", () => {
    expect([resembles("lens", "lans"), resembles("len", "lan"), resembles("1234", "1235"), resembles("valenciennes", "valancien")]).toEqual([true, false, false, true]);
  });
});

describe("the letters that fit", () => {
  const marked = (text: string, asked: string): string => marks(text, asked).map((r) => (r.marked ? `[${r.text}]` : r.text)).join("");

  it.each([
    ["Cité Saint-Albert", "cite st alb", "[Cité] [Saint]-[Alb]ert"],
    ["Cité St-Albert", "saint", "Cité [St]-Albert"],
    ["Cité des Œillets", "oei", "Cité des [Œi]llets"],
    ["Valenciennes", "valencienes", "[Valenciennes]"],
    ["Bruay-la-Buissière", "bui", "Bruay-la-[Bui]ssière"],
    ["Lens", "douai", "Lens"],
    ["Courcelles-lès-Lens", "lens", "Courcelles-lès-[Lens]"],
    ["e\u0301cole", "eco", "[e\u0301co]le"],
  ])("of %s for %s", (text, asked, wanted) => {
    expect(marked(text, asked)).toBe(wanted);
    expect(marks(text, asked).map((r) => r.text).join("")).toBe(text);
  });
});

describe("a large page", () => {
  it("answers among 50,000 features", () => {
    const parts = ["cité", "fosse", "terril", "cavalier", "moulin", "saint", "albert", "jardin", "coron", "vallée", "rivage", "Escaut", "Scarpe"];
    const entites = Array.from({ length: 50_000 }, (_, i) => entite({
      id: `g${i}`, nom: `${parts[i % 13]} ${parts[(i * 7) % 13]} ${String.fromCharCode(97 + (i % 26))}${(i * 7919) % 9973}`, ou: `Commune ${i % 336}`, communes: [],
    }));
    const made = searcher({ entites });
    for (const asked of ["c", "cite", "cite 5", "albret"]) expect.soft(made.search(asked).total, asked).toBeGreaterThan(0);
    expect(made.search("zzzzzzzz").total).toBe(0);
  }, 60_000);
});
