// The pointer on the map: it tells what it is on, chooses by a click, or serves the tool in use.
import type L from "leaflet";
import { Several } from "./several";
import { Bubble } from "./bubble";
import type { MapView } from "./map";
import type { Hit, Point } from "./pass";

const FINGER = 16; // pixels around a finger that answer to it
const MOUSE = 8;
const STILL = 4; // pixels up to which a press is not a drag
const OVER = ".leaflet-control, .leaflet-popup, .leaflet-marker-icon, .plusieurs"; // what stands over the map

export class Pointer {
  private readonly bubble: Bubble;
  private readonly several: Several;
  private readonly container: HTMLElement;
  private waiting = 0;
  private last: Point = { x: 0, y: 0 };
  private dragging: Point | null = null; // where a tool took hold of the map
  private dragged = false; // the click that ends a drag is none

  constructor(private readonly map: MapView) {
    this.container = map.leaflet.getContainer();
    this.bubble = new Bubble(this.container);
    this.several = new Several(map);
    const { leaflet, container } = this;
    container.addEventListener("pointermove", (e) => this.moved(e));
    container.addEventListener("pointerdown", (e) => this.pressed(e));
    container.addEventListener("pointerup", (e) => this.released(e));
    container.addEventListener("pointercancel", (e) => this.released(e));
    container.addEventListener("pointerleave", () => this.forget());
    leaflet.on("click", (e) => this.clicked(e as L.LeafletMouseEvent));
    leaflet.on("dblclick", (e) => this.map.inUse?.double?.([e.latlng.lng, e.latlng.lat]));
    leaflet.on("movestart zoomstart", () => this.forget());
  }

  // Another tool has the pointer, or none.
  changed(): void {
    this.forget();
    this.several.close();
    const { doubleClickZoom } = this.leaflet;
    if (this.map.inUse?.double) doubleClickZoom.disable();
    else doubleClickZoom.enable();
    if (this.dragging) this.leaflet.dragging.enable();
    this.dragging = null;
  }

  // A drag of something that lies over the map has ended: the click that comes of it is none.
  endDrag(): void {
    this.dragged = true;
  }

  private get leaflet(): L.Map {
    return this.map.leaflet;
  }

  private at(e: MouseEvent): Point {
    const box = this.container.getBoundingClientRect();
    return { x: e.clientX - box.left - this.container.clientLeft, y: e.clientY - box.top - this.container.clientTop };
  }

  private moved(e: PointerEvent): void {
    const at = this.at(e);
    const tool = this.map.inUse;
    if (tool) {
      if (this.dragging && Math.hypot(at.x - this.dragging.x, at.y - this.dragging.y) > STILL) this.dragged = true;
      tool.move?.(this.map.position(at), at);
    } else if (e.pointerType !== "touch" && !e.buttons) {
      if ((e.target as Element).closest(OVER)) this.forget();
      else this.hover(at);
    }
  }

  // Once a frame of the screen is enough.
  private hover(at: Point): void {
    this.last = at;
    this.waiting ||= requestAnimationFrame(() => {
      this.waiting = 0;
      const hits = this.map.pickAll(this.last, MOUSE);
      const [hit] = hits;
      this.map.highlight(hit?.feature?.id ?? hit?.commune ?? "");
      this.container.classList.toggle("sur-element", hit !== undefined);
      if (hit) this.bubble.show(hit, featuresOf(hits).length, this.last);
      else this.bubble.hide();
    });
  }

  private forget(): void {
    cancelAnimationFrame(this.waiting);
    this.waiting = 0;
    this.bubble.hide();
    this.map.highlight("");
    this.container.classList.remove("sur-element");
  }

  private pressed(e: PointerEvent): void {
    this.dragged = false;
    const at = this.at(e);
    if (e.button !== 0 || !e.isPrimary || (e.target as Element).closest(OVER) || !this.map.inUse?.down?.(this.map.position(at), at)) return;
    this.dragging = at;
    this.leaflet.dragging.disable();
    this.container.setPointerCapture(e.pointerId);
  }

  private released(e: PointerEvent): void {
    if (!this.dragging) return;
    this.dragging = null;
    this.leaflet.dragging.enable();
    this.map.inUse?.up?.(this.map.position(this.at(e)));
  }

  private clicked(e: L.LeafletMouseEvent): void {
    if (this.dragged) {
      this.dragged = false;
      return;
    }
    const at = { x: e.containerPoint.x, y: e.containerPoint.y };
    const tool = this.map.inUse;
    if (tool) {
      tool.click?.([e.latlng.lng, e.latlng.lat], at);
      return;
    }
    const finger = (e.originalEvent as PointerEvent).pointerType === "touch";
    const hits = this.map.pickAll(at, finger ? FINGER : MOUSE);
    const features = featuresOf(hits);
    this.forget();
    this.several.close();
    if (features.length > 1) this.several.open(features, at);
    else if (features[0]) this.map.store.set({ selection: features[0].feature!.id });
    else if (hits[0]?.commune) this.commune(hits[0].commune);
  }

  // First its EPCI, then the commune itself.
  private commune(insee: string): void {
    const { siren } = this.map.atlas.communes.get(insee)!;
    const { territory } = this.map.store.view;
    this.map.store.set({ territory: territory === siren || territory === insee ? insee : siren });
  }
}

function featuresOf(hits: readonly Hit[]): Hit[] {
  return hits.filter((hit, i) => hit.feature && hits.findIndex((other) => other.feature === hit.feature) === i);
}
