// Text on a canvas: no line longer than it may be, nothing cut.

// The lines of a text that are no wider than `width`; a word that is wider is broken.
export function wrap(text: string, width: number, measure: (text: string) => number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/[ \n]+/).filter(Boolean)) {
    const longer = line ? `${line} ${word}` : word;
    if (measure(longer) <= width) {
      line = longer;
      continue;
    }
    if (line) lines.push(line);
    const broken = breakWord(word, width, measure);
    lines.push(...broken.slice(0, -1));
    line = broken.at(-1)!;
  }
  return line ? [...lines, line] : lines;
}

function breakWord(word: string, width: number, measure: (text: string) => number): string[] {
  const parts: string[] = [];
  let part = "";
  for (const letter of word) {
    if (part && measure(part + letter) > width) {
      parts.push(part);
      part = "";
    }
    part += letter;
  }
  return [...parts, part];
}
