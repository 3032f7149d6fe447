// Several features at the same place: a short list to choose from, by the pointer or the keyboard.
import L from "leaflet";
import { render, type JSX } from "preact";
import type { View } from "../state/view";
import { plural } from "../ui/text";
import type { MapView } from "./map";
import type { Hit, Point } from "./pass";

const MOST = 12;

export class Several {
  private readonly box = document.createElement("div");

  constructor(private readonly map: MapView) {
    this.box.className = "plusieurs";
    this.box.hidden = true;
    L.DomEvent.disableClickPropagation(this.box);
    L.DomEvent.disableScrollPropagation(this.box);
    map.leaflet.getContainer().append(this.box);
    map.leaflet.on("movestart zoomstart", () => this.close());
    map.store.subscribe((view, before) => { // but not when the camera is told, a moment after a move
      if ((Object.keys(view) as (keyof View)[]).some((key) => key !== "camera" && view[key] !== before[key])) this.close();
    });
    this.box.addEventListener("keydown", (e) => {
      e.stopPropagation(); // the arrows are for the list, not for the map
      if (e.key === "Escape") this.leave();
    });
  }

  open(hits: readonly Hit[], at: Point): void {
    const { box, map } = this;
    const choose = (hit: Hit): void => {
      this.close();
      map.store.set({ selection: hit.feature!.id });
    };
    box.hidden = false;
    render(<Choice hits={hits} choose={choose} point={(hit) => map.highlight(hit.feature!.id)} leave={() => this.leave()} />, box);
    const container = map.leaflet.getContainer();
    const x = Math.max(6, Math.min(container.clientWidth - box.offsetWidth - 6, at.x + 8));
    const y = Math.max(6, Math.min(container.clientHeight - box.offsetHeight - 6, at.y + 8));
    box.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
    box.querySelector<HTMLElement>("li button")?.focus({ preventScroll: true });
  }

  close(): void {
    if (this.box.hidden) return;
    this.box.hidden = true;
    render(null, this.box);
    this.map.highlight("");
  }

  private leave(): void {
    this.close();
    this.map.leaflet.getContainer().focus({ preventScroll: true });
  }
}

function Choice({ hits, choose, point, leave }: { hits: readonly Hit[]; choose(hit: Hit): void; point(hit: Hit): void; leave(): void }): JSX.Element {
  const rest = hits.length - MOST;
  return (
    <div role="dialog" aria-labelledby="plusieurs-titre">
      <h2 id="plusieurs-titre">Plusieurs éléments ici</h2>
      <button type="button" class="fermer" aria-label="Fermer la liste" onClick={leave}>×</button>
      <ul>
        {hits.slice(0, MOST).map((hit) => (
          <li key={hit.feature!.id}>
            <button type="button" onClick={() => choose(hit)} onFocus={() => point(hit)} onPointerEnter={() => point(hit)}>
              <strong>{hit.text}</strong><span>{hit.detail}</span>
            </button>
          </li>
        ))}
      </ul>
      {rest > 0 && <p class="petit">et {plural(rest, "autre")} : rapprochez la carte pour les séparer.</p>}
    </div>
  );
}
