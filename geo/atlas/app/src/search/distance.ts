// How many typing errors part two words.

const rows = [new Uint8Array(64), new Uint8Array(64), new Uint8Array(64)];

// Edit distance of Damerau-Levenshtein (optimal string alignment), or `most` + 1 as soon as it is more.
export function errors(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most || a.length > 62 || b.length > 62) return most + 1;
  let [before, last, now] = rows as [Uint8Array, Uint8Array, Uint8Array];
  for (let j = 0; j <= b.length; j++) last[j] = j;
  for (let i = 1; i <= a.length; i++) {
    now[0] = i;
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a.charCodeAt(i - 1) === b.charCodeAt(j - 1);
      let cost = Math.min(last[j]! + 1, now[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a.charCodeAt(i - 1) === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === b.charCodeAt(j - 1)) cost = Math.min(cost, before[j - 2]! + 1);
      now[j] = cost;
      if (cost < least) least = cost;
    }
    if (least > most) return most + 1;
    [before, last, now] = [last, now, before];
  }
  return last[b.length]!;
}

// Errors that are forgiven in a word: none in a short one, nor in a number.
export function forgiven(word: string): number {
  if (word.length < 4 || /^\d+$/.test(word)) return 0;
  return word.length > 6 ? 2 : 1;
}

// Whether a word is another, or the start of it, with the errors that are forgiven.
export function resembles(word: string, typed: string): boolean {
  const most = forgiven(typed);
  if (!most) return false;
  if (Math.abs(word.length - typed.length) <= most && errors(word, typed, most) <= most) return true;
  for (let length = typed.length - 1; length <= typed.length + 1 && length < word.length; length++) {
    if (errors(word.slice(0, length), typed, most) <= most) return true;
  }
  return false;
}
