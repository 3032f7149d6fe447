// The legend: always there, in words, and can be folded.
import { h, s, vider } from "./dom";
import type { Couche, Donnees } from "./donnees";
import type { Etat } from "./etat";
import { cle, petite, symbole } from "./symboles";

export class Legende {
  private readonly corps = h("div", { class: "corps" });

  constructor(racine: HTMLElement, private readonly donnees: Donnees, private readonly etat: Etat) {
    const large = window.innerWidth > 720 && window.innerHeight > 560;
    racine.append(h("details", { open: large }, h("summary", {}, "Légende"), this.corps));
  }

  rafraichir(): void {
    vider(this.corps);
    const presentes = new Set(this.etat.montrees().filter((e) => e.precision !== "territoire").map((e) => e.couche));
    const colonnes = h("div", { class: "colonnes" });
    for (const axe of this.donnees.axes) {
      const couches = this.donnees.couches.filter((c) => c.axe === axe.id && presentes.has(c.id));
      if (!couches.length) continue;
      const ordre = [...couches.filter((c) => !c.inventaire), ...couches.filter((c) => c.inventaire)];
      colonnes.append(h("div", { class: "groupe" }, h("h3", { style: `color:${axe.texte}` }, axe.court),
        h("ul", {}, ...ordre.map((c) => h("li", {}, h("span", { class: "cle" }, cle(c)), c.titre)))));
    }
    const neutre = { ...this.donnees.couches[0]!, forme: "rond", picto: "", couleur: "#4b5157", texte: "#4b5157" };
    colonnes.append(h("div", { class: "groupe" }, h("h3", {}, "Localisation"), h("ul", {},
      ...(["exacte", "commune", "indicative"] as const).map((p) => h("li", {}, h("span", { class: "cle" }, symbole(neutre, p, 18)),
        { exacte: "position exacte ou à l’adresse", commune: "située à la commune", indicative: "position ou tracé indicatif" }[p])),
      h("li", {}, h("span", { class: "cle" }, s("svg", { viewBox: "0 0 24 14", width: 24, height: 14, "aria-hidden": "true" },
        s("path", { d: petite("carre", 4, 7, 3) + petite("rond", 12, 7, 3) + petite("triangle", 20, 7, 3), fill: "#4b5157" }))), "élément d’un inventaire"),
      h("li", {}, h("span", { class: "cle" }, s("svg", { viewBox: "0 0 24 14", width: 24, height: 14, "aria-hidden": "true" },
        s("path", { d: "M2 1h20v12H2z", fill: "url(#hachures)", stroke: "#4b5157", "stroke-dasharray": "4 2.5" }))), "mesure de territoire"),
      h("li", {}, h("span", { class: "cle" }, trait("#23272d", 2)), "limite d’EPCI"),
      h("li", {}, h("span", { class: "cle" }, trait("#b9b1a2", 1)), "limite de commune"))));
    this.corps.append(colonnes, h("p", { class: "petit" }, `Limites généralisées, symboles écartés quand ils se couvrent, un trait les relie à leur lieu. Sources : ${this.sources().join(", ")}.`));
  }

  // The documents of the layers that are shown, and those of no layer: borders, figures.
  private sources(): string[] {
    const deCouches = (couches: Couche[]): Set<string> => new Set(couches.flatMap((c) => c.sources));
    const toutes = deCouches(this.donnees.couches);
    const montrees = deCouches(this.donnees.couches.filter((c) => this.etat.visibles.has(c.id)));
    return this.donnees.sources_courtes.filter((source) => montrees.has(source) || !toutes.has(source));
  }
}

function trait(couleur: string, largeur: number): SVGElement {
  return s("svg", { viewBox: "0 0 24 12", width: 24, height: 12, "aria-hidden": "true" }, s("path", { d: "M1 6h22", stroke: couleur, "stroke-width": largeur }));
}
