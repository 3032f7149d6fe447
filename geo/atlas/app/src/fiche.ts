// The panel of a feature: its facts in a readable order, its amounts, its precision, its source.
import { h, s } from "./dom";
import type { Couche, Donnees, Entite } from "./donnees";
import { symbole } from "./symboles";

export function fiche(entite: Entite, couche: Couche, donnees: Donnees): HTMLElement {
  const chiffre = (id: string): HTMLElement | null => {
    const trouve = donnees.chiffres.find((c) => c.id === id);
    return trouve ? h("li", {}, h("button", { type: "button", class: "lien chiffre", "data-chiffre": id }, trouve.texte), ` ${trouve.libelle}`) : null;
  };
  const montants = entite.montants.map((m) =>
    h("li", {}, h("button", { type: "button", class: "lien chiffre", "data-chiffre": m.chiffre }, m.texte), m.qui ? ` ${m.qui}` : null),
  );
  return h(
    "article",
    { class: "fiche", tabindex: -1, "aria-label": entite.nom, style: `--axe:${couche.couleur};--axe-texte:${couche.texte}` },
    h("p", { class: "surtitre" }, symbole(couche, entite.precision, 18), ` ${couche.titre}`),
    h("h2", {}, entite.nom),
    h("p", { class: "etiquettes" },
      entite.statut_texte ? h("span", { class: "statut" }, entite.statut_texte) : entite.inventaire ? null : h("span", {}, "statut non précisé"),
      h("span", { class: "precision" }, repere(entite.precision), ` ${donnees.precisions[entite.precision]}`)),
    entite.resume ? h("p", {}, entite.resume) : null,
    montants.length ? h("ul", { class: "montants" }, ...montants) : null,
    h("dl", {}, ...entite.faits.flatMap(([nom, valeur]) => [h("dt", {}, nom), h("dd", {}, valeur)])),
    entite.contexte.length
      ? h("details", {}, h("summary", {}, "Chiffres d’un ensemble plus large"), h("ul", {}, ...entite.contexte.map(chiffre)))
      : null,
    entite.reserve ? h("p", { class: "reserve" }, h("strong", {}, "Réserve. "), entite.reserve) : null,
    h("p", { class: "source" }, h("strong", {}, "Source : "), entite.source),
  );
}

function repere(precision: string): SVGElement {
  const plein = precision === "exacte" || precision === "adresse";
  return s("svg", { viewBox: "0 0 12 12", width: 11, height: 11, "aria-hidden": "true" },
    precision === "territoire"
      ? s("path", { d: "M1 1h10v10H1zM1 7l6-6M1 11L11 1M5 11l6-6", fill: "none", stroke: "currentColor" })
      : s("circle", { cx: 6, cy: 6, r: 4.6, fill: plein ? "currentColor" : "none", stroke: "currentColor", "stroke-width": 1.5, "stroke-dasharray": precision === "indicative" ? "2.4 1.6" : null }));
}
