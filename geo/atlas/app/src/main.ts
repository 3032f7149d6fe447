// The page: reads its data, builds the shell around the map that folium made, and ties them.
import L from "leaflet";
import image from "leaflet/dist/images/marker-icon.png";
import image2x from "leaflet/dist/images/marker-icon-2x.png";
import ombre from "leaflet/dist/images/marker-shadow.png";
import { Carte } from "./carte";
import { Dialogue } from "./dialogue";
import { h, vider } from "./dom";
import type { Donnees, Entite } from "./donnees";
import { Etat } from "./etat";
import { Legende } from "./legende";
import { Panneau } from "./panneau";
import { recherche } from "./recherche";

(window as unknown as { L: typeof L }).L = L;
delete (L.Icon.Default.prototype as unknown as { _getIconUrl?: unknown })._getIconUrl;
L.Icon.Default.mergeOptions({ iconUrl: image, iconRetinaUrl: image2x, shadowUrl: ombre });

export function demarrer(carteFolium: L.Map, donnees: Donnees): void {
  const racine = document.getElementById("atlas")!;
  const element = (id: string): HTMLElement => document.getElementById(id)!;
  const etat = new Etat(donnees);
  const avis = element("avis");
  const annoncer = (texte: string): void => {
    avis.textContent = texte;
    avis.hidden = false;
    window.setTimeout(() => { avis.hidden = true; }, 7000);
  };
  const carte = new Carte(carteFolium, donnees, etat, annoncer);
  const aller = (entite: Entite): void => {
    replier(true);
    etat.changer(() => {
      etat.selection = entite.id;
      etat.visibles.add(entite.couche);
      if (!etat.concerne(entite) && !entite.couvre.includes(etat.siren())) etat.territoire = "";
    });
    carte.aller(entite);
  };
  const dialogue = new Dialogue(racine, donnees, aller);
  const panneau = new Panneau(element("panneau-corps"), donnees, etat, dialogue, aller);
  const legende = new Legende(element("legende"), donnees, etat);
  const choix = choixTerritoire(element("territoire"), donnees, (code) => etat.changer(() => { etat.territoire = code; }));
  recherche(element("recherche"), donnees, {
    territoire: (code) => etat.changer(() => { etat.territoire = code; }),
    entite: aller,
    chiffre: (id) => dialogue.chiffre(id),
  });
  choixFond(element("fonds"), donnees, carte);
  element("bouton-sources").addEventListener("click", () => dialogue.sources());

  const replier = (bas: boolean): void => {
    racine.classList.toggle("panneau-bas", bas);
    element("poignee").setAttribute("aria-expanded", String(!bas));
  };
  element("poignee").addEventListener("click", () => replier(!racine.classList.contains("panneau-bas")));

  // On paper the page has its own size: the map is fitted to it, then back to the screen's.
  const tirer = (papier: boolean): void => {
    racine.classList.toggle("papier", papier);
    carteFolium.closePopup();
    carteFolium.invalidateSize({ animate: false });
    carte.cadrer(false);
    carte.rafraichir();
  };
  window.addEventListener("beforeprint", () => tirer(true));
  window.addEventListener("afterprint", () => tirer(false));

  let territoire = etat.territoire;
  etat.ecouter(() => {
    choix.value = etat.territoire;
    panneau.rafraichir();
    legende.rafraichir();
    carte.rafraichir();
    if (territoire !== etat.territoire) {
      territoire = etat.territoire;
      carteFolium.closePopup();
      carte.cadrer();
    }
  });
  choix.value = etat.territoire;
  panneau.rafraichir();
  legende.rafraichir();
  carteFolium.invalidateSize();
  carte.cadrer(false);
  carte.rafraichir();
  const choisie = donnees.entites.find((e) => e.id === etat.selection);
  if (choisie) carte.aller(choisie);
  racine.dataset["pret"] = "oui";
}

function choixTerritoire(racine: HTMLElement, donnees: Donnees, choisir: (code: string) => void): HTMLSelectElement {
  const liste = h("select", { id: "choix-territoire", "aria-label": "Territoire" });
  if (donnees.epci.length > 1) liste.append(h("option", { value: "" }, "Tout le bassin minier"));
  for (const epci of donnees.epci) liste.append(h("option", { value: epci.siren }, epci.court));
  for (const epci of donnees.epci) {
    const groupe = h("optgroup", { label: `Communes : ${epci.court}` });
    for (const commune of donnees.communes) if (commune.siren === epci.siren) groupe.append(h("option", { value: commune.insee }, commune.nom));
    liste.append(groupe);
  }
  liste.addEventListener("change", () => choisir(liste.value));
  vider(racine);
  racine.append(h("label", { for: "choix-territoire", class: "cache" }, "Territoire"), liste);
  return liste;
}

function choixFond(racine: HTMLElement, donnees: Donnees, carte: Carte): void {
  const liste = h("select", { "aria-label": "Fond de carte" }, h("option", { value: "" }, "Fond neutre"));
  for (const fond of donnees.fonds) liste.append(h("option", { value: fond.id }, `${fond.nom} (réseau)`));
  liste.addEventListener("change", () => carte.choisirFond(donnees.fonds.find((f) => f.id === liste.value)));
  racine.append(liste);
}
