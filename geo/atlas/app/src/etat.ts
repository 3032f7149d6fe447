// What the reader has chosen. Every change goes through here, and is told to those who listen.
import type { Donnees, Entite } from "./donnees";

export class Etat {
  territoire = "";
  selection = "";
  readonly visibles: Set<string>;
  private readonly auditeurs: (() => void)[] = [];

  constructor(readonly donnees: Donnees) {
    this.visibles = new Set(donnees.couches.map((c) => c.id));
    this.territoire = donnees.territoire;
    this.lireAdresse();
  }

  ecouter(auditeur: () => void): void {
    this.auditeurs.push(auditeur);
  }

  changer(action: () => void): void {
    action();
    this.ecrireAdresse();
    for (const auditeur of this.auditeurs) auditeur();
  }

  // Features of the current territory, whatever the layers shown.
  duTerritoire(): Entite[] {
    return this.donnees.entites.filter((e) => this.concerne(e));
  }

  montrees(): Entite[] {
    return this.duTerritoire().filter((e) => this.visibles.has(e.couche));
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

  private lireAdresse(): void {
    const demande = new URLSearchParams(location.hash.slice(1));
    const code = demande.get("t");
    const connus = [...this.donnees.epci.map((e) => e.siren), ...this.donnees.communes.map((c) => c.insee)];
    if (code !== null && (code === "" || connus.includes(code))) this.territoire = code;
    const entite = demande.get("e");
    if (entite && this.donnees.entites.some((e) => e.id === entite)) this.selection = entite;
    const couches = demande.get("c");
    if (couches !== null) {
      this.visibles.clear();
      for (const id of couches.split(",")) if (this.donnees.couches.some((c) => c.id === id)) this.visibles.add(id);
    }
  }

  private ecrireAdresse(): void {
    const parts = new URLSearchParams();
    if (this.territoire !== this.donnees.territoire) parts.set("t", this.territoire);
    if (this.selection) parts.set("e", this.selection);
    if (this.visibles.size < this.donnees.couches.length) parts.set("c", [...this.visibles].join(","));
    const texte = parts.toString();
    try {
      history.replaceState(null, "", texte ? `#${texte}` : location.pathname + location.search);
    } catch {
      // a page shown inside a notebook has no address of its own
    }
  }
}
