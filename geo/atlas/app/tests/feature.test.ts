import { beforeEach, describe, expect, it } from "vitest";
import { dateText, lifeOf } from "../src/feature/dates";
import { elsewhere } from "../src/feature/links";
import { rankOf, recent, remember, step } from "../src/feature/order";
import { Atlas } from "../src/model/atlas";
import type { Entite } from "../src/model/data";
import { chosen } from "../src/panel/sort";
import { Selectors } from "../src/state/select";
import type { Store } from "../src/state/store";
import { opening, type View } from "../src/state/view";
import type { App } from "../src/ui/app";
import { donnees, dot, entite, square } from "./donnees";

const STATUTS = [{ id: "travaux", texte: "Travaux", couleur: "#e0a63a" }];
const life = (patch: Partial<Entite>): ReturnType<typeof lifeOf> => lifeOf(entite({ id: "x", ...patch }), STATUTS);

describe("a feature over time", () => {
  it("tells nothing where the data tell nothing", () => {
    expect(life({})).toBeNull();
    expect(life({ statut: "travaux", statut_texte: "Travaux" })).toBeNull(); // of when is not known
  });

  it("tells its dates and its status in order, on the years of the Engagement", () => {
    const told = life({ debut: "2019-09", fin: "2024", statut: "travaux", statut_texte: "Travaux à fin 2022", etat_au: "2022-12-31" })!;
    expect([told.from, told.to, told.colour]).toEqual([2017, 2027, "#e0a63a"]);
    expect(told.moments.map((m) => [m.kind, m.text])).toEqual([
      ["debut", "septembre 2019\u00a0: début"], ["statut", "Travaux à fin 2022"], ["fin", "2024\u00a0: échéance"],
    ]);
    expect(told.span?.[0]).toBeCloseTo(2019 + 8 / 12);
    expect(told.span?.[1]).toBe(2025);
  });

  it("invents no term and no start", () => {
    expect(life({ debut: "2018" })).toMatchObject({ span: null, moments: [{ kind: "debut", text: "2018\u00a0: début" }] });
    expect(life({ fin: "2026" })).toMatchObject({ span: null, moments: [{ kind: "fin", text: "2026\u00a0: échéance" }] });
    expect(life({ debut: "2021-02-01", fin: "2021-02-01" })?.moments.map((m) => m.text)).toEqual(["1er février 2021"]);
  });

  it("makes room for what is earlier or later", () => {
    expect(life({ debut: "1998", fin: "2031-06" })).toMatchObject({ from: 1998, to: 2032 });
  });

  it.each([["2019", "2019"], ["2019-09", "septembre 2019"], ["2026-11-22", "22 novembre 2026"], ["2020-01-01", "1er janvier 2020"]])("writes %s as %s", (date, wanted) => {
    expect(dateText(date)).toBe(wanted);
  });
});

describe("a feature elsewhere", () => {
  it("is where its symbol stands, at a zoom that shows it whole", () => {
    const [portal, street] = elsewhere(entite({ id: "x", geometrie: dot(2.83123, 50.43456) }));
    expect(portal?.url).toBe("https://www.geoportail.gouv.fr/carte?c=2.83123,50.43456&z=17");
    expect(street?.url).toBe("https://www.openstreetmap.org/?mlat=50.43456&mlon=2.83123#map=17/50.43456/2.83123");
    expect(elsewhere(entite({ id: "x", geometrie: square(2.7, 50.3, 0.2) }))[0]?.url).toMatch(/&z=11$/);
    expect(elsewhere(entite({ id: "x", precision: "commune" }))[0]?.url).toMatch(/&z=14$/);
  });

  it("is nowhere for a measure of a territory", () => {
    expect(elsewhere(entite({ id: "x", geometrie: null }))).toEqual([]);
  });
});

// What a part needs of the application, without a page.
function appOf(view: Partial<View>): { app: App; went: string[]; said: string[] } {
  const atlas = new Atlas(donnees({
    entites: [
      entite({ id: "b", nom: "Cité 10" }), entite({ id: "a", nom: "Cité 9", debut: "2020" }), entite({ id: "p", couche: "puits", nom: "Puits" }), entite({ id: "f", couche: "friches", nom: "Friche" }),
    ],
  }));
  const [went, said]: [string[], string[]] = [[], []];
  const store = { atlas, view: { ...opening(atlas), ...view }, select: new Selectors(atlas) } as unknown as Store;
  const app = { atlas, store, say: (text: string) => said.push(text), go: (feature: Entite) => went.push(feature.id) } as unknown as App;
  return { app, went, said };
}

describe("walking through the list", () => {
  beforeEach(() => { chosen.order = "nom"; });

  it("follows its order, layer by layer, and starts again past its end", () => {
    const { app, went } = appOf({ selection: "a", layers: new Set(["cites", "friches", "puits"]) });
    expect(rankOf(app)).toEqual({ rank: 0, total: 4 });
    step(app, 1);
    step(app, -1);
    expect(went).toEqual(["b", "p"]); // records come last
  });

  it("follows the order that the reader chose", () => {
    const { app } = appOf({ selection: "b" });
    expect(rankOf(app).rank).toBe(1);
    chosen.order = "date"; // the other has one
    expect(rankOf(app).rank).toBe(1);
    chosen.order = "montant";
    expect(rankOf(app).total).toBe(3);
  });

  it("starts at the first, and says when there is nothing", () => {
    const first = appOf({ selection: "" });
    step(first.app, 1);
    expect(first.went).toEqual(["a"]);
    const none = appOf({ layers: new Set() });
    step(none.app, 1);
    expect(none.said[0]).toContain("liste est vide");
  });
});

describe("what was seen last", () => {
  it("keeps eight, the last first, each once, the current one left out", () => {
    const atlas = new Atlas(donnees({ entites: Array.from({ length: 12 }, (_, i) => entite({ id: `e${i}` })) }));
    const store = { atlas, view: { selection: "e11" } } as unknown as Store;
    for (let i = 0; i < 12; i++) remember(store, `e${i}`);
    remember(store, "e5");
    remember(store, "e11");
    expect(recent({ atlas, store } as unknown as App).map((e) => e.id)).toEqual(["e5", "e10", "e9", "e8", "e7", "e6", "e4", "e3"]);
  });
});
