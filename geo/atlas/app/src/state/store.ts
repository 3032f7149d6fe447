// The one place where what is seen changes. Every change is told to those who listen.
import type { Atlas } from "../model/atlas";
import { readAddress, writeAddress } from "./address";
import { Selectors } from "./select";
import { opening, type View } from "./view";

const REST_MS = 120; // between two rewritings of the address: browsers refuse those of a slider, which are too many

export type Step = "push" | "replace"; // whether "back" returns to what was before

export class Store {
  view: View;
  readonly select: Selectors;
  private written = -Infinity;
  private waiting = 0;
  private readonly listeners = new Set<(view: View, before: View) => void>();

  constructor(readonly atlas: Atlas) {
    this.select = new Selectors(atlas);
    this.view = this.settled(readAddress(location.hash, atlas));
  }

  // Change what is seen. A new territory is a step that "back" undoes, and a new frame.
  set(patch: Partial<View>, step?: Step): void {
    const before = this.view;
    const moved = patch.territory !== undefined && patch.territory !== before.territory;
    this.view = this.settled({ ...before, ...(moved ? { camera: null } : {}), ...patch });
    this.write(step ?? (moved ? "push" : "replace"), before);
    this.tell(before);
  }

  // Go to a link's view, as `state/address` writes it.
  restore(hash: string, step: Step = "push"): void {
    const before = this.view;
    this.view = this.settled(readAddress(hash, this.atlas));
    this.write(step, before);
    this.tell(before);
  }

  subscribe(listener: (view: View, before: View) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  // Follow the address when the reader goes back, or edits it.
  followAddress(): void {
    window.addEventListener("popstate", () => {
      clearTimeout(this.waiting);
      this.waiting = 0;
      const before = this.view;
      this.view = this.settled(readAddress(location.hash, this.atlas));
      this.tell(before);
    });
  }

  get opening(): View {
    return opening(this.atlas);
  }

  // A selection that is no longer shown is none.
  private settled(view: View): View {
    const chosen = this.atlas.features.get(view.selection);
    if (!view.selection || (chosen && this.select.reaches(view, chosen))) return view;
    return { ...view, selection: "" };
  }

  private tell(before: View): void {
    for (const listener of [...this.listeners]) listener(this.view, before);
  }

  // A step is written at once; what only changes the current one, not more often than browsers bear.
  private write(step: Step, before: View): void {
    const rest = this.written + REST_MS - performance.now();
    if (step === "replace" && rest > 0) {
      if (!this.waiting) this.waiting = window.setTimeout(() => this.writeNow("replace", this.view), rest);
      return;
    }
    if (this.waiting && step === "push") this.writeNow("replace", before); // what "back" returns to
    this.writeNow(step, this.view);
  }

  private writeNow(step: Step, view: View): void {
    clearTimeout(this.waiting);
    this.waiting = 0;
    this.written = performance.now();
    const hash = writeAddress(view, this.atlas);
    try {
      const address = hash || location.pathname + location.search;
      if (step === "push") history.pushState(null, "", address);
      else history.replaceState(null, "", address);
    } catch {
      // a page shown inside a notebook has no address of its own
    }
  }
}
