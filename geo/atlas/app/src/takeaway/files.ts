// Files that the reader takes away: tables for spreadsheets that run no formula of theirs, GeoJSON.

export type Cell = string | number | null | undefined;

export interface CsvFormat {
  readonly separator: "," | ";";
  readonly decimal: "." | ",";
  readonly mark: boolean; // a byte order mark, without which Excel misreads accents
}

export const CSV: CsvFormat = { separator: ",", decimal: ".", mark: false };
export const CSV_EXCEL: CsvFormat = { separator: ";", decimal: ",", mark: true };

export interface GeoFeature {
  readonly type: "Feature";
  readonly id?: string;
  readonly geometry: { readonly type: string; readonly coordinates: unknown } | null;
  readonly properties: Readonly<Record<string, unknown>>;
}

const MIME_CSV = "text/csv;charset=utf-8";
const MIME_GEOJSON = "application/geo+json";
const LINE_END = "\r\n"; // RFC 4180

// What makes a spreadsheet take a text for a formula, the full-width variants with it; blanks and
// invisible characters before it do not count.
const FORMULA = /^[\s\u0000-\u0020\u200b-\u200f\u2060\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20\u2212]|^[\t\r\n]/;
const NUMBER = /^[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?$/;
// The same after what another spreadsheet may take for the end of a cell.
const INNER_FORMULA = /([;,\t\r\n][\s\u200b-\u200f\u2060\ufeff]*)([=+\-@\uff1d\uff0b\uff0d\uff20\u2212])/g;

// A table as text; numbers are written in full, texts that would run as formulas are disarmed.
export function csv(header: readonly string[], rows: readonly (readonly Cell[])[], format: Partial<CsvFormat> = {}): string {
  const { separator, decimal, mark } = { ...CSV, ...format };
  const lines = [header, ...rows].map((row) => row.map((cell) => field(cell, separator, decimal)).join(separator));
  return (mark ? "\ufeff" : "") + lines.join(LINE_END) + LINE_END;
}

function field(cell: Cell, separator: string, decimal: string): string {
  if (cell === null || cell === undefined) return "";
  if (typeof cell === "string") return quoted(disarmed(cell));
  const text = Number.isFinite(cell) ? String(cell).replace(".", decimal) : "";
  return text.includes(separator) ? `"${text}"` : text;
}

// A text with an apostrophe before what a spreadsheet would run, unless it is a number.
export function disarmed(text: string): string {
  if (NUMBER.test(text)) return text;
  return (FORMULA.test(text) ? "'" : "") + text.replace(INNER_FORMULA, "$1'$2");
}

function quoted(text: string): string {
  return /[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

// A name that every file system takes: no path, no reserved character, not too long.
export function fileName(text: string, extension: string): string {
  const plain = text
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/œ/g, "oe")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 80)
    .replace(/-+$/, "");
  return `${plain || "atlas"}.${extension}`;
}

// Hand a file to the reader, as a download of the browser.
export function download(name: string, mime: string, content: string | Blob): void {
  const address = URL.createObjectURL(typeof content === "string" ? new Blob([content], { type: mime }) : content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(address), 60_000); // Safari reads it late
}

export function downloadCsv(name: string, header: readonly string[], rows: readonly (readonly Cell[])[], format: CsvFormat = CSV): void {
  download(fileName(name, "csv"), MIME_CSV, csv(header, rows, format));
}

// Features in degrees (WGS84), as RFC 7946 has them.
export function geoJson(features: readonly GeoFeature[]): string {
  return JSON.stringify({ type: "FeatureCollection", features });
}

export function downloadGeoJson(name: string, features: readonly GeoFeature[]): void {
  download(fileName(name, "geojson"), MIME_GEOJSON, geoJson(features));
}
