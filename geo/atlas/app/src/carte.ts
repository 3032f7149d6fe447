// The map: vector ground, mask, names, and the features of the layers that are shown.
import L from "leaflet";
import { accord, h } from "./dom";
import type { Commune, Couche, Donnees, Entite, Fond, Paire } from "./donnees";
import type { Etat } from "./etat";
import { fiche } from "./fiche";
import { croise, disposer, type Boite } from "./placement";
import { symbole } from "./symboles";

const MONDE: Paire[] = [[-85, -180], [-85, 180], [85, 180], [85, -180]];
const PAPIER = "#f3efe6";
const ENCRE = "#23272d";
const VILLE = 9000; // inhabitants from which a commune is marked as a town

interface Trace { entite: Entite; position: L.LatLng; marqueur: L.Marker }

export class Carte {
  private readonly symboles = L.layerGroup();
  private readonly lignes = L.layerGroup();
  private readonly noms = L.layerGroup();
  private readonly rappels = L.layerGroup();
  private readonly emprise = L.layerGroup();
  private readonly communes = L.layerGroup();
  private readonly masque: L.Polygon;
  private readonly traces = new Map<string, Trace>();
  private readonly couches: Map<string, Couche>;
  private fond: L.TileLayer | undefined;
  private bulle: L.Popup | undefined;
  private ouverte = ""; // id of the feature whose panel is open

