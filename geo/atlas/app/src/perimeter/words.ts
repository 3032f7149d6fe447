// Words about a perimeter.
import { CIRCLE_SIDES } from "../geometry/perimeter";
import { lengthText } from "../geometry/written";
import type { Perimeter } from "../state/view";
import { plural } from "../ui/text";

export function kindText(perimeter: Perimeter): string {
  if (perimeter.kind === "circle") return `cercle de ${lengthText(perimeter.rayon_m)} de rayon (${CIRCLE_SIDES} côtés)`;
  const corners = perimeter.rings.reduce((sum, ring) => sum + ring.length, 0);
  const rings = perimeter.rings.length > 1 ? `, ${plural(perimeter.rings.length, "contour")}` : "";
  return `polygone de ${plural(corners, "sommet")}${rings}`;
}

export function nameText(perimeter: Perimeter): string {
  return perimeter.nom || "Périmètre";
}
