// The keyboard and the remote control of a presentation.
export type Gesture = "next" | "previous" | "first" | "last" | "black" | "laser" | "dark" | "leave";

const KEYS: Readonly<Record<string, Gesture>> = {
  ArrowRight: "next", ArrowDown: "next", PageDown: "next", " ": "next", Enter: "next",
  ArrowLeft: "previous", ArrowUp: "previous", PageUp: "previous", Backspace: "previous",
  Home: "first", End: "last", Escape: "leave", b: "black", ".": "black", l: "laser", n: "dark",
};

const PRESSED = new Set([" ", "Enter"]); // what a button or a list that has the focus keeps

// What a key asks for; nothing for the browser's own, and for those that what has the focus takes.
export function gestureOf(e: Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "metaKey">, focused: string, letters: boolean): Gesture | null {
  if (e.ctrlKey || e.altKey || e.metaKey) return null;
  if (focused === "SELECT" && e.key !== "Escape") return null;
  if (focused === "BUTTON" && PRESSED.has(e.key)) return null;
  const key = e.key.length === 1 ? e.key.toLowerCase() : e.key;
  if (/^[a-z]$/.test(key) && !letters) return null;
  return KEYS[key] ?? null;
}