  constructor(
    readonly carte: L.Map,
    private readonly donnees: Donnees,
    private readonly etat: Etat,
    private readonly annoncer: (texte: string) => void,
  ) {
    this.couches = new Map(donnees.couches.map((c) => [c.id, c]));
    for (const [nom, rang] of [["sol", 210], ["voile", 320], ["limites", 350], ["emprises", 360], ["traits", 420], ["noms", 640]] as const) {
      carte.createPane(nom).style.zIndex = String(rang);
    }
    carte.getPane("noms")!.style.pointerEvents = "none";
    this.masque = L.polygon([MONDE], { pane: "voile", stroke: false, fillColor: PAPIER, fillOpacity: 0.86, interactive: false }).addTo(carte);
    this.tracerSol();
    for (const groupe of [this.communes, this.emprise, this.lignes, this.rappels, this.symboles, this.noms]) groupe.addTo(carte);
    L.control.scale({ imperial: false, position: "bottomright", maxWidth: 140 }).addTo(carte);
    carte.attributionControl.setPrefix(false);
    carte.on("popupopen", (e) => e.popup.getElement()?.querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", "Fermer la fiche"));
    carte.on("popupclose", () => {
      const fermee = this.ouverte;
      this.ouverte = "";
      if (fermee && fermee === this.etat.selection) this.etat.changer(() => { this.etat.selection = ""; });
    });
    carte.on("resize", () => {
      if (!this.ouverte || !this.bulle) return;
      Object.assign(this.bulle.options, this.tailleFiche());
      this.bulle.update();
    });
    carte.on("popupopen popupclose", (e) => carte.getContainer().parentElement!.classList.toggle("fiche-ouverte", e.type === "popupopen"));
    carte.on("zoomend moveend resize", () => this.placer());
    new ResizeObserver(() => carte.invalidateSize({ pan: false })).observe(carte.getContainer());
  }

  // Redraw all that depends on the territory, the layers and the selection.
  rafraichir(): void {
    if (!this.etat.selection && this.ouverte) this.carte.closePopup();
    this.masquer();
    this.tracerEntites();
    this.tracerEmprise();
    this.placer();
  }

  cadrer(anime = true): void {
    const forme = this.formeCourante();
    const limites = L.polygon(forme as L.LatLngExpression[][][]).getBounds();
    this.carte.fitBounds(limites, { padding: [18, 18], animate: anime });
  }

  montrer(entite: Entite): void {
    const couche = this.couches.get(entite.couche)!;
    const ouvrir = (lieu: L.LatLng): void => {
      this.ouverte = ""; // the panel that this one replaces closes without a word
      this.bulle = L.popup({ ...this.tailleFiche(), autoPanPadding: [14, 14] })
        .setLatLng(lieu)
        .setContent(fiche(entite, couche, this.donnees))
        .openOn(this.carte);
      this.ouverte = entite.id;
    };
    const trace = this.traces.get(entite.id);
    if (trace) {
      ouvrir(trace.marqueur.getLatLng());
    } else if (entite.ligne) {
      ouvrir(L.latLng(entite.ligne[Math.floor(entite.ligne.length / 2)]!));
    } else {
      ouvrir(this.centreTerritoire(entite));
    }
  }

  // Zoom on a feature, then open its panel.
  aller(entite: Entite): void {
    const formes = entite.point ? [entite.point] : (entite.points ?? entite.ligne);
    if (formes) {
      const limites = L.latLngBounds(formes);
      const zoom = entite.point ? Math.max(this.carte.getZoom(), 13) : Math.min(this.carte.getBoundsZoom(limites.pad(0.3)), 13);
      this.carte.setView(limites.getCenter(), zoom, { animate: false });
    } else {
      const concernes = this.donnees.epci.filter((e) => entite.couvre.includes(e.siren));
      this.carte.fitBounds(L.polygon(concernes.map((e) => e.forme) as never).getBounds(), { animate: false, padding: [18, 18] });
    }
    this.rafraichir();
    this.montrer(entite);
  }

  choisirFond(fond: Fond | undefined, echec: () => void = () => undefined): void {
    this.fond?.remove();
    this.fond = undefined;
    this.carte.getContainer().classList.toggle("avec-fond", fond !== undefined);
    if (!fond) return;
    const tuiles = L.tileLayer(fond.url, { attribution: fond.attribution, maxZoom: 19, maxNativeZoom: fond.zoom, crossOrigin: true });
    let echecs = 0;
    tuiles.on("tileerror", () => {
      if (++echecs !== 4) return;
      this.annoncer(`Fond « ${fond.nom} » indisponible : pas de réseau ? La carte revient au fond neutre.`);
      this.choisirFond(undefined);
      echec();
    });
    this.fond = tuiles.addTo(this.carte);
  }

  private tailleFiche(): { maxWidth: number; minWidth: number; maxHeight: number } {
    const { x, y } = this.carte.getSize();
    return { maxWidth: Math.min(390, x - 76), minWidth: Math.min(300, x - 76), maxHeight: Math.max(180, y - 110) };
  }

  private formeCourante(): unknown {
    const code = this.etat.territoire;
    const commune = this.donnees.communes.find((c) => c.insee === code);
    const epci = this.donnees.epci.find((e) => e.siren === code);
    return commune?.forme ?? epci?.forme ?? this.donnees.perimetre;
  }

  private tracerSol(): void {
    L.polygon(this.donnees.perimetre as never, { pane: "sol", stroke: false, fillColor: "#fffdf9", fillOpacity: 1, interactive: false, className: "sol" }).addTo(this.carte);
    for (const commune of this.donnees.communes) {
      const forme = L.polygon(commune.forme as never, { pane: "limites", color: "#b9b1a2", weight: 0.7, fillOpacity: 0, smoothFactor: 0, className: "commune" });
      forme.bindTooltip(() => h("span", {}, h("strong", {}, commune.nom), h("br"), commune.contexte), { sticky: true, className: "bulle" });
      forme.on("click", () => this.etat.changer(() => {
        this.etat.territoire = this.etat.territoire === commune.siren || this.etat.territoire === commune.insee ? commune.insee : commune.siren;
      }));
      forme.addTo(this.communes);
      forme.getElement()?.setAttribute("tabindex", "-1"); // the list and the choice of territory serve the keyboard
    }
    for (const epci of this.donnees.epci) {
      L.polygon(epci.forme as never, { pane: "limites", color: ENCRE, weight: 1.6, fill: false, smoothFactor: 0, interactive: false }).addTo(this.carte);
    }
  }

  private masquer(): void {
    const trous = (this.formeCourante() as Paire[][][]).map((polygone) => polygone[0]!);
    this.masque.setLatLngs([MONDE, ...trous]);
  }

  private tracerEntites(): void {
    this.symboles.clearLayers();
    this.lignes.clearLayers();
    this.traces.clear();
    for (const entite of this.etat.montrees()) {
      const couche = this.couches.get(entite.couche)!;
      if (entite.ligne) this.tracerLigne(entite, couche);
      const position = entite.point ?? entite.points?.[0];
      if (position) this.poserSymbole(entite, couche, L.latLng(position));
    }
  }

  private tracerLigne(entite: Entite, couche: Couche): void {
    const axe = this.donnees.axes.find((a) => a.id === couche.axe)!;
    const points = entite.ligne as L.LatLngExpression[];
    L.polyline(points, { pane: "traits", color: "#fffdf9", weight: couche.epaisseur + 3, opacity: 0.9, interactive: false }).addTo(this.lignes);
    const style = { pane: "traits", color: axe.couleur, weight: this.carte.getZoom() < 9 ? couche.epaisseur / 2 : couche.epaisseur, ...(couche.tirets ? { dashArray: couche.tirets } : {}), className: `trait couche-${couche.id}` };
    const trait = L.polyline(points, style);
    const prise = L.polyline(points, { pane: "traits", weight: 16, opacity: 0, className: "prise" });
    for (const forme of [trait, prise]) {
      forme.bindTooltip(() => h("span", {}, h("strong", {}, entite.nom), h("br"), entite.precision_texte), { sticky: true, className: "bulle" });
      forme.on("click", (e) => this.choisir(entite, e.latlng));
      forme.addTo(this.lignes);
      forme.getElement()?.setAttribute("tabindex", "-1");
    }
  }

  private poserSymbole(entite: Entite, couche: Couche, position: L.LatLng): void {
    const axe = this.donnees.axes.find((a) => a.id === couche.axe)!;
    const taille = this.taille();
    const choisi = entite.id === this.etat.selection;
    const contenu = h("span", { class: choisi ? "choisi" : "" }, symbole(couche, axe, entite.precision, taille));
    const icone = L.divIcon({ html: contenu, className: `symbole couche-${couche.id}`, iconSize: [taille, taille] });
    const marqueur = L.marker(position, { icon: icone, keyboard: true, title: "", alt: `${couche.titre} : ${entite.nom}`, zIndexOffset: choisi ? 2000 : 0, riseOnHover: true });
    marqueur.bindTooltip(() => h("span", {}, h("strong", {}, entite.nom), h("br"), couche.titre), { direction: "top", offset: [0, -taille / 2], className: "bulle" });
    marqueur.on("click", () => this.choisir(entite));
    marqueur.addTo(this.symboles);
    marqueur.getElement()?.setAttribute("aria-label", `${couche.titre} : ${entite.nom}`);
    this.traces.set(entite.id, { entite, position, marqueur });
  }

  private choisir(entite: Entite, lieu?: L.LatLng): void {
    this.etat.changer(() => { this.etat.selection = entite.id; });
    if (lieu && entite.ligne) this.montrer({ ...entite, ligne: [[lieu.lat, lieu.lng]] });
    else this.montrer(entite);
  }

  // A measure for a whole territory: its hatched area, drawn while it is the one chosen, or
  // while such measures are all that is shown.
  private tracerEmprise(): void {
    this.emprise.clearLayers();
    const choisie = this.donnees.entites.find((e) => e.id === this.etat.selection);
    const montrees = this.etat.montrees();
    const mesures = choisie ? [choisie].filter((e) => e.precision === "territoire") : this.seulesMesures() ? montrees : [];
    const axe = mesures[0] ? this.couches.get(mesures[0].couche)!.axe : 0;
    for (const epci of this.donnees.epci.filter((e) => mesures.some((m) => m.couvre.includes(e.siren)))) {
      L.polygon(epci.forme as never, { pane: "emprises", className: `emprise axe-${axe}`, weight: 2.5, dashArray: "6 4", smoothFactor: 0, interactive: false }).addTo(this.emprise);
    }
  }

  private seulesMesures(): boolean {
    const montrees = this.etat.montrees();
    return montrees.length > 0 && montrees.every((e) => e.precision === "territoire");
  }

  private centreTerritoire(entite: Entite): L.LatLng {
    const choix = entite.couvre.includes(this.etat.siren()) ? this.etat.siren() : entite.couvre[0];
    const epci = this.donnees.epci.find((e) => e.siren === choix);
    return epci && (this.etat.siren() || entite.couvre.length < this.donnees.epci.length) ? L.latLng(epci.etiquette) : this.carte.getCenter();
  }

  private taille(): number {
    const zoom = this.carte.getZoom();
    return zoom < 9 ? 10 : zoom < 9.7 ? 14 : zoom < 10.3 ? 16 : zoom < 12 ? 21 : 26;
  }

  // The names of EPCI and main towns first, then the symbols around them, then the names that
  // still have room.
  private placer(): void {
    this.noms.clearLayers();
    const communes = this.communesANommer();
    const seuil = this.seuilVilles();
    const noms: Boite[] = communes.filter((c) => c.population >= Math.max(seuil, VILLE)).map((c) => this.repere(c));
    this.nommerEpci(noms);
    for (const commune of communes) if (commune.population >= seuil) this.nommer(commune, noms, []);
    const taille = this.taille();
    const traces = [...this.traces.values()].sort((a, b) => rang(a.entite) - rang(b.entite) || (a.entite.id < b.entite.id ? -1 : 1));
    const pixels = traces.map((t) => this.carte.latLngToContainerPoint(t.position));
    const symboles: Boite[] = [];
    this.rappels.clearLayers();
    const loin = this.carte.getZoom() < 9 ? 0 : taille * 3.5;
    disposer(pixels, taille * 0.94, loin, noms).forEach((place, i) => {
      const trace = traces[i]!;
      trace.marqueur.setLatLng(this.carte.containerPointToLatLng(place));
      this.rappeler(trace, pixels[i]!, place, taille);
      symboles.push({ x: place.x - taille / 2, y: place.y - taille / 2, l: taille, h: taille });
    });
    if (this.carte.getZoom() < 10.3) return;
    for (const commune of communes) if (commune.population < seuil) this.nommer(commune, noms, symboles);
  }

  // A symbol moved away from a known place stays tied to it by a thin line.
  private rappeler(trace: Trace, vrai: L.Point, place: L.Point, taille: number): void {
    if (trace.entite.precision === "commune" || vrai.distanceTo(place) < taille * 0.55) return;
    const couche = this.couches.get(trace.entite.couche)!;
    const axe = this.donnees.axes.find((a) => a.id === couche.axe)!;
    L.polyline([trace.position, trace.marqueur.getLatLng()], { pane: "traits", color: axe.texte, weight: 1, interactive: false }).addTo(this.rappels);
    L.circleMarker(trace.position, { pane: "traits", radius: 1.8, stroke: false, fillColor: axe.texte, fillOpacity: 1, interactive: false }).addTo(this.rappels);
  }

  private nommerEpci(pris: Boite[]): void {
    const zoom = this.carte.getZoom();
    if (zoom >= 12.5) return;
    const courant = this.etat.siren();
    for (const epci of this.donnees.epci) {
      const actif = !courant || courant === epci.siren;
      const mesures = (zoom < 10.4 && !this.seulesMesures()) || !actif ? 0 : this.etat.montrees().filter((e) => e.precision === "territoire" && e.epci.length === 1 && e.epci[0] === epci.siren).length;
      const corps = zoom < 9 ? 10 : 13;
      const texte = epci.court.toUpperCase();
      const large = Math.max(largeurTexte(texte, corps, 600) * 1.09, mesures ? 150 : 0) + 6;
      const boite = this.boite(epci.etiquette, large, corps + (mesures ? 20 : 4));
      const pas = zoom < 9 ? 13 : 24;
      const place = libre(boite, pris, [[0, 0], [0, -pas], [0, pas], [0, -2 * pas], [0, 2 * pas]]);
      if (!place) continue;
      pris.push(place);
      this.ecrire(place, h("div", { class: `nom-epci${actif ? "" : " pale"}`, style: `font-size:${corps}px` }, texte,
        mesures ? h("span", { class: "mesures" }, accord(mesures, "mesure de territoire", "mesures de territoire")) : null));
    }
  }

  private communesANommer(): Commune[] {
    const courant = this.etat.siren();
    const zoom = this.carte.getZoom();
    return this.donnees.communes
      .filter((c) => (!courant || c.siren === courant || zoom > 11.5) && this.carte.getBounds().contains(c.centre))
      .sort((a, b) => Number(b.insee === this.etat.territoire) - Number(a.insee === this.etat.territoire) || b.population - a.population);
  }

  // Inhabitants from which a commune is named; of a chosen EPCI, the first four always are.
  private seuilVilles(): number {
    const courant = this.etat.siren();
    const siennes = this.donnees.communes.filter((c) => c.siren === courant).map((c) => c.population).sort((a, b) => b - a);
    return Math.min(this.seuilZoom(), siennes[3] ?? Infinity);
  }

  private seuilZoom(): number {
    const zoom = this.carte.getZoom();
    return zoom < 9 ? 38000 : zoom < 9.7 ? 24000 : zoom < 10.4 ? 16000 : zoom < 11.2 ? 9000 : 5000;
  }

  private nommer(commune: Commune, pris: Boite[], symboles: Boite[]): void {
    const zoom = this.carte.getZoom();
    const ville = commune.population >= VILLE;
    const corps = zoom < 9 ? 11 : ville ? 13 : 12;
    const boite = this.boite(commune.centre, largeurTexte(commune.nom, corps, ville ? 600 : 400) + 5, corps + 3);
    const cote = boite.l / 2 + 8;
    const place = libre(boite, [...pris, ...symboles], [[0, 14], [0, -14], [cote, 0], [-cote, 0], [0, 22], [0, -22], [cote, 12], [-cote, 12], [cote, -12], [-cote, -12]]);
    if (!place) return;
    pris.push(place);
    if (ville) this.ecrire(this.repere(commune), h("div", { class: "ville-point" }));
    this.ecrire(place, h("div", { class: `nom-commune${ville ? " ville" : ""}`, style: `font-size:${corps}px` }, commune.nom));
  }

  private repere(commune: Commune): Boite {
    const point = this.carte.latLngToContainerPoint(commune.centre);
    return { x: point.x - 5, y: point.y - 5, l: 10, h: 10 };
  }

  private boite(centre: Paire, largeur: number, hauteur: number): Boite {
    const point = this.carte.latLngToContainerPoint(centre);
    const bord = this.carte.getSize().x - largeur - 3;
    const dedans = point.x > 0 && point.x < this.carte.getSize().x;
    return { x: dedans ? Math.max(3, Math.min(bord, point.x - largeur / 2)) : point.x - largeur / 2, y: point.y - hauteur / 2, l: largeur, h: hauteur };
  }

  private ecrire(place: Boite, contenu: HTMLElement): void {
    const lieu = this.carte.containerPointToLatLng([place.x + place.l / 2, place.y + place.h / 2]);
    const icone = L.divIcon({ html: contenu, className: "ecrit", iconSize: [place.l, place.h] });
    L.marker(lieu, { icon: icone, pane: "noms", interactive: false, keyboard: false }).addTo(this.noms);
  }
}

function rang(entite: Entite): number {
  return entite.precision === "exacte" ? 0 : entite.precision === "adresse" ? 1 : 2;
}

function libre(boite: Boite, pris: Boite[], decalages: [number, number][]): Boite | undefined {
  for (const [dx, dy] of decalages) {
    const essai = { ...boite, x: boite.x + dx, y: boite.y + dy };
    if (!pris.some((p) => croise(p, essai))) return essai;
  }
  return undefined;
}

const mesure = document.createElement("canvas").getContext("2d")!;

function largeurTexte(texte: string, corps: number, graisse: number): number {
  mesure.font = `${graisse} ${corps}px "Source Sans 3"`;
  return mesure.measureText(texte).width;
}
