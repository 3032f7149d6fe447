// What a search may answer: territories, features, figures; the best of each kind, in order.
import type { Atlas } from "../model/atlas";
import type { Chiffre, Commune, Entite, Epci } from "../model/data";
import { fold, number, plural } from "../ui/text";
import { Words, type Found } from "./words";

export type Answer = { name: string; detail: string } & (
  | { kind: "epci"; epci: Epci }
  | { kind: "commune"; commune: Commune }
  | { kind: "entite"; features: readonly Entite[] } // several, for one line told in stretches
  | { kind: "chiffre"; figure: Chiffre }
);
export type Kind = Answer["kind"];
export interface Group { kind: Kind; title: string; answers: Answer[] }
interface Scored { entry: number; score: number }
export interface Answers { groups: Group[]; shown: number; total: number; partial: boolean } // `partial`: one of the words was left out

const TITLES: Record<Kind, string> = { epci: "Intercommunalités", commune: "Communes", entite: "Lieux et mesures", chiffre: "Chiffres du bilan" };
const MOST: Record<Kind, number> = { epci: 3, commune: 4, entite: 8, chiffre: 4 };
const WEIGHT: Record<Kind, number> = { epci: 0, commune: 0.1, entite: 0.2, chiffre: 0.4 };
const RECORD = 0.1; // a record comes after a measure as well named
const ENOUGH = 8; // exact answers that spare a search with typing errors
const OTHER_NAME = /\bnom\b/i; // "Autre nom", "Nom dans la source"
const LONG = 160; // letters of a name that are shown

export class Searcher {
  private readonly words = new Words();
  private readonly entries: (() => Answer)[] = [];
  private readonly kinds: Kind[] = [];
  private readonly weights: number[] = [];
  private readonly names: (readonly string[])[] = [];

  constructor(private readonly atlas: Atlas) {
    const { epci, communes, chiffres } = atlas.data;
    for (const e of epci) this.add("epci", [e.court, e.nom, ...e.alias], e.siren, () => ({ kind: "epci", name: short(e.nom), detail: short(e.contexte), epci: e }));
    for (const c of communes) this.addCommune(c);
    this.addFeatures();
    for (const c of chiffres) {
      this.add("chiffre", [c.libelle], c.texte, () => ({ kind: "chiffre", name: short(`${c.texte} ${c.libelle}`), detail: short(c.source), figure: c }));
    }
    this.words.close();
  }

  // The best answers of each kind, the kind of the best one first.
  search(asked: string): Answers {
    const words = fold(asked).split(" ", 8).filter(Boolean);
    if (!words.length) return { groups: [], shown: 0, total: 0, partial: false };
    const exact = this.words.find(words, false);
    const all = exact.entries.length < ENOUGH ? this.words.find(words, true) : exact;
    const partial = !all.entries.length && words.length > 1;
    const found = partial ? this.words.findMost(words) : all;
    const best = this.best(found, words.join(" "));
    const groups = (Object.keys(TITLES) as Kind[]).filter((kind) => best[kind].length)
      .sort((a, b) => best[a][0]!.score - best[b][0]!.score)
      .map((kind) => ({ kind, title: TITLES[kind], answers: best[kind].map(({ entry }) => this.entries[entry]!()) }));
    return { groups, shown: groups.reduce((sum, { answers }) => sum + answers.length, 0), total: found.entries.length, partial: partial && groups.length > 0 };
  }

  // The best entries of each kind, in order, without sorting all of them.
  private best({ entries, costs }: Found, asked: string): Record<Kind, Scored[]> {
    const best: Record<Kind, Scored[]> = { epci: [], commune: [], entite: [], chiffre: [] };
    for (const entry of entries) {
      const kind = this.kinds[entry]!;
      const list = best[kind];
      const score = this.score(entry, costs[entry]!, asked);
      if (list.length === MOST[kind] && score >= list[list.length - 1]!.score) continue;
      let at = list.length;
      while (at && score < list[at - 1]!.score) at -= 1;
      list.splice(at, 0, { entry, score });
      if (list.length > MOST[kind]) list.pop();
    }
    return best;
  }

  // What fits all of a name comes first; of two as good, the shorter.
  private score(entry: number, cost: number, asked: string): number {
    const names = this.names[entry]!;
    const whole = names[0] === asked ? -1 : names.includes(asked) && this.kinds[entry] !== "entite" ? -1 : 0;
    return cost + this.weights[entry]! + whole + Math.min(names[0]!.length, 90) / 1000;
  }

  private addCommune(c: Commune): void {
    const told = this.atlas.data.anciens_noms[c.insee] ?? [];
    const former = told.filter((name) => !/^\d/.test(name));
    const detail = former.length ? `${c.contexte}, anciennement ${former.join(", ")}` : c.contexte;
    this.add("commune", [c.nom, ...told], c.insee, () => ({ kind: "commune", name: short(c.nom), detail: short(detail), commune: c }));
  }

  // Stretches of one line, of one name, are one answer.
  private addFeatures(): void {
    const about = new Map<string, string>(); // places and layers come back: folded once
    const lines = new Map<string, Entite[]>();
    for (const feature of this.atlas.data.entites) {
      const layer = this.atlas.layer(feature);
      const place = `${feature.ou} ${layer.titre}`;
      const where = about.get(place) ?? fold(place);
      about.set(place, where);
      const others = feature.faits.flatMap(([label, value]) => (OTHER_NAME.test(label) ? foldName(value) : []));
      const name = foldName(feature.nom);
      if (feature.geometrie?.kind === "line") {
        const line = lines.get(`${feature.couche}\n${name}`);
        if (line) {
          line.push(feature);
          continue;
        }
        const stretches = [feature];
        lines.set(`${feature.couche}\n${name}`, stretches);
        this.put("entite", [name, ...others], where, feature.inventaire ? RECORD : 0, () => this.answer(stretches));
      } else this.put("entite", [name, ...others], where, feature.inventaire ? RECORD : 0, () => this.answer([feature]));
    }
  }

  private answer(features: readonly Entite[]): Answer {
    const first = features[0]!;
    const layer = this.atlas.layer(first).titre;
    const detail = features.length > 1 ? `${layer} · ${plural(features.length, "tronçon")}` : [layer, first.ou].filter(Boolean).join(" · ");
    return { kind: "entite", name: short(first.nom), detail: short(detail), features };
  }

  private add(kind: Kind, names: readonly string[], about: string, make: () => Answer): void {
    this.put(kind, names.map(foldName), fold(about), 0, make);
  }

  // An entry, its names folded, the one that it is known by first.
  private put(kind: Kind, names: readonly string[], about: string, more: number, make: () => Answer): void {
    const [name, ...others] = names as [string, ...string[]];
    this.words.add(name, others.join(" "), about);
    this.names.push(others.length ? names : [name]);
    this.kinds.push(kind);
    this.weights.push(WEIGHT[kind] + more);
    this.entries.push(make);
  }
}

// What screen readers are told of an answer's count.
export function told({ shown, total, partial }: Answers): string {
  if (!total) return "Aucune réponse";
  if (partial) return "Aucune réponse à tous ces mots. Les plus proches";
  return total > shown ? `${number(total)} réponses, les ${number(shown)} meilleures sont montrées` : plural(total, "réponse");
}

function foldName(name: string): string {
  return fold(name.slice(0, 400));
}

function short(text: string): string {
  return text.length > LONG ? `${text.slice(0, LONG)}…` : text;
}
