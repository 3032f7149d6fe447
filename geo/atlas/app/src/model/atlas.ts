// The data of a page with what finds its way in them: by id, by layer, by territory.
import type { Chiffre, Commune, Couche, Donnees, Entite, Epci, Stat } from "./data";
import type { Geometry } from "./geometry";

export interface Place { code: string; nom: string; court: string; contexte: string; forme: Geometry }

export class Atlas {
  readonly features: ReadonlyMap<string, Entite>;
  readonly layers: ReadonlyMap<string, Couche>;
  readonly figures: ReadonlyMap<string, Chiffre>;
  readonly epci: ReadonlyMap<string, Epci>;
  readonly communes: ReadonlyMap<string, Commune>;

  constructor(readonly data: Donnees) {
    this.features = new Map(data.entites.map((e) => [e.id, e]));
    this.layers = new Map(data.couches.map((c) => [c.id, c]));
    this.figures = new Map(data.chiffres.map((c) => [c.id, c]));
    this.epci = new Map(data.epci.map((e) => [e.siren, e]));
    this.communes = new Map(data.communes.map((c) => [c.insee, c]));
  }

  layer(feature: Entite): Couche {
    return this.layers.get(feature.couche)!;
  }

  // Whether a code names a territory of the page; "" is the whole of it.
  knows(code: string): boolean {
    return code === "" || this.epci.has(code) || this.communes.has(code);
  }

  // A territory by its code: "" for the whole basin, a SIREN for an EPCI, an INSEE code for a commune.
  place(code: string): Place {
    const commune = this.communes.get(code);
    if (commune) return { code, nom: commune.nom, court: commune.nom, contexte: commune.contexte, forme: commune.forme };
    const epci = this.epci.get(code);
    if (epci) return { code, nom: epci.nom, court: epci.court, contexte: epci.contexte, forme: epci.forme };
    return { code: "", nom: this.data.titre, court: "tout le bassin", contexte: this.data.sous_titre, forme: this.data.perimetre };
  }

  // SIREN of the EPCI of a territory, "" for the basin.
  siren(code: string): string {
    return this.communes.get(code)?.siren ?? code;
  }

  // Whether a feature is in a territory, by the communes that its source names.
  concerns(feature: Entite, code: string): boolean {
    return code === "" || feature.epci.includes(code) || feature.communes.includes(code);
  }

  // Whether a measure of a wider territory covers this one.
  covers(feature: Entite, code: string): boolean {
    const siren = this.siren(code);
    return siren !== "" && feature.couvre.includes(siren) && !this.concerns(feature, code);
  }

  // A statistic of a territory; nothing where nothing is behind it.
  stat(code: string, layer: string, indicator: string): Stat | undefined {
    return this.data.stats[code || "total"]?.[layer]?.[indicator];
  }
}
