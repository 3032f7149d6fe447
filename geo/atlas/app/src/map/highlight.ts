// What the pointer is on, or the list speaks of, drawn over the map without drawing the map again.
import L from "leaflet";
import type { Entite } from "../model/data";
import { positions } from "../model/geometry";
import { batch, trace } from "./batch";
import { inkOf, palette } from "./palette";
import { outline } from "./painters/chosen";
import { placedIn } from "./painters/symbols";
import { place, type Frame } from "./pass";
import type { MapView } from "./map";

const WASH = "rgb(233 217 167 / 35%)"; // over a commune
const WASH_DARK = "rgb(233 217 167 / 18%)";

export class Highlight {
  readonly canvas = document.createElement("canvas");
  private shown = "";
  private size = { width: 0, height: 0, ratio: 1, large: 1 };

  constructor(private readonly map: MapView) {
    this.canvas.className = "dessin leaflet-zoom-animated";
    this.canvas.setAttribute("aria-hidden", "true");
  }

  // The map was drawn elsewhere: stand over it, empty, and as small as can be until something is shown.
  follow(origin: L.Point, width: number, height: number, ratio: number, large: number): void {
    L.DomUtil.setTransform(this.canvas, origin, 1);
    this.size = { width, height, ratio, large };
    this.canvas.width = this.canvas.height = 0;
    this.shown = "";
  }

  show(key: string, frame: Frame): void {
    if (key === this.shown) return;
    const { width, height, ratio, large } = this.size;
    const ctx = this.canvas.getContext("2d")!;
    if (this.shown) ctx.clearRect(0, 0, frame.width, frame.height);
    else {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
      Object.assign(this.canvas.style, { width: `${width}px`, height: `${height}px` });
      ctx.setTransform(ratio * large, 0, 0, ratio * large, 0, 0);
    }
    this.shown = key;
    const { atlas } = this.map;
    const feature = atlas.features.get(key);
    const commune = feature ? undefined : atlas.communes.get(key);
    ctx.save();
    if (feature) this.feature(ctx, frame, feature);
    else if (commune) {
      trace(ctx, frame, batch([commune.forme]), { closed: true });
      ctx.fillStyle = this.map.store.view.dark ? WASH_DARK : WASH;
      ctx.fill();
    }
    ctx.restore();
  }

  private feature(ctx: CanvasRenderingContext2D, frame: Frame, feature: Entite): void {
    const dark = this.map.store.view.dark;
    const { ink } = palette(dark);
    const layer = this.map.atlas.layer(feature);
    const symbol = placedIn(frame).find((one) => one.feature === feature);
    const shape = feature.geometrie;
    if (shape && shape.kind !== "point") outline(ctx, frame, feature, inkOf(layer, dark).text, shape.kind === "line" ? layer.epaisseur + 2 : 2.5);
    const at = symbol ? [symbol] : shape?.kind === "point" ? positions(shape.parts[0]!).map((p) => place(frame, p)) : [];
    for (const { x, y } of at) {
      ctx.beginPath();
      ctx.arc(x, y, symbol ? symbol.size / 2 + 4 : 8, 0, 2 * Math.PI);
      ctx.strokeStyle = ink;
      ctx.lineWidth = 2.5;
      ctx.stroke();
    }
  }
}
