import { describe, expect, it } from "vitest";
import { Atlas } from "../src/model/atlas";
import { readAddress, writeAddress } from "../src/state/address";
import { NO_FILTER, opening, type View } from "../src/state/view";
import { donnees, entite } from "./donnees";

const atlas = new Atlas(donnees());

function there(patch: Partial<View>): View {
  const view = { ...opening(atlas), ...patch };
  return readAddress(writeAddress(view, atlas), atlas);
}

describe("the address of a view", () => {
  it("is empty at the opening", () => {
    expect(writeAddress(opening(atlas), atlas)).toBe("");
    expect(readAddress("", atlas)).toEqual(opening(atlas));
  });

  it.each<[string, Partial<View>]>([
    ["territory", { territory: "62498" }],
    ["selection", { selection: "cites-1" }],
    ["no layer at all", { layers: new Set() }],
    ["one layer", { layers: new Set(["friches"]) }],
    ["opacity", { opacity: { cites: 0.35 } }],
    ["filters", {
      filters: {
        ...NO_FILTER, statuts: ["", "livré"], periode: [2019, 2021], financeurs: ["État, Région & Cie", "a:b?c"], bailleurs: ["SIA"],
        unesco: "non", precisions: ["exacte"], euros: [null, 1_000_000],
      },
    }],
    ["camera", { camera: { lat: 50.43289, lon: 2.83123, zoom: 12.25 } }],
    ["circle", { perimeter: { kind: "circle", centre: [2.831234, 50.432891], rayon_m: 1500, nom: "Gare; nord, à 15 min" } }],
    ["polygon", { perimeter: { kind: "polygon", rings: [[[2.8, 50.4], [2.9, 50.4], [2.9, 50.5]]], nom: "Zone p;1" } }],
    ["dock, other, dark", { dock: "comparer", other: "200033579", dark: true }],
    ["grounds", { ground: "ortho-ign", before: "photo-1949-1955", swipe: 0.25 }],
  ])("keeps the %s", (_, patch) => {
    expect(there(patch)).toEqual({ ...opening(atlas), ...patch });
  });

  it("shows the layer of a feature that it names alone, and no other", () => {
    const own = new Atlas(donnees({ entites: [entite({ id: "puits-1", couche: "puits" })] }));
    expect(readAddress("#e=puits-1", own)).toEqual({ ...opening(own), selection: "puits-1", layers: new Set(["cites", "friches", "puits"]) });
    expect(readAddress("#e=puits-1&c=cites", own).layers).toEqual(new Set(["cites"]));
  });

  it("leaves alone what the page does not have", () => {
    const view = readAddress("#t=99999&e=nope&c=nope,cites&z=a/b/c&p=o;x;1;2&o=nope:30&fa=nope&d=nope&fp=20-", atlas);
    expect(view).toEqual({ ...opening(atlas), layers: new Set(["cites"]) });
  });
});
