// The buttons under a list: what it holds, as a table or as GeoJSON.
import type { JSX } from "preact";
import type { Entite } from "../model/data";
import { useApp } from "../ui/app";
import { plural } from "../ui/text";
import { CSV, CSV_EXCEL, downloadCsv, downloadGeoJson, type CsvFormat } from "./files";
import { geoFeatures, HEADER, rows } from "./table";

// `name` says what the list is of: it makes the name of the file, with the date of the page.
export function ListActions({ items, name }: { items: readonly Entite[]; name: string }): JSX.Element | null {
  const { atlas, say } = useApp();
  if (!items.length) return null;
  const file = `${name} ${atlas.data.date}`;
  const told = (kind: string): void => say(`${plural(items.length, "élément")} dans un fichier ${kind}.`);
  const table = (format: CsvFormat, kind: string): void => {
    downloadCsv(format === CSV_EXCEL ? `${file} tableur` : file, HEADER, rows(items, atlas), format);
    told(kind);
  };
  const places = (): void => {
    downloadGeoJson(file, geoFeatures(items, atlas));
    told("GeoJSON");
  };
  return (
    <div class="exporter" role="group" aria-label={`Exporter la liste : ${name}`}>
      <span aria-hidden="true">Exporter</span>
      <button type="button" onClick={() => table(CSV_EXCEL, "CSV tableur")}>CSV tableur</button>
      <button type="button" onClick={() => table(CSV, "CSV")}>CSV</button>
      <button type="button" onClick={places}>GeoJSON</button>
    </div>
  );
}
