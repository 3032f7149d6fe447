// The panel on the left: key figures of the territory, then the layers, then the list.
import { accord, h, nombre, parPages, vider } from "./dom";
import type { Couche, Donnees, Entite, Stat } from "./donnees";
import type { Dialogue } from "./dialogue";
import type { Etat } from "./etat";
import { cle, symbole } from "./symboles";

export class Panneau {
  private readonly synthese = h("section", { class: "synthese", "aria-label": "Chiffres clés du territoire" });
  private readonly couches = h("section", { class: "couches", "aria-label": "Couches" });
  private readonly liste = h("section", { class: "liste", "aria-label": "Liste des éléments" });
  private readonly ouverts = new Set<string>();

  constructor(
    racine: HTMLElement,
    private readonly donnees: Donnees,
    private readonly etat: Etat,
    private readonly dialogue: Dialogue,
    private readonly aller: (entite: Entite) => void,
  ) {
    racine.append(this.synthese, this.couches, this.liste);
  }

  rafraichir(): void {
    const cle = (document.activeElement as HTMLElement | null)?.dataset["cle"];
    this.ecrireSynthese();
    this.ecrireCouches();
    this.ecrireListe();
    if (cle) document.querySelector<HTMLElement>(`[data-cle="${CSS.escape(cle)}"]`)?.focus({ preventScroll: true });
  }

  private lieu(): { nom: string; contexte: string; court: string } {
    const code = this.etat.territoire;
    const commune = this.donnees.communes.find((c) => c.insee === code);
    if (commune) return { nom: commune.nom, contexte: commune.contexte, court: commune.nom };
    const epci = this.donnees.epci.find((e) => e.siren === code);
    if (epci) return { nom: epci.nom, contexte: epci.contexte, court: epci.court };
    return { nom: this.donnees.titre, contexte: this.donnees.sous_titre, court: "tout le bassin" };
  }

  private stat(couche: string, indicateur: string): Stat | undefined {
    return this.donnees.stats[this.etat.cleStats()]?.[couche]?.[indicateur];
  }

  private tuile(libelle: string, couche: string, indicateur: string, singulier = libelle): HTMLElement | null {
    const stat = this.stat(couche, indicateur);
    if (!stat) return null;
    const [valeur, texte, unite] = stat;
    const dit = valeur < 2 ? singulier : libelle;
    return h("button", { type: "button", class: "tuile", "data-cle": `t:${couche}:${indicateur}`, onclick: () => this.dialogue.stat(dit, this.lieu().court, stat) },
      h("span", { class: "valeur" }, texte, unite ? h("small", {}, ` ${unite}`) : null),
      h("span", { class: "libelle" }, dit));
  }

  private ecrireSynthese(): void {
    const lieu = this.lieu();
    vider(this.synthese);
    this.synthese.append(h("h1", {}, lieu.nom), h("p", { class: "contexte" }, lieu.contexte));
    if (!this.etat.territoire) {
      this.synthese.append(h("div", { class: "cles" }, ...this.donnees.cles.map((c) => this.chiffreCle(c.chiffre, c.court))));
    }
    const compris = this.donnees.entites.some((e) => e.couche === "cites" && e.inventaire) ? " (inventaire compris)" : "";
    const tuiles = [
      this.tuile("lieux sur la carte", "toutes", "nombre_localise", "lieu sur la carte"),
      this.tuile(`cités minières${compris}`, "cites", "nombre_localise", `cité minière${compris}`),
      this.tuile(`surface des cités${compris}`, "cites", "area_ha"),
      this.tuile("lits d’hôpital", "sante", "lits"),
      this.tuile("friches localisées", "friches", "nombre_localise", "friche localisée"),
      this.tuile("itinéraires cyclables (tracé indicatif)", "cyclable", "length_km"),
      this.tuile("cités à 500 m au plus d’un itinéraire cyclable", "cites", "part_velo_500m"),
      this.tuile("friches, surface", "friches", "area_ha"),
    ].filter((t): t is HTMLElement => t !== null);
    this.synthese.append(h("div", { class: "tuiles" }, ...tuiles.slice(0, 8)));
    this.ecrireMontants();
    this.ecrireAvancement();
  }

  private chiffreCle(id: string, court: string): HTMLElement {
    const chiffre = this.donnees.chiffres.find((c) => c.id === id)!;
    return h("button", { type: "button", class: "tuile", "data-chiffre": id },
      h("span", { class: "valeur" }, chiffre.texte), h("span", { class: "libelle" }, court));
  }

