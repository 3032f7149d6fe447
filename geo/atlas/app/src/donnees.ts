// The data of a page, as geo/atlas/payload.py writes them. All texts are ready to show.
export type Paire = [number, number]; // latitude, longitude (WGS84)
export type Anneaux = Paire[][][]; // polygons, rings, points

export interface Axe { id: number; titre: string; court: string; couleur: string; texte: string }

export interface Couche {
  id: string;
  titre: string;
  axe: number;
  inventaire: boolean; // records, not measures of the Engagement
  visible: boolean; // shown before the reader asks
  resume: string;
  couleur: string;
  texte: string;
  picto: string;
  forme: string;
  epaisseur: number;
  tirets: string;
  remplissage: number;
  motif: string;
  lineaire: boolean;
  surfacique: boolean;
  donnees: string; // of when its data are
  pannes: string[]; // sources that the last refresh could not read
  sources: string[];
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
  inventaire: boolean;
  communes: string[];
  epci: string[];
  couvre: string[]; // EPCI that a measure of a whole territory covers
  ou: string;
  precision: string;
  statut: string;
  statut_texte: string;
  resume: string;
  faits: [string, string][];
  montants: Montant[];
  contexte: string[];
  reserve: string;
  source: string;
  point?: Paire; // inside the polygons, where there are some
  points?: Paire[];
  lignes?: Paire[][];
  anneaux?: Anneaux;
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

export interface Fond {
  id: string;
  nom: string;
  groupe: string;
  url: string;
  attribution: string;
  couche: string; // of a WMS; empty for tiles
  zoom: number;
}

export interface Lot { texte: string; panne: string; adresse: string }

export interface Donnees {
  titre: string;
  sous_titre: string;
  date: string;
  etat: string;
  accueil: string;
  rapport: string;
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
  precisions: Record<string, string>;
  sources_courtes: string[];
  sources: { titre: string; details: string; lots: Lot[] }[];
  mentions: string[];
  fonds: Fond[];
}
