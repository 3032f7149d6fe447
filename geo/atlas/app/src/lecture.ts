// From the data as a page holds them, made small by geo/atlas/packing.py, to what the application reads.
import type { Anneaux, Commune, Donnees, Entite, Epci, Paire, Stat, Stats } from "./donnees";

type Polygones = number[][][]; // polygons, rings, steps
type Brut<T> = Omit<T, "forme"> & { forme: Polygones };
type TexteCommun = "ou" | "statut_texte" | "resume" | "reserve" | "source";
type Certain = "id" | "nom" | "couche" | "precision";
type EntiteBrute = Pick<Entite, Certain>
  & Partial<Omit<Entite, Certain | TexteCommun | "faits" | "lignes" | "anneaux">>
  & Partial<Record<TexteCommun, number>>
  & { faits?: number[]; lignes?: number[][]; anneaux?: Polygones };
type StatBrute = [number, string, string, number, number];

export type Colis = Omit<Donnees, "perimetre" | "epci" | "communes" | "entites" | "stats"> & {
  echelle: number;
  textes: string[];
  origines: number[][];
  perimetre: Polygones;
  epci: Brut<Epci>[];
  communes: Brut<Commune>[];
  entites: EntiteBrute[];
  stats: Record<string, Record<string, Record<string, StatBrute>>>;
};

export function lire(colis: Colis): Donnees {
  const { echelle, textes, origines, ...reste } = colis;
  const texte = (rang?: number): string => (rang === undefined ? "" : textes[rang]!);
  const trace = (pas: number[]): Paire[] => depuisPas(pas, echelle);
  const forme = (polygones: Polygones): Anneaux => polygones.map((anneaux) => anneaux.map(trace));
  const entites = colis.entites.map(({ ou, statut_texte, resume, reserve, source, faits = [], lignes, anneaux, ...propre }): Entite => ({
    inventaire: false, communes: [], epci: [], couvre: [], statut: "", montants: [], contexte: [],
    ...propre,
    ou: texte(ou), statut_texte: texte(statut_texte), resume: texte(resume), reserve: texte(reserve), source: texte(source),
    faits: paires(faits).map(([nom, valeur]): [string, string] => [texte(nom), texte(valeur)]),
    ...(lignes ? { lignes: lignes.map(trace) } : {}),
    ...(anneaux ? { anneaux: forme(anneaux) } : {}),
  }));
  return {
    ...reste,
    entites,
    perimetre: forme(colis.perimetre),
    epci: colis.epci.map((e) => ({ ...e, forme: forme(e.forme) })),
    communes: colis.communes.map((c) => ({ ...c, forme: forme(c.forme) })),
    stats: lireStats(colis, [...entites, ...colis.chiffres].map((x) => x.id)),
  };
}

function lireStats(colis: Colis, ids: string[]): Stats {
  const origines = colis.origines.map((pas) => {
    let rang = 0;
    return pas.map((n) => ids[(rang += n)]!);
  });
  const stat = ([valeur, ecrit, unite, origine, note]: StatBrute): Stat => [valeur, ecrit, unite, origines[origine]!, colis.textes[note]!];
  return chacun(colis.stats, (couches) => chacun(couches, (mesures) => chacun(mesures, stat)));
}

function chacun<A, B>(table: Record<string, A>, faire: (valeur: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(table).map(([cle, valeur]) => [cle, faire(valeur)]));
}

function paires(plat: number[]): Paire[] {
  return Array.from({ length: plat.length / 2 }, (_, i) => [plat[2 * i]!, plat[2 * i + 1]!]);
}

// [lat, lon, dlat, dlon, ...] in fractions of a degree, each pair from the one before.
function depuisPas(pas: number[], echelle: number): Paire[] {
  let lat = 0;
  let lon = 0;
  return Array.from({ length: pas.length / 2 }, (_, i): Paire => {
    lat += pas[2 * i]!;
    lon += pas[2 * i + 1]!;
    return [lat / echelle, lon / echelle];
  });
}
