// An index of words: for each, the entries that hold it. Made once; a search reads it in a few milliseconds.
import { forgiven, resembles } from "./distance";

// How far a word is from the front of what is said: first of the name, in the name, about it.
export type Rank = 0 | 1 | 2;

const LONGEST = 40; // letters of a word, words of a text, that are kept
const COST: Record<"whole" | "start" | "typo", readonly number[]> = { whole: [0, 0.5, 1.5], start: [0.8, 1, 2], typo: [3, 3, 4] };
const JOINED = 2; // words written in one, or one in two

export interface Found { entries: number[]; costs: Float32Array } // costs by entry

export class Words {
  private readonly lists = new Map<string, number[]>(); // while it is made
  private sorted: string[] = [];
  private postings: Int32Array[] = []; // of each word, in their order: entry * 4 + rank
  private readonly joined: string[] = [];

  // An entry: what it is called, what else it is called, then what it may be found by; all folded.
  add(name: string, others: string, about: string): void {
    const entry = this.joined.length;
    this.joined.push(name.replace(/ /g, "").slice(0, 120));
    name.split(" ", LONGEST).forEach((word, i) => this.post(word, entry, i ? 1 : 0));
    for (const word of others.split(" ", LONGEST)) this.post(word, entry, 1);
    for (const word of about.split(" ", LONGEST)) this.post(word, entry, 2);
  }

  close(): void {
    this.sorted = [...this.lists.keys()].sort();
    this.postings = this.sorted.map((word) => Int32Array.from(this.lists.get(word)!));
    this.lists.clear();
  }

  get size(): number {
    return this.joined.length;
  }

  // The entries that hold all the words, each with its cost: the least is the best answer.
  find(words: readonly string[], lenient: boolean): Found {
    const hits = new Uint8Array(this.size); // words that an entry was found to hold
    const costs = new Float32Array(this.size);
    let entries: number[] = [];
    words.forEach((word, rank) => {
      const now = this.hold(word, lenient, rank, hits);
      entries = now.entries;
      for (const entry of entries) costs[entry]! += now.costs[entry]!;
    });
    const joined = words.join("");
    if (lenient && joined.length > 4) {
      this.joined.forEach((name, entry) => {
        if (hits[entry] === words.length || !name.includes(joined)) return;
        entries.push(entry);
        costs[entry] = JOINED;
      });
    }
    return { entries, costs };
  }

  // The entries that hold all the words but one, whichever it is.
  findMost(words: readonly string[]): Found {
    const costs = new Float32Array(this.size);
    const entries = new Set<number>();
    words.forEach((_, left) => {
      const found = this.find(words.filter((_word, i) => i !== left), true);
      for (const entry of found.entries) {
        costs[entry] = entries.has(entry) ? Math.min(costs[entry]!, found.costs[entry]!) : found.costs[entry]!;
        entries.add(entry);
      }
    });
    return { entries: [...entries], costs };
  }

  // Of the entries that hold the `rank` words before, those that hold one more, and what that costs.
  private hold(word: string, lenient: boolean, rank: number, hits: Uint8Array): Found {
    const costs = new Float32Array(this.size);
    const entries: number[] = [];
    const keep = (postings: Int32Array, price: readonly number[]): void => {
      for (let i = 0; i < postings.length; i++) {
        const posting = postings[i]!;
        const entry = posting >> 2;
        const cost = price[posting & 3]!;
        if (hits[entry] === rank) {
          hits[entry] = rank + 1;
          costs[entry] = cost;
          entries.push(entry);
        } else if (hits[entry] === rank + 1 && cost < costs[entry]!) costs[entry] = cost;
      }
    };
    const from = this.firstFrom(word);
    let to = from;
    for (; to < this.sorted.length && this.sorted[to]!.startsWith(word); to++) keep(this.postings[to]!, this.sorted[to] === word ? COST.whole : COST.start);
    if (lenient && forgiven(word)) {
      this.sorted.forEach((other, at) => { if ((at < from || at >= to) && resembles(other, word)) keep(this.postings[at]!, COST.typo); });
    }
    return { entries, costs };
  }

  private post(word: string, entry: number, rank: Rank): void {
    const key = word.slice(0, LONGEST);
    if (!key) return;
    const list = this.lists.get(key);
    if (list) list.push(entry * 4 + rank);
    else this.lists.set(key, [entry * 4 + rank]);
  }

  private firstFrom(word: string): number {
    let [low, high] = [0, this.sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.sorted[middle]! < word) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
