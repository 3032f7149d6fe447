// What the features look like on the map: polygons under lines under points. Measures have a symbol
// each; records, which may be thousands, are one path a layer.
import L from "leaflet";
import { h } from "./dom";
import type { Couche, Donnees, Entite, Paire } from "./donnees";
import { disposer, type Boite } from "./placement";
import { plusProche } from "./proximite";
import { Semis } from "./semis";
import { remplissage, symbole } from "./symboles";

const PAPIER = "#fffdf9";
const ENCRE = "#23272d";
const MASSE = 400; // features from which a layer of measures is drawn as records are
const ASSEZ_GRAND = 26; // pixels from which a polygon needs no symbol
const PRISE = 8; // pixels around a thin line that answer to the pointer

interface Pose { entite: Entite; position: L.LatLng; marqueur: L.Marker }
interface Semee { couche: Couche; entites: Entite[]; semis: Semis; detail: L.LayerGroup }

export class Traces {
  private readonly surfaces = L.layerGroup();
  private readonly lignes = L.layerGroup();
  private readonly rappels = L.layerGroup();
  private readonly semis = L.layerGroup();
  private readonly choix = L.layerGroup();
  private readonly symboles = L.layerGroup();
  private readonly poses = new Map<string, Pose>();
  private readonly etendues = new Map<string, L.LatLngBounds>();
  private readonly couches: Map<string, Couche>;
  private semees: Semee[] = [];
  private fines: { trait: L.Polyline; couche: Couche }[] = [];

  constructor(
    private readonly carte: L.Map,
    private readonly donnees: Donnees,
    private readonly choisir: (entite: Entite, lieu?: L.LatLng) => void,
  ) {
    this.couches = new Map(donnees.couches.map((c) => [c.id, c]));
    for (const groupe of [this.surfaces, this.lignes, this.semis, this.rappels, this.choix, this.symboles]) groupe.addTo(carte);
  }

  // Draw the features that are shown, from the largest polygons to the symbols.
  dessiner(montrees: Entite[], selection: string): void {
    for (const groupe of [this.surfaces, this.lignes, this.semis, this.rappels, this.choix, this.symboles]) groupe.clearLayers();
    this.poses.clear();
    [this.semees, this.fines] = [[], []];
    const aires = montrees.filter((e) => e.anneaux).map((e) => [aire(this.etendue(e)), e] as const).sort((a, b) => b[0] - a[0]);
    for (const [, entite] of aires) this.tracerSurface(entite);
    const parCouche = new Map<string, Entite[]>();
    for (const entite of montrees) if (!parCouche.get(entite.couche)?.push(entite)) parCouche.set(entite.couche, [entite]);
    const groupes = [...parCouche].map(([id, entites]) => {
      const [couche, tous] = [this.couches.get(id)!, entites.length > MASSE];
      return { couche, releves: entites.filter((e) => tous || e.inventaire), mesures: entites.filter((e) => !tous && !e.inventaire) };
    });
    for (const { couche, releves } of groupes) this.tracerReleves(couche, releves);
    for (const { couche, mesures } of groupes) {
      for (const entite of mesures) {
        if (entite.lignes) this.tracerLigne(entite, couche);
        const position = entite.point ?? entite.points?.[0];
        if (position) this.poserSymbole(entite, couche, L.latLng(position), entite.id === selection);
      }
    }
    const choisie = montrees.find((e) => e.id === selection);
    if (choisie) this.souligner(choisie);
  }

  // Put the symbols where they cover neither one another nor `obstacles`; return their boxes.
  placer(obstacles: Boite[]): Boite[] {
    const taille = this.taille();
    const poses = [...this.poses.values()].sort((a, b) => rang(a.entite) - rang(b.entite) || (a.entite.id < b.entite.id ? -1 : 1));
    const vues = poses.filter((p) => {
      const cache = this.grandeur(p.entite) > ASSEZ_GRAND;
      if (cache) this.symboles.removeLayer(p.marqueur);
      else if (!this.symboles.hasLayer(p.marqueur)) this.symboles.addLayer(p.marqueur);
      return !cache;
    });
    const pixels = vues.map((p) => this.carte.latLngToContainerPoint(p.position));
    this.rappels.clearLayers();
    this.affiner();
    const loin = this.carte.getZoom() < 9 ? 0 : taille * 3.5;
    return disposer(pixels, taille * 0.94, loin, obstacles).map((place, i) => {
      vues[i]!.marqueur.setLatLng(this.carte.containerPointToLatLng(place));
      this.rappeler(vues[i]!, pixels[i]!, place, taille);
      return { x: place.x - taille / 2, y: place.y - taille / 2, l: taille, h: taille };
    });
  }

  // Where the panel of a feature opens; nothing for a measure of a territory.
  lieu(entite: Entite): L.LatLng | undefined {
    const pose = this.poses.get(entite.id);
    if (pose && this.symboles.hasLayer(pose.marqueur)) return pose.marqueur.getLatLng();
    const ligne = entite.lignes?.reduce((a, b) => (b.length > a.length ? b : a));
    const place = entite.point ?? entite.points?.[0] ?? ligne?.[Math.floor(ligne.length / 2)];
    return place && L.latLng(place);
  }

