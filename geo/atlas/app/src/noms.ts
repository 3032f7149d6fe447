// The names on the map: EPCI and main towns first, then, around the symbols, those that still have room.
import L from "leaflet";
import { accord, h } from "./dom";
import type { Commune, Donnees, Paire } from "./donnees";
import type { Etat } from "./etat";
import { croise, type Boite } from "./placement";

const VILLE = 9000; // inhabitants from which a commune is marked as a town

export class Noms {
  private readonly groupe = L.layerGroup();

  constructor(private readonly carte: L.Map, private readonly donnees: Donnees, private readonly etat: Etat) {
    this.groupe.addTo(carte);
  }

  // Write the names; `placer` puts the symbols around those of the EPCI and towns.
  ecrire(placer: (obstacles: Boite[]) => Boite[]): void {
    this.groupe.clearLayers();
    const communes = this.communesANommer();
    const seuil = this.seuilVilles();
    const noms: Boite[] = communes.filter((c) => c.population >= Math.max(seuil, VILLE)).map((c) => this.repere(c));
    this.nommerEpci(noms);
    for (const commune of communes) if (commune.population >= seuil) this.nommer(commune, noms, []);
    const symboles = placer(noms);
    if (this.carte.getZoom() < 10.3) return;
    for (const commune of communes) if (commune.population < seuil) this.nommer(commune, noms, symboles);
  }

  private nommerEpci(pris: Boite[]): void {
    const zoom = this.carte.getZoom();
    if (zoom >= 12.5) return;
    const courant = this.etat.siren();
    const propres = this.etat.montrees().filter((e) => e.precision === "territoire" && e.epci.length === 1).map((e) => e.epci[0]);
    for (const epci of this.donnees.epci) {
      const actif = !courant || courant === epci.siren;
      const mesures = (zoom < 10.4 && !this.etat.seulesMesures()) || !actif ? 0 : propres.filter((siren) => siren === epci.siren).length;
      const corps = zoom < 9 ? 10 : 13;
      const texte = epci.court.toUpperCase();
      const large = Math.max(largeurTexte(texte, corps, 600) * 1.09, mesures ? 150 : 0) + 6;
      const boite = this.boite(epci.etiquette, large, corps + (mesures ? 20 : 4));
      const pas = zoom < 9 ? 13 : 24;
      const place = libre(boite, pris, [[0, 0], [0, -pas], [0, pas], [0, -2 * pas], [0, 2 * pas]]);
      if (!place) continue;
      pris.push(place);
      this.poser(place, h("div", { class: `nom-epci${actif ? "" : " pale"}`, style: `font-size:${corps}px` }, texte,
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
    if (ville) this.poser(this.repere(commune), h("div", { class: "ville-point" }));
    this.poser(place, h("div", { class: `nom-commune${ville ? " ville" : ""}`, style: `font-size:${corps}px` }, commune.nom));
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

  private poser(place: Boite, contenu: HTMLElement): void {
    const lieu = this.carte.containerPointToLatLng([place.x + place.l / 2, place.y + place.h / 2]);
    const icone = L.divIcon({ html: contenu, className: "ecrit", iconSize: [place.l, place.h] });
    L.marker(lieu, { icon: icone, pane: "noms", interactive: false, keyboard: false }).addTo(this.groupe);
  }
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
