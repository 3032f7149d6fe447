// The orders in which a list is read. What does not tell what it is sorted by comes last.
import type { Entite } from "../model/data";
import { compare, euros } from "../ui/text";

export type Order = "nom" | "commune" | "montant" | "date";

export const ORDERS: readonly { id: Order; label: string }[] = [
  { id: "nom", label: "par nom" }, { id: "commune", label: "par commune" }, { id: "montant", label: "par montant" }, { id: "date", label: "par date" },
];

// The order that the reader chose for the list; the next feature and the one before follow it.
export const chosen: { order: Order } = { order: "nom" };

const byName = (a: Entite, b: Entite): number => compare(a.nom, b.nom) || compare(a.ou, b.ou);
const date = (feature: Entite): string => feature.debut || feature.fin;

const BY: Record<Order, (a: Entite, b: Entite) => number> = {
  nom: byName,
  commune: (a, b) => Number(!a.communes.length) - Number(!b.communes.length) || compare(a.ou, b.ou) || byName(a, b),
  montant: (a, b) => (b.euros ?? -1) - (a.euros ?? -1) || byName(a, b),
  date: (a, b) => Number(!date(a)) - Number(!date(b)) || compare(date(a), date(b)) || byName(a, b),
};

export function sorted(features: readonly Entite[], order: Order): Entite[] {
  return [...features].sort(BY[order]);
}

// What a line of the list tells under its name.
export function lineOf(feature: Entite, order: Order): string {
  const sortedBy = order === "montant" && feature.euros !== undefined ? euros(feature.euros) : order === "date" ? date(feature).slice(0, 4) : "";
  return [sortedBy, feature.ou, feature.statut_texte].filter(Boolean).join(" · ");
}