  // Euros by axis: bars, and beside them what is told for the whole basin only.
  private ecrireMontants(): void {
    const lignes = this.donnees.axes.filter((axe) => axe.id).map((axe) => ({ axe, stat: this.stat(`axe-${axe.id}`, "montant_eur") }));
    const plus = Math.max(...lignes.map((l) => l.stat?.[0] ?? 0));
    if (plus <= 0) return;
    const titre = this.etat.territoire ? "Euros attribués au territoire, par axe" : "Euros cités par le bilan, par axe";
    this.synthese.append(h("h2", {}, titre), h("div", { class: "barres" }, ...lignes.map(({ axe, stat }) => {
      if (!stat) return h("div", { class: "barre vide" }, h("span", { class: "nom" }, axe.court), h("span", { class: "valeur" }, "aucun montant propre"));
      return h("button", { type: "button", class: "barre", onclick: () => this.dialogue.stat(`Montants de l’axe ${axe.id}, ${axe.court}`, this.lieu().court, stat) },
        h("span", { class: "nom" }, axe.court),
        h("span", { class: "trait", style: `--part:${Math.max(0.015, stat[0] / plus)};--couleur:${axe.couleur}` }),
        h("span", { class: "valeur" }, stat[1]));
    })));
    if (this.etat.territoire) {
      this.synthese.append(h("p", { class: "petit" }, "Les montants que le bilan donne pour plusieurs territoires restent comptés dans « ensemble du bassin », sans être répartis."));
    }
  }

  private ecrireAvancement(): void {
    const entites = this.etat.duTerritoire().filter((e) => !e.inventaire);
    const connus = this.donnees.statuts
      .map((s) => ({ ...s, n: entites.filter((e) => e.statut === s.id).length }))
      .filter((s) => s.n > 0);
    const total = connus.reduce((somme, s) => somme + s.n, 0);
    if (!total) return;
    this.synthese.append(
      h("h2", {}, `Avancement ${this.donnees.etat}`),
      h("div", { class: "avancement", role: "img", "aria-label": connus.map((s) => `${s.texte} : ${s.n}`).join(", ") },
        ...connus.map((s) => h("span", { style: `flex:${s.n};background:${s.couleur}`, title: `${s.texte} : ${s.n}` }))),
      h("p", { class: "petit" }, `Statut connu pour ${nombre(total)} éléments sur ${nombre(entites.length)}.`),
      h("ul", { class: "avancement-cle" }, ...connus.map((s) => h("li", {}, h("i", { style: `background:${s.couleur}` }), `${s.texte} `, h("b", {}, nombre(s.n))))),
    );
  }

  private ecrireCouches(): void {
    vider(this.couches);
    const mesures = this.donnees.couches.filter((c) => !c.inventaire);
    const releves = this.donnees.couches.filter((c) => c.inventaire);
    const toutes = mesures.every((c) => this.etat.visibles.has(c.id));
    this.couches.append(h("h2", {}, "Couches ",
      h("button", { type: "button", class: "lien", "data-cle": "toutes", onclick: () => this.etat.changer(() => {
        if (toutes) this.etat.visibles.clear();
        else for (const c of mesures) this.etat.visibles.add(c.id);
      }) }, toutes ? "tout masquer" : "tout montrer")));
    this.couches.append(h("p", { class: "petit" }, "Lieux sur la carte + mesures à l’échelle d’un territoire."));
    const entites = new Map<string, Entite[]>(this.donnees.couches.map((c) => [c.id, []]));
    for (const entite of this.etat.duTerritoire()) entites.get(entite.couche)!.push(entite);
    const groupe = (titre: (Node | string)[], couches: Couche[], teinte: string): void => {
      if (couches.length) this.couches.append(h("fieldset", { style: teinte }, h("legend", {}, ...titre), ...couches.map((c) => this.ligneCouche(c, entites.get(c.id)!))));
    };
    for (const axe of this.donnees.axes) {
      const titre = axe.id ? [h("b", {}, `Axe ${axe.id}`), ` ${axe.court}`] : [h("b", {}, axe.court)];
      groupe(titre, mesures.filter((c) => c.axe === axe.id), `--axe:${axe.couleur};--axe-texte:${axe.texte}`);
    }
    const titre = [h("b", {}, "Inventaires et repères"), h("span", { class: "petit" }, "Ce qui existe, selon les relevés officiels : hors des comptes de l’Engagement.")];
    groupe(titre, releves, "--axe:#5c6168;--axe-texte:#23272d");
  }

  private ligneCouche(couche: Couche, entites: Entite[]): HTMLElement {
    const mesures = entites.filter((e) => e.precision === "territoire").length;
    const visible = this.etat.visibles.has(couche.id);
    const bascule = (): void => this.etat.changer(() => { if (visible) this.etat.visibles.delete(couche.id); else this.etat.visibles.add(couche.id); });
    const seule = (): void => this.etat.changer(() => { this.etat.visibles.clear(); this.etat.visibles.add(couche.id); });
    const lieux = couche.inventaire ? accord(entites.length, "objet") : accord(entites.length - mesures, "lieu", "lieux");
    return h("div", { class: `couche${entites.length ? "" : " sans"}` },
      h("label", { title: couche.resume },
        h("input", { type: "checkbox", checked: visible, onchange: bascule, "data-couche": couche.id, "data-cle": `c:${couche.id}` }),
        h("span", { class: "cle" }, cle(couche)),
        h("span", { class: "titre" }, couche.titre)),
      h("span", { class: "compte", title: mesures ? `${lieux}, ${accord(mesures, "mesure de territoire", "mesures de territoire")}` : lieux },
        nombre(entites.length - mesures), mesures ? h("small", {}, ` + ${nombre(mesures)}`) : null),
      h("button", { type: "button", class: "seule", "data-cle": `s:${couche.id}`, title: `Ne montrer que « ${couche.titre} »`, "aria-label": `Ne montrer que la couche ${couche.titre}`, onclick: seule }, "seule"),
      this.detailCouche(couche, entites.filter((e) => e.inventaire).length));
  }

