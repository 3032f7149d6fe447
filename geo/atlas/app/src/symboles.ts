// How a layer looks: one shape and one pictogram each, a hatch where it fills, the colour of its axis.
import type { PathOptions } from "leaflet";
import { s } from "./dom";
import type { Couche } from "./donnees";

const PAPIER = "#fffdf9";
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

// The corners of the same shapes, small and plain, around 0 with a radius of 1.
const COINS: Record<string, [number, number][]> = {
  carre: [[-0.88, -0.88], [0.88, -0.88], [0.88, 0.88], [-0.88, 0.88]],
  losange: [[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]],
  hexagone: [[-0.55, -0.95], [0.55, -0.95], [1.1, 0], [0.55, 0.95], [-0.55, 0.95], [-1.1, 0]],
  triangle: [[0, -1.15], [1.15, 0.85], [-1.15, 0.85]],
  ecu: [[-0.9, -0.95], [0.9, -0.95], [0.9, 0.2], [0, 1.15], [-0.9, 0.2]],
};

// What a hatch repeats in its 8 x 8 cell.
const MOTIFS: Record<string, string> = {
  hachures: "M0 8L8 0M-1 1L1-1M7 9L9 7",
  quadrillage: "M0 4H8M4 0V8",
  croix: "M1.5 4H6.5M4 1.5V6.5",
  points: "M3.9 4H4.1",
};

// A precise location is filled; a town is a white symbol; an indicative one is dashed.
export function symbole(couche: Couche, precision: string, taille: number): SVGElement {
  const plein = precision === "exacte" || precision === "adresse";
  const [k, x, y] = CADRES[couche.forme] ?? [0.8, 6, 6];
  const forme = FORMES[couche.forme] ?? FORMES["rond"]!;
  return s(
    "svg",
    { viewBox: "-1.2 -1.2 26.4 26.4", width: taille, height: taille, "aria-hidden": "true", focusable: "false" },
    s("path", { d: forme, fill: PAPIER, stroke: PAPIER, "stroke-width": 3.4 }),
    s("path", {
      d: forme,
      fill: plein ? couche.couleur : PAPIER,
      stroke: couche.couleur,
      "stroke-width": plein ? 1.2 : 2,
      "stroke-dasharray": precision === "indicative" ? "3.4 2.2" : null,
    }),
    taille < 12 || !couche.picto
      ? null
      : s("path", { d: couche.picto, fill: plein ? "#ffffff" : couche.texte, transform: `translate(${x} ${y}) scale(${k})` }),
  );
}

// The shape of a layer as SVG path data, for a place in pixels.
export function petite(forme: string, x: number, y: number, rayon: number): string {
  const coins = COINS[forme];
  if (!coins) return `M${x - rayon} ${y}a${rayon} ${rayon} 0 1 0 ${2 * rayon} 0a${rayon} ${rayon} 0 1 0 ${-2 * rayon} 0z`;
  return `M${coins.map(([dx, dy]) => `${(x + dx * rayon).toFixed(1)} ${(y + dy * rayon).toFixed(1)}`).join("L")}z`;
}

// How the polygons of a layer are filled.
export function remplissage(couche: Couche): PathOptions {
  if (!couche.remplissage) return { fill: false };
  return couche.motif ? { fillColor: `url(#motif-${couche.id})`, fillOpacity: 1 } : { fillColor: couche.couleur, fillOpacity: couche.remplissage };
}

// The hatches of the layers, for the page's definitions.
export function motifs(couches: Couche[]): SVGElement[] {
  return couches.filter((c) => c.motif).map((c) =>
    s("pattern", { id: `motif-${c.id}`, width: 8, height: 8, patternUnits: "userSpaceOnUse" },
      s("path", { d: "M0 0H8V8H0z", fill: c.couleur, "fill-opacity": c.remplissage }),
      s("path", { d: MOTIFS[c.motif] ?? "", stroke: c.couleur, "stroke-width": c.motif === "points" ? 2.2 : 1, "stroke-linecap": c.motif === "points" ? "round" : "butt", "stroke-opacity": 0.6, fill: "none" })));
}

// The symbol of a layer in the legend: a stretch of line, a piece of its ground, or its point symbol.
export function cle(couche: Couche): SVGElement {
  if (!couche.lineaire && !couche.surfacique) return symbole(couche, "exacte", 22);
  const { fillColor, fillOpacity } = remplissage(couche);
  const forme = couche.lineaire
    ? { d: "M2 11H42", fill: "none", "stroke-width": couche.epaisseur }
    : { d: "M4 2H40V20H4z", fill: fillColor ?? "none", "fill-opacity": fillOpacity, "stroke-width": Math.min(couche.epaisseur, 1.5) };
  const trait = s("path", { ...forme, stroke: couche.couleur, "stroke-dasharray": couche.tirets || null });
  const dessus = couche.inventaire ? (couche.lineaire ? null : s("path", { d: petite(couche.forme, 22, 11, 4), fill: couche.couleur, stroke: PAPIER })) : incruste(symbole(couche, "exacte", 18), 13, 2);
  return s("svg", { viewBox: "0 0 44 22", width: 44, height: 22, "aria-hidden": "true", focusable: "false" }, trait, dessus);
}

function incruste(dessin: SVGElement, x: number, y: number): SVGElement {
  dessin.setAttribute("x", String(x));
  dessin.setAttribute("y", String(y));
  return dessin;
}
