// The map: vector ground, mask, what is drawn on it, the panel of the chosen feature.
import L from "leaflet";
import { h } from "./dom";
import type { Couche, Donnees, Entite, Paire } from "./donnees";
import type { Etat } from "./etat";
import { fiche } from "./fiche";
import { Noms } from "./noms";
import { Traces } from "./traces";

const MONDE: Paire[] = [[-85, -180], [-85, 180], [85, 180], [85, -180]];
const PAPIER = "#f3efe6";
const ENCRE = "#23272d";
// Panes from below: the EPCI's borders stay above what is filled.
const PLANS = [["sol", 210], ["voile", 320], ["communes", 340], ["surfaces", 345], ["limites", 350], ["emprises", 360], ["traits", 420], ["semis", 430], ["choix", 440], ["noms", 640]] as const;

export class Carte {
  private readonly emprise = L.layerGroup();
  private readonly limites = L.featureGroup();
  private readonly masque: L.Polygon;
  private readonly couches: Map<string, Couche>;
  private readonly traces: Traces;
  private readonly noms: Noms;
  private bulle: L.Popup | undefined;
  private ouverte = ""; // id of the feature whose panel is open

  constructor(readonly carte: L.Map, private readonly donnees: Donnees, private readonly etat: Etat) {
    this.couches = new Map(donnees.couches.map((c) => [c.id, c]));
    for (const [nom, rang] of PLANS) carte.createPane(nom).style.zIndex = String(rang);
    carte.getPane("noms")!.style.pointerEvents = "none";
    this.masque = L.polygon([MONDE], { pane: "voile", stroke: false, fillColor: PAPIER, fillOpacity: 0.86, interactive: false }).addTo(carte);
    this.tracerSol();
    this.emprise.addTo(carte);
    this.traces = new Traces(carte, donnees, (entite, lieu) => this.choisir(entite, lieu));
    this.noms = new Noms(carte, donnees, etat);
    L.control.scale({ imperial: false, position: "bottomright", maxWidth: 140 }).addTo(carte);
    carte.attributionControl.setPrefix(false);
    this.suivreFiche();
    carte.on("moveend resize", () => this.placer()); // a zoom ends with a move
    new ResizeObserver(() => carte.invalidateSize({ pan: false })).observe(carte.getContainer());
  }

  // Redraw all that depends on the territory, the layers and the selection.
  rafraichir(): void {
    if (!this.etat.selection && this.ouverte) this.carte.closePopup();
    this.masquer();
    this.traces.dessiner(this.etat.montrees(), this.etat.selection);
    this.tracerEmprise();
    this.placer();
  }

  cadrer(anime = true): void {
    const forme = this.formeCourante();
    const limites = L.polygon(forme as L.LatLngExpression[][][]).getBounds();
    this.carte.fitBounds(limites, { padding: [18, 18], animate: anime });
  }

  // Open the panel of a feature, at `lieu` if it is told.
  montrer(entite: Entite, lieu = this.traces.lieu(entite) ?? this.centreTerritoire(entite)): void {
    this.ouverte = ""; // the panel that this one replaces closes without a word
    this.bulle = L.popup({ ...this.tailleFiche(), autoPanPadding: [14, 14] })
      .setLatLng(lieu)
      .setContent(fiche(entite, this.couches.get(entite.couche)!, this.donnees))
      .openOn(this.carte);
    this.ouverte = entite.id;
  }

  // Zoom on a feature, then open its panel.
  aller(entite: Entite): void {
    const places = entite.anneaux?.flat(2) ?? entite.lignes?.flat() ?? entite.points ?? (entite.point && [entite.point]);
    if (places) {
      const limites = L.latLngBounds(places);
      const plus = entite.precision === "exacte" ? 15 : 13;
      const zoom = places.length > 1 ? Math.min(this.carte.getBoundsZoom(limites.pad(0.3)), plus) : Math.max(this.carte.getZoom(), 13);
      this.carte.setView(limites.getCenter(), zoom, { animate: false });
    } else {
      const concernes = this.donnees.epci.filter((e) => entite.couvre.includes(e.siren));
      this.carte.fitBounds(L.polygon(concernes.map((e) => e.forme) as never).getBounds(), { animate: false, padding: [18, 18] });
    }
    this.rafraichir();
    this.montrer(entite);
  }

  private suivreFiche(): void {
    const { carte } = this;
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
      const forme = L.polygon(commune.forme as never, { pane: "communes", color: "#b9b1a2", weight: 0.7, fillOpacity: 0, smoothFactor: 0, className: "commune" });
      forme.bindTooltip(() => h("span", {}, h("strong", {}, commune.nom), h("br"), commune.contexte), { sticky: true, className: "bulle" });
      forme.on("click", () => this.etat.changer(() => {
        this.etat.territoire = this.etat.territoire === commune.siren || this.etat.territoire === commune.insee ? commune.insee : commune.siren;
      }));
      forme.addTo(this.carte);
      forme.getElement()?.setAttribute("tabindex", "-1"); // the list and the choice of territory serve the keyboard
    }
    for (const epci of this.donnees.epci) {
      L.polygon(epci.forme as never, { pane: "limites", color: ENCRE, opacity: 0.85, fill: false, smoothFactor: 0, interactive: false }).addTo(this.limites);
    }
    this.limites.addTo(this.carte);
  }

  private masquer(): void {
    const trous = (this.formeCourante() as Paire[][][]).map((polygone) => polygone[0]!);
    this.masque.setLatLngs([MONDE, ...trous]);
  }

  private placer(): void {
    this.limites.setStyle({ weight: this.carte.getZoom() < 9 ? 0.8 : 1.4 });
    this.noms.ecrire((obstacles) => this.traces.placer(obstacles));
  }

  private choisir(entite: Entite, lieu?: L.LatLng): void {
    this.etat.changer(() => { this.etat.selection = entite.id; });
    this.montrer(entite, lieu);
  }

  // A measure for a whole territory: its hatched area, drawn while it is the one chosen, or
  // while such measures are all that is shown.
  private tracerEmprise(): void {
    this.emprise.clearLayers();
    const choisie = this.donnees.entites.find((e) => e.id === this.etat.selection);
    const mesures = choisie ? [choisie].filter((e) => e.precision === "territoire") : this.etat.seulesMesures() ? this.etat.montrees() : [];
    const axe = mesures[0] ? this.couches.get(mesures[0].couche)!.axe : 0;
    for (const epci of this.donnees.epci.filter((e) => mesures.some((m) => m.couvre.includes(e.siren)))) {
      L.polygon(epci.forme as never, { pane: "emprises", className: `emprise axe-${axe}`, weight: 2.5, dashArray: "6 4", smoothFactor: 0, interactive: false }).addTo(this.emprise);
    }
  }

  private centreTerritoire(entite: Entite): L.LatLng {
    const choix = entite.couvre.includes(this.etat.siren()) ? this.etat.siren() : entite.couvre[0];
    const epci = this.donnees.epci.find((e) => e.siren === choix);
    return epci && (this.etat.siren() || entite.couvre.length < this.donnees.epci.length) ? L.latLng(epci.etiquette) : this.carte.getCenter();
  }
}
