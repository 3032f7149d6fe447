// The data of a page as the application reads them, from geo/atlas/payload.py through read.ts. The
// keys are those of the data, in French; all texts are ready to show.
import type { Geometry } from "./geometry";

export type Position = readonly [lon: number, lat: number]; // degrees, WGS84

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
  ponctuel: boolean; // it has points, beside lines or polygons
  surfacique: boolean;
  donnees: string; // of when its data are
  pannes: string[]; // sources that the last refresh could not read
  sources: string[];
  decimales: 5 | 6 | 7; // of a degree, of the coordinates of its features
}

export interface Epci {
  siren: string;
  nom: string;
  court: string;
  alias: string[];
  contexte: string;
  etiquette: Position;
  forme: Geometry;
}

export interface Commune {
  insee: string;
  nom: string;
  siren: string;
  population: number;
  contexte: string;
  centre: Position;
  forme: Geometry;
}

export interface Montant {
  texte: string;
  qui: string;
  chiffre: string;
  euros?: number;
  financeurs: string[];
}

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
  debut: string; // "2019", "2019-09" or "2019-09-01"; empty if not known
  fin: string;
  euros?: number; // its own amounts together
  financeurs: string[];
  bailleurs: string[];
  unesco: "" | "oui" | "non";
  etat_au: string; // the day of what its status says
  geometrie: Geometry | null; // none for a measure of a territory
  mesure?: number; // its length in m or area in m2 (Lambert-93), where its coordinates were rounded
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

// [value, written value, unit label, ids of the features or figures it comes from, note, rank among the
// EPCI in words, as in "2e rang sur 8 EPCI" (empty for communes, the total, and what one EPCI alone has)]
export type Stat = [number, string, string, string[], string, string];
// territory code -> layer -> indicator -> Stat
export type Stats = Record<string, Record<string, Record<string, Stat>>>;

// A statistic of a territory that is not on this page: [value, written value, unit label, note, rank].
export type Compared = [number, string, string, string, string];

export interface Fond {
  id: string;
  nom: string;
  groupe: string;
  url: string;
  attribution: string;
  couche: string; // of a WMS; empty for tiles
  zoom: number;
  lien: string; // that the attribution leads to, if any
}

// What the nearest is told of: every drawn feature of some layers, or of one kind, and some features.
export interface Voisinage { id: string; titre: string; couches: string[]; entites: string[]; genre: "" | "ligne" | "polygone"; reserve: string }

export interface Lot { texte: string; panne: string; adresse: string }

export type Partition = "epci" | "commune";

// A thematic view in one partition: a character for each territory of the page, in their order: "-"
// where nothing is known, "0" for none, else the rank of its class from 1.
export interface Niveau {
  rangs: string;
  note: string; // what stays out of the map
  methode?: string; // of a rate: how its classes were made
  bornes?: string[]; // and what is in each
  maximum?: number; // of a count or an amount: the value of the largest circle
  reperes?: [number, string][]; // and the circles of the legend, the largest first
}

// Decided by geo/content/themes: a rate in classes, a count or an amount as proportional circles.
export interface Theme {
  id: string;
  sujet: string;
  titre: string;
  objet: string; // the title without what it is divided by
  unite: string;
  sorte: "taux" | "nombre";
  groupe: string; // a layer, or "axe-1"
  axe: number;
  mesure: string; // the statistic that it is made of
  par: "" | "hab" | "eur_hab" | "km2"; // divided by 1,000 inhabitants, by one, by km²
  niveaux: Partial<Record<Partition, Niveau>>;
}

export interface Mesure {
  libelle: string;
  taux: boolean; // it can be told for 1,000 inhabitants, or for a km²
  nul: boolean; // where there is none, it is zero and not unknown
}

export interface Themes {
  liste: Theme[];
  rampes: Record<string, { clair: string[][]; sombre: string[][] }>; // by axis, for one class, two, three...
  tailles: Record<string, [population: number, km2: number]>; // of the EPCI, those of other pages too, and "total"
  mesures: Record<string, Mesure>;
  km2: number[]; // of the communes
}

// A figure that is told first, where a territory has it, and what it is called: below 2, from 2 on.
export interface Premier { couche: string; mesure: string; un: string; plusieurs: string }

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
  perimetre: Geometry;
  entites: Entite[];
  chiffres: Chiffre[];
  cles: { chiffre: string; court: string }[];
  stats: Stats;
  premiers: Premier[];
  comparaison: Record<string, Record<string, Record<string, Compared>>>; // on an EPCI's page: the others, and "total"
  noms: Record<string, string>; // short names of all the EPCI, by SIREN
  pages: Record<string, string>; // relative addresses of the pages of the EPCI, by SIREN, and of the basin ("")
  themes: Themes;
  statuts: { id: string; texte: string; couleur: string }[];
  precisions: Record<string, string>;
  sources_courtes: string[];
  sources: { titre: string; details: string; lots: Lot[] }[];
  mentions: string[];
  demander: string[]; // whom to ask about what
  voisinages: Voisinage[];
  anciens_noms: Record<string, string[]>; // by INSEE code; codes of communes that are no more, too
  fonds: Fond[];
  fabrique: { version: string; commande: string }; // what made the page
}