  private tracerSurface(entite: Entite): void {
    const couche = this.couches.get(entite.couche)!;
    const forme = L.polygon(entite.anneaux as L.LatLngExpression[][][], {
      pane: "surfaces", color: couche.couleur, weight: Math.min(couche.epaisseur, this.carte.getZoom() < 12 ? 1.2 : 2), smoothFactor: 0.5,
      ...remplissage(couche), ...(couche.tirets ? { dashArray: couche.tirets } : {}), className: `surface couche-${couche.id}`,
    });
    this.relier(forme, () => entite).addTo(this.surfaces);
    forme.getElement()?.setAttribute("tabindex", "-1"); // the list serves the keyboard
  }

  private tracerLigne(entite: Entite, couche: Couche): void {
    const points = entite.lignes as L.LatLngExpression[][];
    L.polyline(points, { pane: "traits", color: PAPIER, weight: couche.epaisseur + 3, opacity: 0.9, interactive: false }).addTo(this.lignes);
    const style = { pane: "traits", color: couche.couleur, weight: this.carte.getZoom() < 9 ? couche.epaisseur / 2 : couche.epaisseur, ...(couche.tirets ? { dashArray: couche.tirets } : {}), className: `trait couche-${couche.id}` };
    const trait = L.polyline(points, style);
    const prise = L.polyline(points, { pane: "traits", weight: 16, opacity: 0, className: "prise" });
    for (const forme of [trait, prise]) {
      this.relier(forme, () => entite).addTo(this.lignes);
      forme.getElement()?.setAttribute("tabindex", "-1");
    }
  }

  private tracerReleves(couche: Couche, entites: Entite[]): void {
    const lignes = entites.filter((e) => e.lignes);
    if (lignes.length) {
      const points = lignes.flatMap((e) => e.lignes!) as L.LatLngExpression[][];
      const tirets = couche.tirets ? { dashArray: couche.tirets } : {};
      const trait = L.polyline(points, { pane: "traits", color: couche.couleur, weight: 1, ...tirets, className: `trait couche-${couche.id}`, interactive: false });
      const prise = L.polyline(points, { pane: "traits", weight: 2 * PRISE, opacity: 0, className: "prise" });
      this.fines.push({ trait: trait.addTo(this.lignes), couche });
      this.relier(prise, (lieu) => plusProche(lignes, lieu, this.carte, 2 * PRISE)).addTo(this.lignes);
      prise.getElement()?.setAttribute("tabindex", "-1");
    }
    const places = entites.filter((e) => e.point ?? e.points);
    if (!places.length) return;
    const semis = new Semis(couche.forme, [], { pane: "semis", color: PAPIER, weight: 1, fill: true, fillColor: couche.couleur, fillOpacity: 1, className: `semis couche-${couche.id}` });
    this.relier(semis, (lieu) => plusProche(places, lieu, this.carte, 2 * PRISE)).addTo(this.semis);
    semis.getElement()?.setAttribute("tabindex", "-1");
    this.semees.push({ couche, entites: places, semis, detail: L.layerGroup().addTo(this.semis) });
  }

  // Tie the name and the panel of a feature to a shape that may draw many.
  private relier<F extends L.Path>(forme: F, trouver: (lieu: L.LatLng) => Entite | undefined): F {
    let courante: Entite | undefined;
    forme.bindTooltip(() => (courante ? this.nom(courante) : ""), { sticky: true, className: "bulle" });
    forme.on("mouseover mousemove", (e) => {
      const survolee = trouver((e as L.LeafletMouseEvent).latlng);
      if (survolee === courante) return;
      courante = survolee;
      if (courante) forme.setTooltipContent(this.nom(courante));
    });
    forme.on("click", (e) => {
      const entite = trouver(e.latlng);
      if (entite) this.choisir(entite, e.latlng);
    });
    return forme;
  }

  private nom(entite: Entite): HTMLElement {
    const couche = this.couches.get(entite.couche)!;
    return h("span", {}, h("strong", {}, entite.nom), h("br"), entite.lignes && entite.precision !== "exacte" ? this.donnees.precisions[entite.precision] : couche.titre);
  }

  private poserSymbole(entite: Entite, couche: Couche, position: L.LatLng, choisi: boolean): void {
    const taille = this.taille();
    const contenu = h("span", { class: choisi ? "choisi" : "" }, symbole(couche, entite.precision, taille));
    const icone = L.divIcon({ html: contenu, className: `symbole couche-${couche.id}`, iconSize: [taille, taille] });
    const marqueur = L.marker(position, { icon: icone, keyboard: true, title: "", alt: `${couche.titre} : ${entite.nom}`, zIndexOffset: choisi ? 2000 : 0, riseOnHover: true });
    marqueur.bindTooltip(() => this.nom(entite), { direction: "top", offset: [0, -taille / 2], className: "bulle" });
    marqueur.on("click", () => this.choisir(entite));
    marqueur.on("add", () => marqueur.getElement()?.setAttribute("aria-label", `${couche.titre} : ${entite.nom}`));
    marqueur.addTo(this.symboles);
    this.poses.set(entite.id, { entite, position, marqueur });
  }

