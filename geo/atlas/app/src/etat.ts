// What the reader has chosen. Every change goes through here, and is told to those who listen.
import type { Donnees, Entite } from "./donnees";

export class Etat {
  territoire = "";
  selection = "";
  readonly visibles: Set<string>;
  private readonly auditeurs: (() => void)[] = [];

  constructor(readonly donnees: Donnees) {
    this.visibles = new Set(this.aLOuverture());
    this.territoire = donnees.territoire;
    this.lireAdresse();
  }

  ecouter(auditeur: () => void): void {
    this.auditeurs.push(auditeur);
  }

  changer(action: () => void): void {
    const avant = this.territoire;
    action();
    const choisie = this.donnees.entites.find((e) => e.id === this.selection);
    if (choisie && !(this.visibles.has(choisie.couche) && this.touche(choisie))) this.selection = "";
    this.ecrireAdresse(avant !== this.territoire);
    for (const auditeur of this.auditeurs) auditeur();
  }

  // Follow the address when the reader goes back, or edits it.
  suivreAdresse(): void {
    window.addEventListener("popstate", () => {
      this.territoire = this.donnees.territoire;
      this.selection = "";
      this.visibles.clear();
      for (const id of this.aLOuverture()) this.visibles.add(id);
      this.lireAdresse();
      for (const auditeur of this.auditeurs) auditeur();
    });
  }

  private touche(entite: Entite): boolean {
    return this.concerne(entite) || entite.couvre.includes(this.siren());
  }

  // Features of the current territory, whatever the layers shown.
  duTerritoire(): Entite[] {
    return this.donnees.entites.filter((e) => this.concerne(e));
  }

  montrees(): Entite[] {
    return this.duTerritoire().filter((e) => this.visibles.has(e.couche));
  }

  // Whether what is shown has no place of its own on the map.
  seulesMesures(): boolean {
    const montrees = this.montrees();
    return montrees.length > 0 && montrees.every((e) => e.precision === "territoire");
  }

  // Measures for the whole basin or Département that the current territory is a part of: they
  // are kept apart from what is its own.
  densemble(): Entite[] {
    const siren = this.siren();
    if (!siren) return [];
    return this.donnees.entites.filter((e) => this.visibles.has(e.couche) && !this.concerne(e) && e.couvre.includes(siren));
  }

  concerne(entite: Entite): boolean {
    const code = this.territoire;
    if (!code) return true;
    return entite.epci.includes(code) || entite.communes.includes(code);
  }

  // SIREN of the EPCI of the current territory, "" for the basin.
  siren(): string {
    const commune = this.donnees.communes.find((c) => c.insee === this.territoire);
    return commune ? commune.siren : this.territoire;
  }

  // Where the statistics of the current territory stand.
  cleStats(): string {
    return this.territoire || "total";
  }

  // The layers shown before the reader asks.
  private aLOuverture(): string[] {
    return this.donnees.couches.filter((c) => c.visible).map((c) => c.id);
  }

  private lireAdresse(): void {
    const demande = new URLSearchParams(location.hash.slice(1));
    const code = demande.get("t");
    const connus = [...this.donnees.epci.map((e) => e.siren), ...this.donnees.communes.map((c) => c.insee)];
    if (code !== null && (code === "" || connus.includes(code))) this.territoire = code;
    const entite = demande.get("e");
    const trouvee = this.donnees.entites.find((e) => e.id === entite);
    if (trouvee && this.touche(trouvee)) this.selection = trouvee.id;
    const couches = demande.get("c");
    if (couches !== null) {
      this.visibles.clear();
      for (const id of couches.split(",")) if (this.donnees.couches.some((c) => c.id === id)) this.visibles.add(id);
    }
  }

  private ecrireAdresse(nouvelle: boolean): void {
    const parts = new URLSearchParams();
    if (this.territoire !== this.donnees.territoire) parts.set("t", this.territoire);
    if (this.selection) parts.set("e", this.selection);
    const ouverture = this.aLOuverture();
    if (this.visibles.size !== ouverture.length || !ouverture.every((id) => this.visibles.has(id))) parts.set("c", [...this.visibles].join(","));
    const texte = parts.toString();
    try {
      const adresse = texte ? `#${texte}` : location.pathname + location.search;
      if (nouvelle) history.pushState(null, "", adresse);
      else history.replaceState(null, "", adresse);
    } catch {
      // a page shown inside a notebook has no address of its own
    }
  }
}
