// The comparison as a table to take away: values, for 1,000 inhabitants, for a km².
import type { Atlas } from "../model/atlas";
import type { Cell as Value } from "../takeaway/files";
import { nameOf, rowsOf, type Mode } from "./rows";

const MODES: readonly Mode[] = ["", "hab", "km2"];

export function tableOf(atlas: Atlas, codes: readonly [string, string]): { header: string[]; rows: Value[][] } {
  const [a, b] = codes.map((code) => nameOf(atlas, code)) as [string, string];
  const axes = new Map(atlas.data.axes.map((axis) => [axis.id, axis.court]));
  const rows = MODES.flatMap((mode) =>
    rowsOf(atlas, codes, mode)
      .filter((row) => mode === "" || atlas.data.themes.mesures[row.measure]!.taux)
      .map((row): Value[] => {
        const { axis, subject, label, unit, cells: [first, second] } = row;
        const euros = row.measure === "montant_eur" ? ["€", unit].filter(Boolean).join(" ") : unit;
        return [axes.get(axis), subject, label, euros, first.value, second.value, first.written, second.written];
      }));
  return { header: ["axe", "couche", "indicateur", "unité", a, b, `${a}, écrit`, `${b}, écrit`], rows };
}
