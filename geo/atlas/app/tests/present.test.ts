import { describe, expect, it } from "vitest";
import { Atlas } from "../src/model/atlas";
import { gestureOf } from "../src/present/keys";
import { axisShots, moved, rateShots, readShots, territoryShots, writeShots, zoomFor, type Shot } from "../src/present/views";
import { readAddress } from "../src/state/address";
import type { Theme } from "../src/model/data";
import { opening } from "../src/state/view";
import { couche, donnees } from "./donnees";

const key = (name: string, ctrlKey = false) => ({ key: name, ctrlKey, altKey: false, metaKey: false });

describe("the views of a meeting", () => {
  const atlas = new Atlas(donnees());

  it("go from the basin through each EPCI, with the layers of the moment", () => {
    const shots = territoryShots({ ...opening(atlas), layers: new Set(["friches"]), dock: "tableau" }, atlas);
    expect(shots.map((s) => s.nom)).toEqual(["Bassin", "CA de Lens-Liévin", "CA Douaisis Agglo"]);
    const view = readAddress(shots[2]!.adresse, atlas);
    expect([view.territory, [...view.layers], view.dock]).toEqual(["200044618", ["friches"], ""]);
  });

  it("go through each commune on the page of an EPCI", () => {
    const one = donnees();
    const page = new Atlas({ ...one, territoire: "200033579", epci: one.epci.slice(0, 1), communes: one.communes.slice(0, 2) });
    expect(territoryShots(opening(page), page).map((s) => s.nom)).toEqual(["CA de Lens-Liévin", "Lens", "Liévin"]);
  });

  it("show the layers of one axis at a time, without inventories", () => {
    const two = new Atlas(donnees({
      axes: [{ id: 1, titre: "Cadre", court: "Cadre", couleur: "", texte: "" }, { id: 2, titre: "Économie", court: "Éco", couleur: "", texte: "" }],
      couches: [couche({ id: "cites" }), couche({ id: "friches", axe: 2 }), couche({ id: "puits", axe: 2, inventaire: true })],
    }));
    const shots = axisShots(opening(two), two);
    expect(shots.map((s) => s.nom)).toEqual(["Axe\u00a01. Cadre", "Axe\u00a02. Économie"]);
    expect([...readAddress(shots[1]!.adresse, two).layers]).toEqual(["friches"]);
  });

  it("show a rate of each subject, inventories left out", () => {
    const theme = (groupe: string, par: "km2" | "hab", sorte: "taux" | "nombre" = "taux"): Theme => ({
      id: `${groupe}.${par}`, sujet: groupe, titre: `Nombre ${par}`, objet: "Nombre", unite: "", sorte, groupe, axe: 1, mesure: "nombre_localise", par, niveaux: { epci: { rangs: "12", note: "" } },
    });
    const liste = [theme("cites", "hab"), theme("cites", "km2"), theme("puits", "km2"), theme("friches", "km2", "nombre")];
    const page = new Atlas(donnees({ themes: { ...donnees().themes, liste } }));
    const shots = rateShots({ ...opening(page), territory: "200044618" }, page);
    expect(shots.map((s) => s.nom)).toEqual(["cites, nombre km2"]);
    const view = readAddress(shots[0]!.adresse, page);
    expect([view.theme, view.territory]).toEqual(["cites.km2:epci", "200044618"]);
  });

  it("are kept in a file and read again", () => {
    const shots: Shot[] = [{ nom: "Lens; « nord »", adresse: "#t=62498", taille: [900, 700] }, { nom: "Tout", adresse: "" }];
    expect(readShots(writeShots(shots, atlas))).toEqual(shots);
  });

  it.each(["", "{", "[]", "null", '{"format":"autre","vues":[]}', '{"format":"erbm-atlas-vues","vues":{}}'])("refuse what is no file of views: %s", (text) => {
    expect(readShots(text)).toBeNull();
  });

  it("leave out views that are not whole, and sizes that are none", () => {
    const vues = [{ nom: 1, adresse: "" }, { nom: "a" }, null, { nom: " ", adresse: "#t=1", taille: [0, "x"] }, { nom: "n".repeat(500), adresse: "" }];
    const read = readShots(JSON.stringify({ format: "erbm-atlas-vues", vues }))!;
    expect(read[0]).toEqual({ nom: "Vue sans nom", adresse: "#t=1" });
    expect(read[1]!.nom).toHaveLength(120);
    expect(read).toHaveLength(2);
  });

  it("show as much of the map on a smaller screen", () => {
    expect(zoomFor(12, [1000, 800], [500, 800])).toBe(11);
    expect(zoomFor(12, undefined, [500, 800])).toBe(12);
  });

  it("are moved one place, and no further than the ends", () => {
    const [a, b] = [{ nom: "a", adresse: "" }, { nom: "b", adresse: "" }];
    expect(moved([a, b], 1, -1)).toEqual([b, a]);
    expect(moved([a, b], 0, -1)).toEqual([a, b]);
  });
});

describe("the keys of a presentation", () => {
  it.each([["ArrowRight", "next"], ["PageDown", "next"], [" ", "next"], ["PageUp", "previous"], ["Home", "first"], [".", "black"], ["B", "black"], ["l", "laser"], ["Escape", "leave"]])(
    "%s is %s", (name, gesture) => { expect(gestureOf(key(name), "BODY", true)).toBe(gesture); },
  );

  it("leave the browser's own, the focused button's and the list's", () => {
    expect(gestureOf(key("l", true), "BODY", true)).toBeNull();
    expect(gestureOf(key(" "), "BUTTON", true)).toBeNull();
    expect(gestureOf(key("ArrowRight"), "BUTTON", true)).toBe("next");
    expect(gestureOf(key("ArrowDown"), "SELECT", true)).toBeNull();
    expect(gestureOf(key("Escape"), "SELECT", true)).toBe("leave");
  });

  it("leave letters alone where they are turned off", () => {
    expect(gestureOf(key("b"), "BODY", false)).toBeNull();
    expect(gestureOf(key("."), "BODY", false)).toBe("black");
  });
});
