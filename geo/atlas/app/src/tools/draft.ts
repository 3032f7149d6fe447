// Places put one after the other on the map: with the pointer, a finger, or the keyboard's cross.
import type { Tool } from "../map/map";
import { Z, place, type Painter, type Point } from "../map/pass";
import { palette } from "../map/palette";
import type { Position } from "../model/data";
import { rounded } from "../geometry/coordinates";
import type { App } from "../ui/app";
import { show } from "./session";

const STEP_PX = 60; // that an arrow moves the map, a tenth of it with Shift
const SAME_PX = 5; // two clicks so near are one double click
const CLOSING_PX = 12; // a click so near to the first corner closes the outline
const ARROWS: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

let drawn: Draft | null = null; // what the painter draws

export abstract class Draft implements Tool {
  readonly cursor = "crosshair";
  readonly closed: boolean = false;
  places: Position[] = [];
  hover: Position | null = null;
  private byKeys = true; // whether Enter puts a place, or ends what the pointer drew

  constructor(protected readonly app: App) {}

  // Say what there is now.
  protected abstract tell(status: string): void;
  protected abstract end(): void;

  start(): void {
    const { leaflet } = this.app.map;
    this.app.map.use(this);
    drawn = this;
    leaflet.doubleClickZoom.disable();
    leaflet.keyboard.disable();
    this.tell("");
    // after the menu has given the focus back to its button
    requestAnimationFrame(() => leaflet.getContainer().focus({ preventScroll: true }));
  }

  stop = (): void => this.app.map.use(null);

  leave(): void {
    const { leaflet } = this.app.map;
    if (drawn === this) drawn = null;
    leaflet.doubleClickZoom.enable();
    leaflet.keyboard.enable();
    show(null);
    this.app.map.redraw();
  }

  click(at: Position, point: Point): void {
    const last = this.places.at(-1);
    if (last && this.app.map.near(last, point, SAME_PX)) return;
    this.byKeys = false;
    const [first] = this.places;
    if (this.closed && this.places.length > 2 && this.app.map.near(first!, point, CLOSING_PX)) this.end();
    else this.add(at);
  }

  double(): void {
    this.end();
  }

  move(at: Position): void {
    this.hover = at;
    this.app.map.redraw();
  }

  key(e: KeyboardEvent): boolean {
    if (e.key === "Escape") {
      this.stop();
      return true;
    }
    if (!this.hearsKeys(e)) return false;
    const arrow = ARROWS[e.key];
    const { leaflet } = this.app.map;
    if (arrow) {
      const step = e.shiftKey ? STEP_PX / 10 : STEP_PX;
      leaflet.panBy([arrow[0] * step, arrow[1] * step], { animate: false });
      this.hover = null;
      this.byKeys = true;
    } else if (e.key === "+" || e.key === "-") leaflet.setZoom(leaflet.getZoom() + (e.key === "+" ? 1 : -1), { animate: false });
    else if (e.key === "Enter") this.enter();
    else if (e.key === "Backspace" || e.key === "Delete") this.undo();
    else return false;
    return true;
  }

  // Put a place at the cross; a second time at the same place ends.
  atCross = (): void => {
    const { lat, lng } = this.app.map.leaflet.getCenter();
    this.byKeys = true;
    this.add([lng, lat]);
  };

  undo = (): void => {
    if (!this.places.length) return;
    this.places = this.places.slice(0, -1);
    this.tell("Dernier point retiré.");
    this.app.map.redraw();
  };

  // What is drawn now, to the pointer or to the cross.
  get path(): readonly Position[] {
    return this.places;
  }

  protected add(at: Position): void {
    this.places = [...this.places, rounded(at)];
    this.tell("");
    this.app.map.redraw();
  }

  private enter(): void {
    const { x, y } = this.app.map.leaflet.getSize().divideBy(2);
    const last = this.places.at(-1);
    const again = last && this.app.map.near(last, { x, y }, SAME_PX);
    if (this.places.length && (again || !this.byKeys)) this.end();
    else this.atCross();
  }

  // Keys typed in fields and on buttons are theirs.
  private hearsKeys(e: KeyboardEvent): boolean {
    const target = e.target as Element;
    return target === document.body || target === this.app.map.leaflet.getContainer();
  }
}

export const draftPainter: Painter = {
  z: Z.tools,
  paint({ ctx, frame, paper, view }) {
    if (!drawn || paper) return;
    const points = [...drawn.path, ...(drawn.hover && drawn.places.length ? [drawn.hover] : [])].map((at) => place(frame, at));
    if (!points.length) return;
    const { ink, halo } = palette(view.dark);
    ctx.beginPath();
    points.forEach(({ x, y }, i) => (i ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
    if (drawn.closed && points.length > 2) ctx.closePath();
    ctx.lineJoin = "round";
    for (const [colour, width, dash] of [[halo, 5, []], [ink, 2, [7, 4]]] as const) {
      ctx.strokeStyle = colour;
      ctx.lineWidth = width;
      ctx.setLineDash([...dash]);
      ctx.stroke();
    }
    ctx.setLineDash([]);
    for (const { x, y } of drawn.places.map((at) => place(frame, at))) {
      ctx.beginPath();
      ctx.arc(x, y, 5, 0, 2 * Math.PI);
      ctx.fillStyle = halo;
      ctx.fill();
      ctx.strokeStyle = ink;
      ctx.stroke();
    }
  },
};
