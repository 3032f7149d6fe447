// Words and numbers as French pages write them.

// A number with at most `decimals` decimals: "1 234,5", with narrow no-break spaces. Written here as
// browsers take tens of milliseconds to load how a language writes its numbers.
export function number(value: number, decimals = 0): string {
  const size = Math.abs(value);
  const rounded = size < 1e-6 ? 0 : Number(`${Math.round(Number(`${size}e${decimals}`))}e-${decimals}`); // as it is written: 1.005 is 1.01
  const [whole, rest = ""] = (value < 0 ? -rounded : rounded).toFixed(decimals).split(".");
  const kept = rest.replace(/0+$/, "");
  return whole!.replace(/\B(?=(\d{3})+$)/g, "\u202f") + (kept && `,${kept}`);
}

// A count and its noun: "1 lieu", "12 lieux".
export function plural(value: number, singular: string, many = `${singular}s`): string {
  return `${number(value)}\u00a0${Math.abs(value) < 2 ? singular : many}`;
}

// A text as it is compared: no case, no accent, "st" for "saint", words parted by one space.
export function fold(text: string): string {
  return text
    .toLowerCase()
    .replace(/œ/g, "oe")
    .replace(/æ/g, "ae")
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/\bste?\b/g, (word) => (word === "st" ? "saint" : "sainte"))
    .replace(/[^a-z0-9]+/g, " ")
    .trim();
}

// Euros as they are said: "12,5 M€", "300 k€", "850 €".
export function euros(value: number): string {
  const scale = SCALES.find(([least]) => Math.abs(value) >= least);
  return scale ? `${number(value / scale[1], 2)}\u202f${scale[2]}` : `${number(value)}\u202f€`;
}

// Least amount, divisor and unit, as geo/text.py has them.
const SCALES: readonly (readonly [number, number, string])[] = [[1e9 - 5e3, 1e9, "Md€"], [1e6 - 5, 1e6, "M€"], [1e4 - 0.5, 1e3, "k€"]];

// A figure in its parts, so that its number stands large and its unit small, on a line of its own if
// need be: "plus de 8 000 logements" is "plus de", "8 000", "logements".
export function figureParts(text: string): { before: string; number: string; unit: string } {
  const match = /^(\D*)(\d(?:[\d\s,.]*\d)?)(.*)$/su.exec(text);
  if (!match) return { before: "", number: text, unit: "" };
  const [, before = "", figure = "", unit = ""] = match;
  return { before: before.trim(), number: figure, unit: unit.trim() };
}

let collator: Intl.Collator | undefined; // made for the first list that is opened: it takes a while

// The order of two texts in a French list, numbers by their value.
export function compare(a: string, b: string): number {
  return (collator ??= new Intl.Collator("fr", { numeric: true, sensitivity: "base" })).compare(bare(a), bare(b));
}

// A text without the marks that it begins with: a name that a source doubts is sorted by its letters.
function bare(text: string): string {
  return text.replace(/^[^\p{L}\p{N}]+/u, "");
}
