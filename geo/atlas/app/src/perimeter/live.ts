// The perimeter as it is now: the view's, or, while a corner is dragged, what the view will have at the
// end of the drag. Addresses and the rest of the page change then only.
import type { Store } from "../state/store";
import type { Perimeter } from "../state/view";

let moving: Perimeter | null = null;
let asked = 0;
const listeners = new Set<() => void>();

export function current(store: Store): Perimeter | null {
  return moving ?? store.view.perimeter;
}

// Once a frame of the screen is enough while it moves; null ends the drag.
export function drag(perimeter: Perimeter | null): void {
  moving = perimeter;
  asked ||= requestAnimationFrame(() => {
    asked = 0;
    for (const listener of [...listeners]) listener();
  });
}

export function onDrag(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function dragged(): Perimeter | null {
  return moving;
}
