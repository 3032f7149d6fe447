// Lengths and areas as people read them.
import { number } from "../ui/text";

// "850 m", "12,35 km": four figures that count.
export function lengthText(metres: number): string {
  if (metres < 1000) return `${number(metres, metres < 100 ? 1 : 0)}\u00a0m`;
  const km = metres / 1000;
  return `${number(km, km < 10 ? 3 : km < 100 ? 2 : 1)}\u00a0km`;
}

// "850 m²", "12,35 ha", "41,2 km²".
export function areaText(squareMetres: number): string {
  if (squareMetres < 10_000) return `${number(squareMetres, squareMetres < 100 ? 1 : 0)}\u00a0m²`;
  const ha = squareMetres / 10_000;
  if (ha < 1000) return `${number(ha, ha < 100 ? 2 : 1)}\u00a0ha`;
  return `${number(ha / 100, ha < 10_000 ? 2 : 1)}\u00a0km²`;
}

export function percent(share: number): string {
  const value = 100 * share;
  if (value > 0 && value < 0.1) return "moins de 0,1\u00a0%";
  if (value < 100 && value > 99.9) return "plus de 99,9\u00a0%";
  return `${number(value, value < 10 ? 1 : 0)}\u00a0%`;
}
