// What the page remembers from one opening to the next, where the browser lets it: in a private window
// or in a notebook the storage may be refused, and nothing is remembered.

const PREFIX = "erbm-atlas:";

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(PREFIX + key);
  } catch {
    return null;
  }
}

// Whether it will be found again.
export function keep(key: string, value: string): boolean {
  try {
    localStorage.setItem(PREFIX + key, value);
    return true;
  } catch {
    return false;
  }
}

const LETTERS = "raccourcis";

// Shortcuts of one letter can be turned off (WCAG 2.1.4): voice control may take words for them.
export function lettersOn(): boolean {
  return recall(LETTERS) !== "non";
}

export function setLetters(on: boolean): void {
  keep(LETTERS, on ? "oui" : "non");
}
