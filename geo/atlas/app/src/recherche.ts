// Forgiving search over features, communes, EPCI and figures, with the keyboard alone.
import { h, plier, vider } from "./dom";
import type { Donnees, Entite } from "./donnees";

interface Reponse { mots: string[]; colle: string; nom: string; genre: string; poids: number; faire: () => void }

const MOST = 12;

export function recherche(
  racine: HTMLElement,
  donnees: Donnees,
  actions: { territoire: (code: string) => void; entite: (e: Entite) => void; chiffre: (id: string) => void },
): void {
  const couches = new Map(donnees.couches.map((c) => [c.id, c.titre]));
  const reponse = (cle: string, nom: string, genre: string, poids: number, faire: () => void): Reponse => {
    const plie = plier(cle);
    return { mots: plie.split(" "), colle: plie.replace(/ /g, ""), nom, genre, poids, faire };
  };
  const indexer = (): Reponse[] => [
    ...donnees.epci.map((e) => reponse(`${e.court} ${e.nom} ${e.alias.join(" ")}`, e.nom, "EPCI", 0, () => actions.territoire(e.siren))),
    ...donnees.communes.map((c) => reponse(c.nom, c.nom, "Commune", 1, () => actions.territoire(c.insee))),
    ...donnees.entites.map((e) => reponse(`${e.nom} ${e.ou} ${couches.get(e.couche)}`, e.nom, [couches.get(e.couche), e.ou].filter(Boolean).join(" · "), e.inventaire ? 3 : 2, () => actions.entite(e))),
    ...donnees.chiffres.map((c) => reponse(`${c.libelle} ${c.texte}`, `${c.texte} ${c.libelle}`, "Chiffre du bilan", 4, () => actions.chiffre(c.id))),
  ];
  let index: Reponse[] | undefined; // made when the reader first searches
  const liste = h("ul", { id: "reponses", role: "listbox", "aria-label": "Réponses", hidden: true });
  const champ = h("input", {
    type: "search", placeholder: "Chercher une cité, une commune, un chiffre…", "aria-label": "Chercher", autocomplete: "off",
    role: "combobox", "aria-expanded": "false", "aria-controls": "reponses", "aria-autocomplete": "list",
  });
  let reponses: Reponse[] = [];
  let actif = -1;

  const fermer = (): void => { liste.hidden = true; champ.setAttribute("aria-expanded", "false"); champ.removeAttribute("aria-activedescendant"); };
  const choisir = (reponse: Reponse): void => { champ.value = ""; fermer(); reponse.faire(); };
  const marquer = (): void => {
    [...liste.children].forEach((li, i) => li.setAttribute("aria-selected", String(i === actif)));
    const courant = liste.children[actif];
    if (courant) { champ.setAttribute("aria-activedescendant", courant.id); courant.scrollIntoView({ block: "nearest" }); }
  };
  const chercher = (): void => {
    index ??= indexer();
    reponses = trouver(index, champ.value);
    vider(liste);
    reponses.forEach((r, i) => liste.append(h("li", { id: `reponse-${i}`, role: "option", "aria-selected": "false", onmousedown: (e) => { e.preventDefault(); choisir(r); } }, h("span", {}, r.nom), h("small", {}, r.genre))));
    if (champ.value.trim() && !reponses.length) liste.append(h("li", { class: "vide" }, "Rien de ce nom. Essayez un mot plus court."));
    actif = reponses.length ? 0 : -1;
    liste.hidden = !champ.value.trim();
    champ.setAttribute("aria-expanded", String(!liste.hidden));
    marquer();
  };
  champ.addEventListener("input", chercher);
  champ.addEventListener("focus", () => { if (champ.value.trim()) chercher(); });
  champ.addEventListener("blur", fermer);
  champ.addEventListener("keydown", (e) => {
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      e.preventDefault();
      if (reponses.length) actif = (actif + (e.key === "ArrowDown" ? 1 : reponses.length - 1)) % reponses.length;
      marquer();
    } else if (e.key === "Enter") {
      const reponse = reponses[actif];
      if (reponse) choisir(reponse);
    } else if (e.key === "Escape") fermer();
  });
  racine.append(champ, liste);
}

function trouver(index: Reponse[], demande: string): Reponse[] {
  const mots = plier(demande).split(" ").filter(Boolean);
  if (!mots.length) return [];
  const exactes = classer(index, mots, false);
  return exactes.length < MOST ? classer(index, mots, true) : exactes;
}

function classer(index: Reponse[], mots: string[], fautes: boolean): Reponse[] {
  const notes: [number, Reponse][] = [];
  const colle = mots.join("");
  for (const reponse of index) {
    const colles = colle.length > 4 && reponse.colle.includes(colle) ? 2 : Infinity;
    const note = Math.min(noter(reponse.mots, mots, fautes), colles);
    if (note < Infinity) notes.push([note * 10 + reponse.poids, reponse]);
  }
  return notes.sort((a, b) => a[0] - b[0] || a[1].nom.length - b[1].nom.length).slice(0, MOST).map((n) => n[1]);
}

// 0 when the first words are those typed, then prefixes, then a typing error a word.
function noter(cle: string[], mots: string[], fautes: boolean): number {
  let total = 0;
  for (const mot of mots) {
    let meilleur = Infinity;
    for (const [i, autre] of cle.entries()) {
      if (autre === mot) meilleur = Math.min(meilleur, i === 0 ? 0 : 0.5);
      else if (autre.startsWith(mot)) meilleur = Math.min(meilleur, i === 0 ? 0.8 : 1);
      else if (fautes && mot.length > 3 && ecart(autre.slice(0, mot.length + 1), mot) <= (mot.length > 6 ? 2 : 1)) meilleur = Math.min(meilleur, 3);
    }
    if (meilleur === Infinity) return Infinity;
    total += meilleur;
  }
  return total;
}

// Edit distance of Damerau-Levenshtein (optimal string alignment).
function ecart(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  const t: number[][] = Array.from({ length: a.length + 1 }, (_, i) => [i, ...Array<number>(b.length).fill(0)]);
  for (let j = 1; j <= b.length; j++) t[0]![j] = j;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const cout = a[i - 1] === b[j - 1] ? 0 : 1;
      t[i]![j] = Math.min(t[i - 1]![j]! + 1, t[i]![j - 1]! + 1, t[i - 1]![j - 1]! + cout);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) t[i]![j] = Math.min(t[i]![j]!, t[i - 2]![j - 2]! + 1);
    }
  }
  return t[a.length]![b.length]!;
}