  // Thin lines and small shapes grow with the scale; near enough, a record has its pictogram.
  private affiner(): void {
    const zoom = this.carte.getZoom();
    for (const { trait, couche } of this.fines) trait.setStyle({ weight: zoom < 12 ? Math.min(1.2, couche.epaisseur) : couche.epaisseur });
    const vue = this.carte.getBounds().pad(0.15);
    for (const { couche, entites, semis, detail } of this.semees) {
      detail.clearLayers();
      const ici = entites.filter((e) => this.grandeur(e) <= ASSEZ_GRAND);
      const proches = zoom < 12.5 ? [] : ici.flatMap((e) => places(e).filter((p) => vue.contains(p)).map((p) => [e, p] as const));
      const detaille = zoom >= 12.5 && proches.length <= MASSE;
      semis.rayon = zoom < 9 ? 1.8 : zoom < 10.3 ? 2.6 : zoom < 12 ? 3.6 : 4.6;
      semis.setLatLngs((detaille ? [] : ici.flatMap(places).map((p) => [p])) as L.LatLngExpression[][]);
      if (detaille) for (const [entite, place] of proches) this.marquer(entite, couche, place, detail);
    }
  }

  private marquer(entite: Entite, couche: Couche, place: Paire, groupe: L.LayerGroup): void {
    const icone = L.divIcon({ html: h("span", {}, symbole(couche, entite.precision, 18)), className: `releve couche-${couche.id}`, iconSize: [18, 18] });
    const marqueur = L.marker(place, { icon: icone, keyboard: false, title: "", alt: `${couche.titre} : ${entite.nom}`, zIndexOffset: -1000 });
    marqueur.bindTooltip(() => this.nom(entite), { direction: "top", offset: [0, -9], className: "bulle" });
    marqueur.on("click", () => this.choisir(entite));
    marqueur.addTo(groupe);
  }

  // The chosen feature is outlined in ink.
  private souligner(entite: Entite): void {
    const couche = this.couches.get(entite.couche)!;
    const style = { pane: "choix", interactive: false, className: "choisi" };
    if (entite.anneaux) L.polygon(entite.anneaux as L.LatLngExpression[][][], { ...style, color: ENCRE, weight: 3, fill: false }).addTo(this.choix);
    if (entite.lignes) {
      const points = entite.lignes as L.LatLngExpression[][];
      L.polyline(points, { ...style, color: ENCRE, weight: couche.epaisseur + 5 }).addTo(this.choix);
      L.polyline(points, { ...style, color: couche.couleur, weight: couche.epaisseur + 1 }).addTo(this.choix);
    }
    if (this.poses.has(entite.id) || entite.anneaux) return;
    for (const place of places(entite)) L.circleMarker(place, { ...style, color: ENCRE, weight: 3, radius: 11, fill: false }).addTo(this.choix);
  }

  // A symbol moved away from a known place stays tied to it by a thin line.
  private rappeler(pose: Pose, vrai: L.Point, place: L.Point, taille: number): void {
    if (pose.entite.precision === "commune" || vrai.distanceTo(place) < taille * 0.55) return;
    const { texte } = this.couches.get(pose.entite.couche)!;
    L.polyline([pose.position, pose.marqueur.getLatLng()], { pane: "traits", color: texte, weight: 1, interactive: false }).addTo(this.rappels);
    L.circleMarker(pose.position, { pane: "traits", radius: 1.8, stroke: false, fillColor: texte, fillOpacity: 1, interactive: false }).addTo(this.rappels);
  }

  // Size on the screen of the largest polygon of a feature, in pixels; 0 without one.
  private grandeur(entite: Entite): number {
    if (!entite.anneaux) return 0;
    const etendue = this.etendue(entite);
    const [a, b] = [etendue.getSouthWest(), etendue.getNorthEast()].map((coin) => this.carte.latLngToLayerPoint(coin)) as [L.Point, L.Point];
    return Math.sqrt(Math.abs((b.x - a.x) * (b.y - a.y)));
  }

  private etendue(entite: Entite): L.LatLngBounds {
    const connue = this.etendues.get(entite.id);
    if (connue) return connue;
    const etendue = entite.anneaux!.map(([bord]) => L.latLngBounds(bord!)).reduce((a, b) => (aire(b) > aire(a) ? b : a));
    this.etendues.set(entite.id, etendue);
    return etendue;
  }

  private taille(): number {
    const zoom = this.carte.getZoom();
    return zoom < 9 ? 10 : zoom < 9.7 ? 14 : zoom < 10.3 ? 16 : zoom < 12 ? 21 : 26;
  }
}

function places(entite: Entite): Paire[] {
  return entite.points ?? (entite.point ? [entite.point] : []);
}

function aire(etendue: L.LatLngBounds): number {
  return (etendue.getNorth() - etendue.getSouth()) * (etendue.getEast() - etendue.getWest());
}

function rang(entite: Entite): number {
  return entite.precision === "exacte" ? 0 : entite.precision === "adresse" ? 1 : 2;
}
