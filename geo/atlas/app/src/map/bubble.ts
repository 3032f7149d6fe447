// What the pointer is on, in words. The list of the panel says the same: screen readers are not told twice.
import { plural } from "../ui/text";
import type { Hit, Point } from "./pass";

const GAP = 14; // pixels from the pointer

export class Bubble {
  private readonly box = document.createElement("div");
  private readonly name = document.createElement("strong");
  private readonly detail = document.createElement("span");
  private readonly more = document.createElement("span");

  constructor(private readonly container: HTMLElement) {
    this.box.className = "bulle";
    this.box.setAttribute("aria-hidden", "true");
    this.box.hidden = true;
    this.box.append(this.name, this.detail, this.more);
    container.append(this.box);
  }

  show(hit: Hit, features: number, at: Point): void {
    this.name.textContent = hit.text;
    this.detail.textContent = hit.detail;
    this.more.textContent = features > 1 ? `et ${plural(features - 1, "autre")} au même endroit` : "";
    this.box.hidden = false;
    const { offsetWidth: w, offsetHeight: h } = this.box;
    const { clientWidth: width } = this.container;
    const x = Math.max(4, Math.min(width - w - 4, at.x + GAP + w > width ? at.x - GAP - w : at.x + GAP));
    const y = at.y - GAP - h < 4 ? at.y + GAP : at.y - GAP - h;
    this.box.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  }

  hide(): void {
    this.box.hidden = true;
  }
}
