// How a layer looks: one shape and one pictogram each, the colour of its axis.
import { s } from "./dom";
import type { Axe, Couche } from "./donnees";

const FORMES: Record<string, string> = {
  rond: "M12 1.5a10.5 10.5 0 1 0 0 21a10.5 10.5 0 1 0 0-21z",
  carre: "M4 2h16a2 2 0 0 1 2 2v16a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2z",
  losange: "M12 .6L23.4 12L12 23.4L.6 12z",
  hexagone: "M6.2 2h11.6L23.4 12l-5.6 10H6.2L.6 12z",
  triangle: "M12 .8L23.6 21.6H.4z",
  ecu: "M2 2.2h20v9.8c0 5.6-4.6 9-10 11.4C6.6 21 2 17.6 2 12z",
};

// Scale and place of the 15 x 15 pictogram inside the 24 x 24 shape.
const CADRES: Record<string, [number, number, number]> = {
  rond: [0.88, 5.4, 5.4],
  carre: [0.94, 4.95, 4.95],
  losange: [0.72, 6.6, 6.6],
  hexagone: [0.86, 5.55, 5.55],
  triangle: [0.64, 7.2, 9.6],
  ecu: [0.8, 6, 4.2],
};

// A precise location is filled; a town is a white symbol; an indicative one is dashed.
export function symbole(couche: Couche, axe: Axe, precision: string, taille: number): SVGElement {
  const plein = precision === "exacte" || precision === "adresse";
  const [k, x, y] = CADRES[couche.forme] ?? [0.8, 6, 6];
  return s(
    "svg",
    { viewBox: "-1.2 -1.2 26.4 26.4", width: taille, height: taille, "aria-hidden": "true", focusable: "false" },
    s("path", { d: FORMES[couche.forme] ?? FORMES["rond"]!, fill: "#fffdf9", stroke: "#fffdf9", "stroke-width": 3.4 }),
    s("path", {
      d: FORMES[couche.forme] ?? FORMES["rond"]!,
      fill: plein ? axe.couleur : "#fffdf9",
      stroke: axe.couleur,
      "stroke-width": plein ? 1.2 : 2,
      "stroke-dasharray": precision === "indicative" ? "3.4 2.2" : null,
    }),
    taille < 12 || !couche.picto
      ? null
      : s("path", { d: couche.picto, fill: plein ? "#ffffff" : axe.texte, transform: `translate(${x} ${y}) scale(${k})` }),
  );
}

// The symbol of a layer in the legend: a stretch of line, or its point symbol.
export function cle(couche: Couche, axe: Axe): SVGElement {
  if (!couche.lineaire) return symbole(couche, axe, "exacte", 22);
  return s(
    "svg",
    { viewBox: "0 0 44 22", width: 44, height: 22, "aria-hidden": "true", focusable: "false" },
    s("path", {
      d: "M2 11H42",
      stroke: axe.couleur,
      "stroke-width": couche.epaisseur,
      "stroke-dasharray": couche.tirets || null,
      fill: "none",
    }),
    incruste(symbole(couche, axe, "exacte", 18), 13, 2),
  );
}

function incruste(dessin: SVGElement, x: number, y: number): SVGElement {
  dessin.setAttribute("x", String(x));
  dessin.setAttribute("y", String(y));
  return dessin;
}
