// What a view shows, and the store that keeps it: selection, steps of the history, links.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Atlas } from "../src/model/atlas";
import { Selectors, tester, yearsOf } from "../src/state/select";
import { Store } from "../src/state/store";
import { NO_FILTER, opening, type Filters, type View } from "../src/state/view";
import { couche, donnees, entite } from "./donnees";

const LENS = "200033579";
const DOUAI = "200044618";
const overall = entite({ id: "m-bassin", couche: "friches", precision: "territoire", communes: [], epci: [], couvre: [LENS, DOUAI], geometrie: null });
const measure = entite({ id: "m-lens", couche: "friches", precision: "territoire", communes: [], couvre: [LENS], geometrie: null, statut: "livré" });

function atlasOf(): Atlas {
  const data = donnees();
  return new Atlas({ ...data, entites: [...data.entites, overall, measure, entite({ id: "p1", couche: "puits", inventaire: true })] });
}

function see(patch: Partial<View> = {}): { select: Selectors; view: View } {
  const atlas = atlasOf();
  return { select: new Selectors(atlas), view: { ...opening(atlas), ...patch } };
}

const ids = (features: readonly { id: string }[]): string[] => features.map((f) => f.id);

describe("what a view shows", () => {
  it("is of its territory, whatever its layers", () => {
    const { select, view } = see({ territory: LENS, layers: new Set() });
    expect(ids(select.ofTerritory(view))).toEqual(["cites-1", "friches-1", "m-lens", "p1"]);
    expect(select.shown(view)).toEqual([]);
  });

  it("changes with the territory of the same selectors", () => {
    const { select, view } = see({ territory: LENS });
    select.passing({ ...view, filters: { ...NO_FILTER, statuts: ["livré"] } });
    expect(ids(select.passing({ ...view, territory: "59178" }))).toEqual(["cites-2"]);
  });

  it("keeps what covers a wider territory apart", () => {
    const { select, view } = see({ territory: "62498" });
    expect(ids(select.shown(view))).not.toContain("m-bassin");
    expect(ids(select.overall(view))).toEqual(["m-bassin", "m-lens"]);
    expect(select.overall({ ...view, territory: "" })).toEqual([]);
  });

  it("tells when only measures without a place are shown", () => {
    const { select, view } = see({ territory: LENS, filters: { ...NO_FILTER, statuts: ["livré"] } });
    expect(select.onlyMeasures(view)).toBe(true);
    expect(select.onlyMeasures({ ...view, filters: NO_FILTER })).toBe(false);
    expect(select.onlyMeasures({ ...view, layers: new Set() })).toBe(false);
  });

  it("counts places and measures that the filters leave, out of all", () => {
    const { select, view } = see({ territory: LENS });
    expect(select.counts(view).get("friches")).toEqual({ places: 1, measures: 1, all: 2, records: 0 });
    const filtered = { ...view, filters: { ...NO_FILTER, statuts: ["livré"] } };
    expect(select.counts(filtered).get("friches")).toEqual({ places: 0, measures: 1, all: 2, records: 0 });
    expect(select.counts(filtered).get("cites")).toEqual({ places: 0, measures: 0, all: 1, records: 0 });
    expect(select.counts(view).get("puits")).toEqual({ places: 1, measures: 0, all: 1, records: 1 });
    expect(select.isFiltered(view)).toBe(false);
    expect(select.isFiltered(filtered)).toBe(true);
  });
});

