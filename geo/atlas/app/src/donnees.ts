// The data of a page, as geo/atlas/payload.py writes them. All texts are ready to show.
export type Paire = [number, number]; // latitude, longitude (WGS84)
export type Anneaux = Paire[][][]; // polygons, rings, points

export interface Axe { id: number; titre: string; court: string; couleur: string; texte: string }

export interface Couche {
  id: string;
  titre: string;
  axe: number;
  resume: string;
  picto: string;
  forme: string;
  epaisseur: number;
  tirets: string;
  lineaire: boolean;
}

export interface Epci {
  siren: string;
  nom: string;
  court: string;
  alias: string[];
  contexte: string;
  etiquette: Paire;
  forme: Anneaux;
}

export interface Commune {
  insee: string;
  nom: string;
  siren: string;
  population: number;
  contexte: string;
  centre: Paire;
  forme: Anneaux;
}

export interface Montant { texte: string; qui: string; chiffre: string }

export interface Entite {
  id: string;
  nom: string;
  couche: string;
  axe: number;
  communes: string[];
  epci: string[];
  couvre: string[]; // EPCI that a measure of a whole territory covers
  ou: string;
  precision: string;
  precision_texte: string;
  statut: string;
  statut_texte: string;
  resume: string;
  faits: [string, string][];
  montants: Montant[];
  contexte: string[];
  reserve: string;
  source: string;
  point?: Paire;
  points?: Paire[];
  ligne?: Paire[];
}

export interface Chiffre {
  id: string;
  libelle: string;
  texte: string;
  axe: number;
  details: [string, string][];
  compte: string;
  alertes: string[];
  source: string;
}

// [value, written value, unit label, ids of the features or figures it comes from, note]
export type Stat = [number, string, string, string[], string];
// territory code -> layer -> indicator -> Stat
export type Stats = Record<string, Record<string, Record<string, Stat>>>;

export interface Fond { id: string; nom: string; url: string; attribution: string; zoom: number }

export interface Donnees {
  titre: string;
  sous_titre: string;
  date: string;
  etat: string;
  accueil: string;
  territoire: string;
  axes: Axe[];
  couches: Couche[];
  epci: Epci[];
  communes: Commune[];
  perimetre: Anneaux;
  entites: Entite[];
  chiffres: Chiffre[];
  cles: { chiffre: string; court: string }[];
  stats: Stats;
  statuts: { id: string; texte: string; couleur: string }[];
  sources_courtes: string;
  sources: { titre: string; details: string }[];
  mentions: string[];
  fonds: Fond[];
}
