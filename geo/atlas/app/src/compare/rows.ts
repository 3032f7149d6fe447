// What two territories have, indicator by indicator.
import type { Atlas } from "../model/atlas";
import type { Stat } from "../model/data";
import type { View } from "../state/view";
import { rate, sizeOf } from "../theme/values";

export type Mode = "" | "hab" | "km2"; // values, for 1,000 inhabitants (euros: for one), for a km²

export interface Cell {
  value: number | null; // null where nothing is known
  written: string;
  stat?: Stat; // what it is made of
  wider?: boolean; // it counts what the report attributes to no part of the territory
}

export interface Row {
  axis: number;
  group: string; // a layer, or "axe-1"
  subject: string;
  measure: string;
  label: string;
  unit: string;
  cells: readonly [Cell, Cell];
}

// The territory that the current one is compared with: the reader's choice, else the basin, or its first EPCI.
export function otherOf(view: View, atlas: Atlas): string {
  const [code] = view.other.split("~");
  if (code && code !== view.territory) return code;
  return view.territory === "" ? atlas.data.epci[0]!.siren : "";
}

// Territories of different sizes compare by rates, unless the view's `other` says another way after its code.
export function modeOf(view: View): Mode {
  const way = view.other.split("~")[1];
  return way === "km2" ? "km2" : way === "valeurs" ? "" : "hab";
}

export function otherWritten(code: string, mode: Mode): string {
  return mode === "hab" ? code : `${code}~${mode || "valeurs"}`;
}

// Whether a territory is on the page: that of one EPCI knows the others by their numbers alone.
export function isHere(atlas: Atlas, code: string): boolean {
  return code === "" ? atlas.data.territoire === "" : atlas.knows(code);
}

export function nameOf(atlas: Atlas, code: string): string {
  if (code === "") return "Tout le bassin";
  return atlas.knows(code) ? atlas.place(code).court : atlas.data.noms[code] ?? code;
}

function statOf(atlas: Atlas, code: string, group: string, measure: string): Stat | undefined {
  if (isHere(atlas, code)) return atlas.stat(code, group, measure);
  const told = atlas.data.comparaison[code || "total"]?.[group]?.[measure];
  if (!told) return undefined;
  const [value, written, unit, note, rank] = told;
  return [value, written, unit, [], note, rank];
}

// The rows where one of the two has something, by axis, its layers one after the other.
export function rowsOf(atlas: Atlas, codes: readonly [string, string], mode: Mode): Row[] {
  const measures = new Set(atlas.data.couches.filter((c) => !c.inventaire).map((c) => c.id));
  const mixed = new Set(atlas.data.entites.filter((e) => e.inventaire && measures.has(e.couche)).map((e) => e.couche));
  return atlas.data.axes.flatMap(({ id }) => {
    const layers = atlas.data.couches.filter((c) => c.axe === id).map((c): [string, string] => [c.id, mixed.has(c.id) ? `${c.titre} (inventaire compris)` : c.titre]);
    const groups: [string, string][] = [[`axe-${id}`, "Toutes les couches, hors inventaires"], ...layers];
    return groups.flatMap(([group, subject]) =>
      Object.keys(atlas.data.themes.mesures).flatMap((measure) => {
        const row = rowOf(atlas, codes, group, measure, mode);
        return row ? [{ ...row, axis: id, group, subject, measure }] : [];
      }));
  });
}

function rowOf(atlas: Atlas, codes: readonly [string, string], group: string, measure: string, mode: Mode): Pick<Row, "label" | "unit" | "cells"> | null {
  const { libelle, taux, nul } = atlas.data.themes.mesures[measure]!;
  if (mode && !taux && !measure.startsWith("part_")) return null; // a percentage compares as it is
  const stats = codes.map((code) => statOf(atlas, code, group, measure));
  if (!stats.some(Boolean)) return null;
  if (measure === "nombre" && codes.every((code, n) => stats[n]?.[0] === statOf(atlas, code, group, "nombre_localise")?.[0])) return null;
  const euros = measure === "montant_eur";
  const shown = stats.map((stat, n) => stat && mode && taux ? rate(stat, mode === "hab" && euros ? "eur_hab" : mode, sizeOf(atlas, codes[n]!)) : stat);
  const told = taux && !nul; // by the report in figures, which it does not always share out
  const nothing = (code: string): boolean => nul && !statOf(atlas, code, group, "nombre"); // what is there and not measured is not zero
  const cells = shown.map((stat, n): Cell => ({ ...cell(stat, nothing(codes[n]!)), wider: told && codes[n] === "" && !!stat })) as [Cell, Cell];
  return { label: libelle, unit: shown.find(Boolean)![2], cells };
}

function cell(stat: Stat | undefined, zero: boolean): Cell {
  if (stat) return { value: stat[0], written: stat[1], stat };
  return zero ? { value: 0, written: "0" } : { value: null, written: "pas de donnée" };
}
