// From the data of a page as geo/atlas/packing.py wrote them to what the application reads.
import type { Chiffre, Commune, Compared, Donnees, Entite, Epci, Stat } from "./data";
import type { Geometry } from "./geometry";
import { COARSEST, readShapes } from "./shapes";
import { Streams, sum, Table } from "./streams";

interface Columns { nombre: number; colonnes: Record<string, unknown[] | null> }
type Rebuilt = "perimetre" | "epci" | "communes" | "entites" | "stats" | "comparaison";
type Plain<T> = Omit<T, "forme">;

type Header = Omit<Donnees, Rebuilt> & {
  textes: string[];
  mesures: number;
  epci: Plain<Epci>[];
  communes: Plain<Commune>[];
  entites: Columns & { faits: number };
  stats: Columns & { origines: number };
  comparaison: Columns;
};

type Own = Omit<Entite, "faits" | "geometrie" | "mesure" | "euros"> & { euros: number | null };
type Read<T> = { [K in keyof T]: T[K][] };

// The data of a page, from the bytes that were in its gzip stream.
export function read(bytes: Uint8Array): Donnees {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as Header;
  const streams = new Streams(bytes, 4 + length);
  const { textes, mesures, entites: told, ...rest } = header;
  const entites = readFeatures(streams, told, textes);
  const stats = readStats<Stat>(streams, header.stats, () => origins(streams, header.stats, [...entites, ...header.chiffres]));
  const comparaison = readStats<Compared>(streams, header.comparaison);
  readMeasures(streams, mesures, entites);
  const grids = new Map(header.couches.map((c) => [c.id, c.decimales]));
  const places = 1 + header.epci.length + header.communes.length;
  const shapes = readShapes(streams, [...new Array<number>(places).fill(COARSEST), ...entites.map((e) => grids.get(e.couche)!)]);
  const [perimetre, ...territories] = shapes.slice(0, places) as Geometry[];
  entites.forEach((e, i) => { e.geometrie = shapes[places + i]!; });
  const epci = header.epci.map((e, i): Epci => ({ ...e, forme: { ...territories[i]!, anchor: e.etiquette } }));
  const communes = header.communes.map((c, i): Commune => ({ ...c, forme: { ...territories[epci.length + i]!, anchor: c.centre } }));
  return { ...rest, perimetre: perimetre!, epci, communes, entites, stats, comparaison } as Donnees;
}

// The columns of a table, by name. Those without values of their own share the texts of the page.
function readColumns(streams: Streams, { nombre, colonnes }: Columns, texts?: Table<string>): Record<string, unknown[]> {
  return Object.fromEntries(Object.entries(colonnes).map(([name, values]) => [
    name, (values ? new Table(values) : texts!).read(streams.whole(nombre)),
  ]));
}

function readFeatures(streams: Streams, told: Header["entites"], textes: string[]): Entite[] {
  const texts = new Table(textes);
  const c = readColumns(streams, told, texts) as unknown as Read<Own>;
  const facts = streams.whole(told.nombre);
  const names = texts.read(streams.whole(told.faits));
  const values = texts.read(streams.whole(told.faits));
  const entites = new Array<Entite>(told.nombre);
  for (let i = 0, fact = 0; i < told.nombre; i++) {
    const faits = new Array<[string, string]>(facts[i]!);
    for (let j = 0; j < faits.length; j++, fact++) faits[j] = [names[fact]!, values[fact]!];
    const feature: Entite = {
      id: c.id[i]!, nom: c.nom[i]!, couche: c.couche[i]!, inventaire: c.inventaire[i]!, communes: c.communes[i]!, epci: c.epci[i]!,
      couvre: c.couvre[i]!, ou: c.ou[i]!, precision: c.precision[i]!, statut: c.statut[i]!, statut_texte: c.statut_texte[i]!,
      resume: c.resume[i]!, faits, montants: c.montants[i]!, contexte: c.contexte[i]!, reserve: c.reserve[i]!, source: c.source[i]!,
      debut: c.debut[i]!, fin: c.fin[i]!, etat_au: c.etat_au[i]!, financeurs: c.financeurs[i]!, bailleurs: c.bailleurs[i]!,
      unesco: c.unesco[i]!, geometrie: null,
    };
    if (c.euros[i] !== null) feature.euros = c.euros[i]!;
    entites[i] = feature;
  }
  return entites;
}

function readMeasures(streams: Streams, count: number, entites: Entite[]): void {
  const steps = streams.whole(count);
  let rank = 0;
  streams.single(count).forEach((measure, i) => { entites[(rank += steps[i]!)]!.mesure = measure; });
}

interface Cells { territoire: string; couche: string; indicateur: string; valeur: [number, string, string]; note: string; rang: string }
type Nested<T> = Record<string, Record<string, Record<string, T>>>;

// Statistics by territory, layer and indicator; what they are made of stands after the unit, if it is told.
// Those of a territory are put together when they are first asked for: a page opens on one of hundreds.
function readStats<T>(streams: Streams, told: Columns, readOrigins?: () => (row: number) => string[]): Nested<T> {
  const c = readColumns(streams, told) as unknown as Read<Cells>;
  const madeOf = readOrigins?.();
  const layersOf = (from: number, to: number): Nested<unknown>[string] => {
    const layers: Nested<unknown>[string] = {};
    for (let i = from; i < to; i++) {
      (layers[c.couche[i]!] ??= {})[c.indicateur[i]!] = [...c.valeur[i]!, ...(madeOf ? [madeOf(i)] : []), c.note[i]!, c.rang[i]!];
    }
    return layers;
  };
  const stats: Nested<unknown> = {};
  for (let from = 0, to = 0; from < told.nombre; from = to) { // the rows of a territory stand together
    const code = c.territoire[from]!;
    while (c.territoire[to] === code) to++;
    const [first, last] = [from, to];
    later(stats, code, () => layersOf(first, last));
  }
  return stats as Nested<T>;
}

// A value that is made when it is first read.
function later<T>(owner: Record<string, T>, key: string, make: () => T): void {
  const settle = (value: T): T => {
    Object.defineProperty(owner, key, { value, enumerable: true });
    return value;
  };
  Object.defineProperty(owner, key, { get: () => settle(make()), enumerable: true, configurable: true });
}

// The ids of the features or figures that the statistic of a row is made of.
function origins(streams: Streams, told: Header["stats"], named: readonly (Entite | Chiffre)[]): (row: number) => string[] {
  const tokens = streams.whole(told.nombre);
  const counts = streams.whole(told.origines);
  const steps = streams.whole(sum(counts));
  const starts = new Int32Array(counts.length);
  for (let i = 1; i < starts.length; i++) starts[i] = starts[i - 1]! + counts[i - 1]!;
  const lists = new Table(Array.from(starts.keys())).read(tokens);
  return (row) => {
    const [list, ids] = [lists[row]!, new Array<string>()];
    for (let i = 0, rank = 0; i < counts[list]!; i++) ids.push(named[(rank += steps[starts[list]! + i]!)]!.id);
    return ids;
  };
}