  // Under a layer: its length and area where it holds records, of when its data are, what failed.
  private detailCouche(couche: Couche, releves: number): HTMLElement | null {
    const chiffres = couche.inventaire
      ? ["length_km", "area_ha"].map((mesure) => this.chiffreCouche(couche, mesure))
      : [releves ? h("span", {}, `dont ${nombre(releves)} d’inventaire`) : null];
    const ligne = [...chiffres, couche.donnees ? h("span", {}, couche.donnees) : null].filter((x) => x !== null);
    const pannes = couche.pannes.map((panne) => h("p", { class: "panne" }, panne));
    if (!ligne.length && !pannes.length) return null;
    return h("div", { class: "detail-couche" }, ...ligne, ...pannes);
  }

  private chiffreCouche(couche: Couche, mesure: string): HTMLElement | null {
    const stat = this.stat(couche.id, mesure);
    if (!stat || !stat[0]) return null;
    const titre = { length_km: "longueur", area_ha: "surface" }[mesure] ?? mesure;
    return h("button", { type: "button", class: "lien", "data-cle": `t:${couche.id}:${mesure}`, onclick: () => this.dialogue.stat(`${couche.titre}, ${titre}`, this.lieu().court, stat) }, `${stat[1]}\u202f${stat[2]}`);
  }

  private ecrireListe(): void {
    vider(this.liste);
    const montrees = this.etat.montrees();
    const parCouche = (inventaire: boolean): [Couche, Entite[]][] => this.donnees.couches
      .filter((c) => c.inventaire === inventaire && this.etat.visibles.has(c.id))
      .map((c): [Couche, Entite[]] => [c, montrees.filter((e) => e.couche === c.id)])
      .filter(([, siens]) => siens.length > 0);
    const somme = (couches: [Couche, Entite[]][]): number => couches.reduce((n, [, siens]) => n + siens.length, 0);
    const [mesures, releves] = [parCouche(false), parCouche(true)];
    this.liste.append(h("h2", {}, `Liste : ${accord(somme(mesures), "élément")}`));
    if (!montrees.length) this.liste.append(h("p", { class: "vide" }, "Aucun élément : montrez une couche ou changez de territoire."));
    if (this.etat.seulesMesures()) {
      this.liste.append(h("p", { class: "reserve" }, "Ces mesures portent sur des territoires entiers, hachurés sur la carte : choisissez-en une pour voir la sienne."));
    }
    for (const [couche, siens] of mesures) this.listerCouche(couche, siens);
    if (releves.length) this.liste.append(h("h2", {}, `Inventaires et repères : ${accord(somme(releves), "objet")}`));
    for (const [couche, siens] of releves) this.listerCouche(couche, siens);
    const communes = this.etat.densemble();
    if (communes.length) {
      this.liste.append(
        h("h2", {}, "Mesures d’ensemble"),
        h("p", { class: "petit" }, "Elles couvrent aussi ce territoire, avec tout le bassin ou tout le Département : le bilan ne les répartit pas."),
        this.bloc("densemble", ["Bassin et Départements "], communes, false));
    }
  }

  private listerCouche(couche: Couche, siens: Entite[]): void {
    const titre = [h("span", { class: "cle" }, symbole(couche, "exacte", 18)), ` ${couche.titre} `];
    this.liste.append(this.bloc(couche.id, titre, siens, this.etat.visibles.size === 1));
  }

  private bloc(cle: string, titre: (Node | string)[], entites: Entite[], ouvert: boolean): HTMLElement {
    const bloc = h("details", { open: this.ouverts.has(cle) || ouvert, class: cle === "densemble" ? "densemble" : null },
      h("summary", {}, ...titre, h("span", { class: "compte" }, nombre(entites.length))),
      ...parPages(entites, (e) => h("li", {},
        h("button", { type: "button", class: e.id === this.etat.selection ? "element actif" : "element", "data-entite": e.id, "data-cle": `e:${e.id}`, onclick: () => this.aller(e) },
          h("span", {}, e.nom), h("small", {}, [e.ou, e.statut_texte].filter(Boolean).join(" · "))))));
    bloc.addEventListener("toggle", () => { if (bloc.open) this.ouverts.add(cle); else this.ouverts.delete(cle); });
    return bloc;
  }
}
