// The map: Leaflet moves it, one canvas draws it. Painters add what they draw, tools take the pointer.
import L from "leaflet";
import type { Atlas } from "../model/atlas";
import type { Entite, Position } from "../model/data";
import { boxOf, joined, type Box } from "../model/geometry";
import type { Store } from "../state/store";
import { follow as followCamera } from "./camera";
import { Highlight } from "./highlight";
import type { Frame, Hit, Painter, Pass, Point } from "./pass";
import { inspect, type Inspection } from "./inspect";
import { Pointer } from "./pointer";

const MARGIN = 0.06; // of the map's size, drawn around it, so that a drag shows no edge at once
const REACH = 8; // pixels around a mouse that answer to it; a finger has more
const GUIDED_MS = 600; // in which a move of the program's own is over, with its animation
const QUICK_MS = 60; // a drawing that takes less follows a drag

// What takes the pointer and the keyboard of the map instead of the choice of a feature.
export interface Tool {
  readonly cursor: string;
  click?(at: Position, point: Point): void;
  double?(at: Position): void;
  move?(at: Position, point: Point): void;
  down?(at: Position, point: Point): boolean; // true to drag: `move` and `up` follow, the map stands still
  up?(at: Position): void;
  key?(e: KeyboardEvent): boolean; // true when the key was used
  leave?(): void; // another tool comes, or none
}

// A view, and what it shows.
export type Seen = Pick<Store, "view" | "select">;

export class MapView {
  readonly canvas = document.createElement("canvas");
  grounded = false; // a base map has come, and lies under the drawing
  large = 1; // how much larger than usual all is drawn: for a room
  guided = 0; // until when moves are the program's own, in milliseconds of the page
  private readonly painters: Painter[] = [];
  private readonly hovered = new Highlight(this);
  private readonly pointer: Pointer;
  private tool: Tool | null = null;
  private took = 0; // milliseconds of the last drawing
  private asked = 0;
  private origin = L.point(0, 0); // of the canvas, in Leaflet's layer pixels
  private frame: Frame = { width: 0, height: 0, zoom: 0, scale: 0, left: 0, top: 0 };

  constructor(readonly leaflet: L.Map, readonly atlas: Atlas, readonly store: Store) {
    const pane = leaflet.createPane("atlas");
    pane.style.zIndex = "350"; // above the base maps, under what folium adds
    this.canvas.className = "dessin leaflet-zoom-animated";
    this.canvas.setAttribute("aria-hidden", "true");
    pane.append(this.canvas, this.hovered.canvas);
    leaflet.on("moveend viewreset resize zoomend", () => this.redraw());
    leaflet.on("move", () => { if (this.took < QUICK_MS && this.uncovered()) this.redraw(); });
    leaflet.on("zoomanim", (e) => this.followZoom(e as L.ZoomAnimEvent));
    leaflet.attributionControl.setPrefix(false);
    L.control.scale({ imperial: false, position: "bottomright", maxWidth: 140 }).addTo(leaflet);
    name(leaflet.getContainer());
    this.pointer = new Pointer(this);
    followCamera(this);
  }

  add(...painters: Painter[]): void {
    this.painters.push(...painters);
    this.painters.sort((a, b) => a.z - b.z);
  }

  // Something over the map was dragged: the map hears no click of it.
  endDrag(): void {
    this.pointer.endDrag();
  }

  // Draw once more, at the next frame of the screen.
  redraw(): void {
    if (this.asked) return;
    this.asked = requestAnimationFrame(() => this.draw());
  }

  // Draw now: on opening, and where a picture is waited for.
  draw(): void {
    cancelAnimationFrame(this.asked);
    this.asked = 0;
    const { leaflet, canvas } = this;
    const size = leaflet.getSize();
    const started = performance.now();
    const corner = size.multiplyBy(-MARGIN).round();
    const [width, height] = [size.x - 2 * corner.x, size.y - 2 * corner.y];
    const ratio = Math.min(window.devicePixelRatio || 1, 3);
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    this.origin = leaflet.containerPointToLayerPoint(corner);
    L.DomUtil.setTransform(canvas, this.origin, 1);
    const { large } = this;
    this.frame = {
      ...this.frameAt(leaflet.getCenter(), leaflet.getZoom() - Math.log2(large), width / large, height / large),
      inset: { x: -corner.x / large, y: -corner.y / large },
    };
    const ctx = canvas.getContext("2d")!;
    ctx.setTransform(ratio * large, 0, 0, ratio * large, 0, 0);
    ctx.clearRect(0, 0, width, height);
    this.paint(ctx, this.frame, false);
    this.hovered.follow(this.origin, width, height, ratio, large);
    this.took = performance.now() - started;
    leaflet.getContainer().dataset["dessins"] = String(Number(leaflet.getContainer().dataset["dessins"] ?? 0) + 1);
  }

  // Draw all that is shown on any canvas, for any part of the world; `grounded` when a base map is there,
  // `seen` for another view than the reader's.
  paint(ctx: CanvasRenderingContext2D, frame: Frame, paper: boolean, grounded = !paper && this.grounded, seen: Seen = this.store): void {
    const pass: Pass = { ...this.pass(frame, paper, seen), grounded, ctx };
    for (const painter of this.painters) painter.layout?.(pass);
    for (const painter of this.painters) {
      ctx.save();
      painter.paint(pass);
      ctx.restore();
    }
  }

  // A frame of a size, centred somewhere, at a zoom of Leaflet's.
  frameAt(centre: L.LatLng, zoom: number, width: number, height: number): Frame {
    const at = this.leaflet.project(centre, zoom);
    return { width, height, zoom, scale: 256 * 2 ** zoom, left: at.x - width / 2, top: at.y - height / 2 };
  }

