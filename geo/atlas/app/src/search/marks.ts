// Which letters of an answer are those that were typed.
import { fold } from "../ui/text";
import { resembles } from "./distance";

export interface Run { text: string; marked: boolean }

// A text in runs, those that fit a word of the search marked.
export function marks(text: string, asked: string): Run[] {
  const typed = fold(asked).split(" ").filter(Boolean);
  const runs: Run[] = [];
  let at = 0;
  const push = (to: number, marked: boolean): void => {
    if (to <= at) return;
    const last = runs.at(-1);
    if (last?.marked === marked) last.text += text.slice(at, to);
    else runs.push({ text: text.slice(at, to), marked });
    at = to;
  };
  const words = [...text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)];
  const starts = words.map((match) => fold(match[0]));
  const wrong = new Set(typed.filter((one) => !starts.some((word) => word.startsWith(one)))); // typed with errors
  for (const match of words) {
    const length = fitting(match[0], typed, wrong);
    if (!length) continue;
    push(match.index, false);
    push(match.index + length, true);
  }
  push(text.length, false);
  return runs;
}

// How many letters of a word are marked: as many as were typed, or all of it.
function fitting(word: string, typed: readonly string[], wrong: ReadonlySet<string>): number {
  const folded = fold(word);
  let most = 0;
  for (const one of typed) {
    if (folded === one || (wrong.has(one) && resembles(folded, one))) return word.length;
    if (folded.startsWith(one)) most = Math.max(most, lengthOf(word, folded, one.length));
  }
  return most;
}

// Letters of a word whose folded form has some length: "Œ" stands for two, "St" for five.
function lengthOf(word: string, folded: string, length: number): number {
  if (folded.length === word.length) return length;
  for (let i = 1; i < word.length; i++) {
    const start = fold(word.slice(0, i));
    if (folded.startsWith(start) && start.length >= length) return i;
  }
  return word.length;
}
