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
import { preparerFolium } from "./folium";
import { choixFond } from "./fonds";
import { lire, type Colis } from "./lecture";
import { Legende } from "./legende";
import { Panneau } from "./panneau";
import { recherche } from "./recherche";
import { motifs } from "./symboles";

(window as unknown as { L: typeof L }).L = L;
preparerFolium();
delete (L.Icon.Default.prototype as unknown as { _getIconUrl?: unknown })._getIconUrl;
L.Icon.Default.mergeOptions({ iconUrl: image, iconRetinaUrl: image2x, shadowUrl: ombre });

export function demarrer(carteFolium: L.Map, colis: Colis): void {
  const donnees = lire(colis);
  const racine = document.getElementById("atlas")!;
  const element = (id: string): HTMLElement => document.getElementById(id)!;
  const etat = new Etat(donnees);
  const avis = element("avis");
  const annoncer = (texte: string): void => {
    avis.textContent = texte;
    avis.hidden = false;
    window.setTimeout(() => { avis.hidden = true; }, 7000);
  };
  element("motifs").append(...motifs(donnees.couches));
  const carte = new Carte(carteFolium, donnees, etat);
  const aller = (entite: Entite): void => {
    replier(true);
    etat.changer(() => {
      etat.selection = entite.id;
      etat.visibles.add(entite.couche);
      if (!etat.concerne(entite) && !entite.couvre.includes(etat.siren())) etat.territoire = donnees.territoire;
    });
    carte.aller(entite);
    racine.querySelector<HTMLElement>(".fiche")?.focus({ preventScroll: true });
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
  choixFond(element("fonds"), carteFolium, donnees.fonds, annoncer);
  element("bouton-sources").addEventListener("click", () => dialogue.sources());

  const replier = (bas: boolean): void => {
    racine.classList.toggle("panneau-bas", bas);
    element("poignee").setAttribute("aria-expanded", String(!bas));
  };
  feuille(element("poignee"), () => racine.classList.contains("panneau-bas"), replier);
  document.addEventListener("keydown", (e) => {
    if (e.key !== "Escape" || document.querySelector("dialog[open]")) return;
    const cle = etat.selection;
    carteFolium.closePopup();
    if (cle) racine.querySelector<HTMLElement>(`[data-cle="e:${CSS.escape(cle)}"]`)?.focus();
  });

  // On paper the page has its own size: the map is fitted to it, then back to the screen's.
  let vue: [L.LatLng, number] = [carteFolium.getCenter(), carteFolium.getZoom()];
  const tirer = (papier: boolean): void => {
    if (papier) {
      vue = [carteFolium.getCenter(), carteFolium.getZoom()];
      carteFolium.closePopup();
    }
    racine.classList.toggle("papier", papier);
    carteFolium.invalidateSize({ animate: false });
    if (papier) carte.cadrer(false);
    else carteFolium.setView(...vue, { animate: false });
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
  etat.suivreAdresse();
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

// On a phone the panel is a sheet: a tap folds it, a drag up or down too.
function feuille(poignee: HTMLElement, basse: () => boolean, replier: (bas: boolean) => void): void {
  let depart: number | undefined;
  poignee.addEventListener("pointerdown", (e) => {
    depart = e.clientY;
    poignee.setPointerCapture(e.pointerId);
  });
  poignee.addEventListener("pointerup", (e) => {
    const glisse = depart === undefined ? 0 : e.clientY - depart;
    depart = undefined;
    replier(Math.abs(glisse) > 16 ? glisse > 0 : !basse());
  });
  poignee.addEventListener("keydown", (e) => {
    if (e.key === "Enter" || e.key === " ") {
      e.preventDefault();
      replier(!basse());
    }
  });
}
