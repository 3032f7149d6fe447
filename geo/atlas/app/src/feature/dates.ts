// What is known of a feature over time: only what the data tell.
import type { Donnees, Entite } from "../model/data";

export interface Moment { at: number; text: string; kind: "debut" | "fin" | "statut" } // `at` in years: 2019.5

export interface Life { from: number; to: number; moments: Moment[]; span: [from: number, to: number] | null; colour: string }

const FIRST = 2017;
const LAST = 2027;
const MONTHS = ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"];

// The dates of a feature on an axis of years; nothing if it tells none.
export function lifeOf(feature: Entite, statuts: Donnees["statuts"]): Life | null {
  const { debut, fin, etat_au: known, statut } = feature;
  const moments: Moment[] = [];
  const same = debut && debut === fin;
  if (debut) moments.push({ at: startOf(debut), text: same ? dateText(debut) : `${dateText(debut)}\u00a0: début`, kind: "debut" });
  if (statut && known) moments.push({ at: endOf(known), text: feature.statut_texte, kind: "statut" });
  if (fin && !same) moments.push({ at: endOf(fin), text: `${dateText(fin)}\u00a0: échéance`, kind: "fin" });
  if (!moments.length) return null;
  const years = moments.map(({ at }) => at);
  return {
    from: Math.min(FIRST, ...years.map(Math.floor)),
    to: Math.max(LAST, ...years.map(Math.ceil)),
    moments: moments.sort((a, b) => a.at - b.at),
    span: debut && fin ? [startOf(debut), endOf(fin)] : null,
    colour: statuts.find((s) => s.id === statut)?.couleur ?? "",
  };
}

// "2019", "2019-09" or "2019-09-01" in words.
export function dateText(date: string): string {
  const [year, month, day] = date.split("-");
  if (!month) return year!;
  return [day && (day === "01" ? "1er" : String(Number(day))), MONTHS[Number(month) - 1], year].filter(Boolean).join(" ");
}

// Where a date starts and ends on an axis of years, as far as it is known.
function startOf(date: string): number {
  const [year, month = 1, day = 1] = date.split("-").map(Number);
  return year! + (month - 1) / 12 + (day - 1) / 365;
}

function endOf(date: string): number {
  const [year, month, day] = date.split("-").map(Number);
  if (!month) return year! + 1;
  return day ? startOf(date) + 1 / 365 : year! + month / 12;
}