  // What is under a point of the map's container, the topmost.
  pick(at: Point): Hit | null {
    return this.pickAll(at)[0] ?? null;
  }

  // All that lies there among things of the topmost kind, the nearest first.
  pickAll(at: Point, reach = REACH): readonly Hit[] {
    const inFrame = this.toFrame(at);
    const pass = { ...this.pass(this.frame, false), reach };
    for (const painter of [...this.painters].reverse()) {
      const hits = [painter.pick?.(pass, inFrame) ?? []].flat();
      if (hits.length) return hits;
    }
    return [];
  }

  // Show on the map which feature (its id) or commune (its code) is spoken of; "" for none.
  highlight(key: string): void {
    this.hovered.show(key, this.frame);
  }

  // What stands where in the last drawing, in pixels of the map's container.
  inspect(): Inspection {
    return inspect(this.frame);
  }

  // Whether a position stands within some pixels of a point of the map's container.
  near(position: Position, { x, y }: Point, pixels: number): boolean {
    const at = this.point(position);
    return Math.hypot(at.x - x, at.y - y) < pixels;
  }

  // Where a position stands in the map's container, in pixels.
  point(position: Position): Point {
    return this.leaflet.latLngToContainerPoint([position[1], position[0]]);
  }

  position(at: Point): Position {
    const { lat, lng } = this.leaflet.containerPointToLatLng([at.x, at.y]);
    return [lng, lat];
  }

  // Give the pointer to a tool, or back to the choice of features.
  use(tool: Tool | null): void {
    const before = this.tool;
    this.tool = tool;
    if (before && before !== tool) before.leave?.();
    this.leaflet.getContainer().style.cursor = tool?.cursor ?? "";
    this.pointer.changed();
    this.redraw();
  }

  get inUse(): Tool | null {
    return this.tool;
  }

  // Show the current territory, and follow it from there on.
  fitTerritory(animate = true): void {
    if (this.store.view.camera) {
      this.store.set({ camera: null }); // which brings back here
      return;
    }
    this.guide(() => this.fit(boxOf(this.atlas.place(this.store.view.territory).forme), animate));
  }

  // Show a box; `closest` is the zoom that is not passed.
  fit([west, south, east, north]: Box, animate = true, closest = 19): void {
    this.leaflet.fitBounds([[south, west], [north, east]], { ...this.padding(), animate: animate && !still(), maxZoom: closest });
  }

  // Move without that being told as the reader's own choice of what to see.
  guide(move: () => void): void {
    this.guided = performance.now() + GUIDED_MS;
    move();
  }

  // Zoom on a feature, or on what a measure covers.
  fitFeature(feature: Entite): void {
    const shape = feature.geometrie;
    if (!shape) {
      const covered = this.atlas.data.epci.filter((e) => feature.couvre.includes(e.siren)).map((e) => boxOf(e.forme));
      if (covered.length) this.fit(covered.reduce(joined), false);
      return;
    }
    const closest = feature.precision === "exacte" ? 15 : 13;
    const single = shape.kind === "point" && shape.parts[0]!.length === 2;
    if (single) this.leaflet.setView([shape.anchor[1], shape.anchor[0]], Math.max(this.leaflet.getZoom(), 13), { animate: false });
    else this.fit(boxOf(shape), false, closest);
  }

  // What the panels that stand on the map hide of it: painters and frames keep out of it.
  private padding(): L.FitBoundsOptions {
    const dock = document.querySelector<HTMLElement>(".dock");
    const over = dock && window.innerWidth > 720 ? this.leaflet.getContainer().getBoundingClientRect().right - dock.getBoundingClientRect().left : 0;
    const right = Math.max(0, over);
    return { paddingTopLeft: [18, 18], paddingBottomRight: [18 + right, 18] };
  }

  private pass(frame: Frame, paper: boolean, { view, select }: Seen = this.store): Omit<Pass, "ctx"> {
    return { frame, paper, atlas: this.atlas, view, select, shown: select.drawn(view), taken: [], grounded: this.grounded, reach: REACH };
  }

  // Whether a drag has brought into sight what is not drawn.
  private uncovered(): boolean {
    const at = this.leaflet.containerPointToLayerPoint([0, 0]).subtract(this.origin);
    const { x, y } = this.leaflet.getSize();
    return at.x < 0 || at.y < 0 || at.x + x > this.frame.width * this.large || at.y + y > this.frame.height * this.large;
  }

  private toFrame(at: Point): Point {
    const layer = this.leaflet.containerPointToLayerPoint([at.x, at.y]);
    return { x: (layer.x - this.origin.x) / this.large, y: (layer.y - this.origin.y) / this.large };
  }

  private followZoom(e: L.ZoomAnimEvent): void {
    const scale = this.leaflet.getZoomScale(e.zoom, this.frame.zoom + Math.log2(this.large));
    const { _getNewPixelOrigin } = this.leaflet as unknown as { _getNewPixelOrigin(centre: L.LatLng, zoom: number): L.Point };
    const corner = L.point(this.frame.left, this.frame.top).multiplyBy(scale * this.large).subtract(_getNewPixelOrigin.call(this.leaflet, e.center, e.zoom));
    for (const canvas of [this.canvas, this.hovered.canvas]) L.DomUtil.setTransform(canvas, corner, scale);
  }
}

function name(container: HTMLElement): void {
  container.setAttribute("role", "application");
  container.setAttribute("aria-label", "Carte : les flèches la déplacent, plus et moins en changent l’échelle");
}

// Whether the reader asks for no movement.
export function still(): boolean {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