describe("a filter", () => {
  const one = entite({
    id: "x", statut: "", debut: "2019-09", fin: "2021", financeurs: ["État", "Région"], bailleurs: ["SIA"], unesco: "oui", precision: "commune", euros: 2e6,
  });
  it.each<[Partial<Filters>, boolean]>([
    [{ statuts: [""] }, true], [{ statuts: ["livré"] }, false],
    [{ financeurs: ["Région", "EPF"] }, true], [{ financeurs: ["EPF"] }, false],
    [{ bailleurs: ["SIA"] }, true], [{ unesco: "non" }, false], [{ precisions: ["commune"] }, true],
    [{ euros: [2e6, null] }, true], [{ euros: [null, 2e6] }, true], [{ euros: [2e6 + 1, null] }, false],
    [{ periode: [2021, 2026] }, true], [{ periode: [2017, 2019] }, true], [{ periode: [2022, 2026] }, false], [{ periode: [2020, 2020] }, true],
    [{ financeurs: ["État"], unesco: "non" }, false],
  ])("%j: %s", (patch, passes) => {
    expect(tester({ ...NO_FILTER, ...patch })!(one)).toBe(passes);
  });

  it("is no test when nothing is set, and leaves out what is not told", () => {
    expect(tester(NO_FILTER)).toBeNull();
    const silent = entite({ id: "y" });
    for (const patch of [{ euros: [null, 1] }, { periode: [2017, 2026] }, { unesco: "non" }] as Partial<Filters>[]) {
      expect(tester({ ...NO_FILTER, ...patch })!(silent)).toBe(false);
    }
    expect(yearsOf(silent)).toBeNull();
    expect(yearsOf(entite({ id: "z", fin: "2020" }))).toEqual([2020, 2020]);
  });
});

describe("the store", () => {
  const written: [string, string][] = [];
  const back: (() => void)[] = [];
  beforeEach(() => {
    vi.useFakeTimers();
    written.length = back.length = 0;
    vi.stubGlobal("location", { hash: "", pathname: "/p.html", search: "" });
    vi.stubGlobal("history", {
      pushState: (_: null, __: string, to: string) => written.push(["push", to]),
      replaceState: (_: null, __: string, to: string) => written.push(["replace", to]),
    });
    vi.stubGlobal("window", { setTimeout: (f: () => void, ms: number) => setTimeout(f, ms), addEventListener: (_: string, f: () => void) => back.push(f) });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("makes a step of a new territory alone, with a new frame", () => {
    const store = new Store(atlasOf());
    store.set({ camera: { lat: 50, lon: 3, zoom: 12 } });
    vi.advanceTimersByTime(1000);
    store.set({ territory: LENS });
    expect(store.view.camera).toBeNull();
    expect(written.map(([step]) => step)).toEqual(["replace", "push"]);
    expect(written[1]![1]).toBe(`#t=${LENS}`);
  });

  it("writes a slider's moves once it rests, and before a step", () => {
    const store = new Store(atlasOf());
    for (let i = 1; i < 10; i++) store.set({ opacity: { cites: i / 10 } });
    expect(written).toEqual([["replace", "#o=cites%253A10"]].map(([step]) => [step, written[0]![1]]));
    store.set({ territory: LENS });
    expect(written.map(([step]) => step)).toEqual(["replace", "replace", "push"]);
    expect(decodeURIComponent(decodeURIComponent(written[1]![1]))).toBe("#o=cites:90");
    vi.advanceTimersByTime(1000);
    expect(written).toHaveLength(3);
  });

  it("forgets a selection that is no longer shown, not one that a filter hides", () => {
    const store = new Store(atlasOf());
    store.set({ selection: "cites-1" });
    store.set({ filters: { ...NO_FILTER, statuts: ["livré"] } });
    expect(store.view.selection).toBe("cites-1");
    store.set({ territory: DOUAI });
    expect(store.view.selection).toBe("");
    store.set({ selection: "cites-2" });
    store.set({ layers: new Set(["friches"]) });
    expect(store.view.selection).toBe("");
  });

  it("restores a link and follows the button of return, telling what was before", () => {
    const store = new Store(atlasOf());
    const told: [string, string][] = [];
    const stop = store.subscribe((view, before) => told.push([view.territory, before.territory]));
    store.followAddress();
    store.restore(`#t=${LENS}&e=cites-1&fs=livr%C3%A9`);
    expect(store.view.selection).toBe("cites-1");
    expect(store.view.filters.statuts).toEqual(["livré"]);
    location.hash = "";
    back[0]!();
    expect(store.view).toEqual(store.opening);
    stop();
    store.set({ territory: DOUAI });
    expect(told).toEqual([[LENS, ""], ["", LENS]]);
  });
});

it("opens with the layers that the page shows first", () => {
  const data = donnees();
  const atlas = new Atlas({ ...data, couches: [...data.couches, couche({ id: "autre", visible: false })] });
  expect([...opening(atlas).layers]).toEqual(["cites", "friches"]);
});
