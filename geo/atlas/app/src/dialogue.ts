// Where a number comes from: one figure of the ledger, or what a statistic was made of.
import { accord, h, parPages, vider } from "./dom";
import type { Chiffre, Donnees, Entite, Lot, Stat } from "./donnees";

export class Dialogue {
  private readonly boite = h("dialog", { class: "dialogue", "aria-labelledby": "dialogue-titre" });
  private readonly corps = h("div", { class: "corps" });

  constructor(
    racine: HTMLElement,
    private readonly donnees: Donnees,
    private readonly aller: (entite: Entite) => void,
  ) {
    const fermer = h("button", { type: "button", class: "fermer", "aria-label": "Fermer", onclick: () => this.boite.close() }, "×");
    this.boite.append(fermer, this.corps);
    this.boite.addEventListener("click", (e) => { if (e.target === this.boite) this.boite.close(); });
    racine.append(this.boite);
    racine.addEventListener("click", (e) => {
      const bouton = (e.target as Element).closest<HTMLElement>("[data-chiffre]");
      if (bouton) this.chiffre(bouton.dataset["chiffre"]!);
    });
  }

  chiffre(id: string): void {
    const chiffre = this.donnees.chiffres.find((c) => c.id === id);
    if (!chiffre) return;
    const lies = this.donnees.entites.filter((e) => e.montants.some((m) => m.chiffre === id) || e.contexte.includes(id));
    this.ouvrir(chiffre.texte, chiffre.libelle, this.detail(chiffre), lies.length ? h("h3", {}, "Sur la carte") : null, ...this.liste(lies));
  }

  stat(titre: string, lieu: string, [, texte, unite, origine, note]: Stat): void {
    const nommes = new Set(origine);
    const entites = this.donnees.entites.filter((e) => nommes.has(e.id));
    const chiffres = this.donnees.chiffres.filter((c) => nommes.has(c.id));
    this.ouvrir(
      `${texte}${unite ? ` ${unite}` : ""}`,
      `${titre}, ${lieu}`,
      note ? h("p", { class: "reserve" }, note) : null,
      chiffres.length ? h("p", {}, chiffres.length > 1 ? `Somme de ${accord(chiffres.length, "chiffre")} du bilan, aucun compté deux fois :` : "Un seul chiffre du bilan :") : null,
      ...chiffres.map((c) => h("details", {}, h("summary", {}, h("strong", {}, c.texte), ` ${c.libelle}`, c.compte ? h("span", { class: "compte-part" }, c.compte) : null), this.detail(c))),
      entites.length ? h("p", {}, `${accord(entites.length, "élément")} :`) : null,
      ...this.liste(entites),
    );
  }

  sources(): void {
    this.ouvrir("Sources et mentions", `Page établie le ${this.donnees.date}`,
      h("ul", { class: "sources" }, ...this.donnees.sources.map((x) => h("li", {}, h("strong", {}, x.titre), h("br"), x.details, ...x.lots.map(lot)))),
      this.donnees.rapport ? h("p", {}, h("a", { href: this.donnees.rapport }, "Rapport des sources"), " : ce qui a été lu, réparé et écarté.") : null,
      ...this.donnees.mentions.map((texte) => h("p", {}, texte)));
  }

  private detail(chiffre: Chiffre): HTMLElement {
    return h("div", { class: "detail" },
      h("dl", {}, ...chiffre.details.flatMap(([nom, valeur]) => [h("dt", {}, nom), h("dd", {}, valeur)])),
      ...chiffre.alertes.map((texte) => h("p", { class: "reserve" }, texte)),
      h("p", { class: "source" }, h("strong", {}, "Source : "), chiffre.source));
  }

  private liste(entites: Entite[]): HTMLElement[] {
    return parPages(entites, (e) =>
      h("li", {}, h("button", { type: "button", class: "lien", onclick: () => { this.boite.close(); this.aller(e); } }, e.nom), h("span", { class: "petit" }, ` ${e.source}`)), "renvois");
  }

  private ouvrir(titre: string, sous: string, ...contenu: (Node | null)[]): void {
    vider(this.corps);
    this.corps.append(h("h2", { id: "dialogue-titre" }, titre), h("p", { class: "sous" }, sous));
    for (const element of contenu) if (element) this.corps.append(element);
    if (!this.boite.open) this.boite.showModal();
    this.corps.scrollTop = 0;
  }
}

// What was read of a document: its date, its numbers, its address, what failed.
function lot({ texte, adresse, panne }: Lot): HTMLElement {
  return h("div", { class: "lot" }, texte,
    /^https?:/.test(adresse) ? h("span", {}, " ", h("a", { href: adresse, rel: "noreferrer" }, "adresse")) : null,
    panne ? h("p", { class: "panne" }, panne) : null);
}
