// The names on the map: EPCI and main towns first, then, around the symbols, those that still have room.
import type { Commune, Epci } from "../../model/data";
import { plural } from "../../ui/text";
import { isDark, palette } from "../palette";
import { free } from "../placement";
import { place, Z, type Frame, type Painter, type Pass, type Point, type Rect } from "../pass";

export interface Name extends Rect { text: string; size: number; weight: number; kind: "epci" | "commune"; pale: boolean; under: string }

const TOWN = 9000; // inhabitants from which a commune is marked as a town
const DOT = 3.5;
const FAMILY = '"Source Sans 3", "Segoe UI", system-ui, sans-serif';
const SPACED = 0.06; // between the capitals of an EPCI, in heights of the type

const written = new WeakMap<Frame, Name[]>();
const widths = new Map<string, number>();

// The names of the last drawing of a frame.
export function namesIn(frame: Frame): readonly Name[] {
  return written.get(frame) ?? [];
}

function widthOf(ctx: CanvasRenderingContext2D, text: string, size: number, weight: number, spaced = 0): number {
  const key = `${weight}|${size}|${text}`;
  let width = widths.get(key);
  if (width === undefined) {
    ctx.save();
    ctx.font = `${weight} ${size}px ${FAMILY}`;
    width = ctx.measureText(text).width + spaced * size * text.length;
    ctx.restore();
    widths.set(key, width);
  }
  return width;
}

// Where the name of an EPCI may stand, the middle of its land first: one is always named.
function around(step: number): [number, number][] {
  const rows = [0, -step, step, -2 * step, 2 * step];
  return [0, -45, 45].flatMap((dx) => rows.map((dy): [number, number] => [dx, dy]));
}

// What of the frame is in sight.
function sight({ width, height, inset = { x: 0, y: 0 } }: Frame): Rect {
  return { x: inset.x + 3, y: inset.y + 3, w: width - 2 * inset.x - 6, h: height - 2 * inset.y - 6 };
}

function within({ x, y, w, h }: Rect, p: Point): boolean {
  return p.x > x && p.x < x + w && p.y > y && p.y < y + h;
}

// A box around a place, pushed into sight.
function boxAt(at: Point, w: number, h: number, { x, y, w: width, h: height }: Rect): Rect {
  return { x: Math.max(x, Math.min(x + width - w, at.x - w / 2)), y: Math.max(y, Math.min(y + height - h, at.y - h / 2)), w, h };
}

// Measures of each EPCI, told under its name when the map is near enough.
function measuresOf({ shown, frame }: Pass): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  if (frame.zoom < 10.4) return counts;
  for (const feature of shown) {
    if (feature.precision === "territoire") for (const siren of feature.epci) counts.set(siren, (counts.get(siren) ?? 0) + 1);
  }
  return counts;
}

function nameEpci(pass: Pass, epci: Epci, count: number, list: Name[]): void {
  const { ctx, frame, taken } = pass;
  const current = pass.atlas.siren(pass.view.territory);
  const active = !current || current === epci.siren;
  const at = place(frame, epci.etiquette);
  const seen = sight(frame);
  if (!within(seen, at)) return;
  const size = frame.zoom < 9 ? 10 : 13;
  const text = epci.court.toUpperCase();
  const under = count && active ? plural(count, "mesure de territoire", "mesures de territoire") : "";
  const width = Math.max(widthOf(ctx, text, size, 600, SPACED), under ? widthOf(ctx, under, 12, 400) : 0) + 8;
  const step = frame.zoom < 9 ? 13 : 24;
  const box = free(boxAt(at, width, size + (under ? 21 : 5), seen), taken, around(step), seen);
  if (!box) return;
  taken.push(box);
  list.push({ ...box, text, size, weight: 600, kind: "epci", pale: !active, under });
}

// Communes that may be named, the current one first, then the most populated.
function candidates({ atlas, view, frame }: Pass): { commune: Commune; at: Point }[] {
  const current = atlas.siren(view.territory);
  const seen = sight(frame);
  return atlas.data.communes
    .filter((c) => !current || c.siren === current || frame.zoom > 11.5)
    .map((commune) => ({ commune, at: place(frame, commune.centre) }))
    .filter(({ at }) => within(seen, at))
    .sort((a, b) => Number(b.commune.insee === view.territory) - Number(a.commune.insee === view.territory) || b.commune.population - a.commune.population);
}

// Inhabitants from which a commune is named before the symbols; of a chosen EPCI, the first four always are.
function threshold({ atlas, view, frame: { zoom } }: Pass): number {
  const current = atlas.siren(view.territory);
  const own = atlas.data.communes.filter((c) => c.siren === current).map((c) => c.population).sort((a, b) => b - a);
  return Math.min(zoom < 9 ? 38000 : zoom < 9.7 ? 24000 : zoom < 10.4 ? 16000 : zoom < 11.2 ? 9000 : 5000, own[3] ?? Infinity);
}

function nameCommune({ ctx, frame, taken }: Pass, { commune, at }: { commune: Commune; at: Point }, list: Name[]): void {
  const town = commune.population >= TOWN;
  const size = frame.zoom < 9 ? 11 : town ? 13 : 12;
  const weight = town ? 600 : 400;
  const seen = sight(frame);
  const box = boxAt(at, widthOf(ctx, commune.nom, size, weight) + 7, size + 4, seen);
  const side = box.w / 2 + 7;
  const spot = free(box, taken, [[0, 14], [0, -14], [side, 0], [-side, 0], [0, 22], [0, -22], [side, 12], [-side, 12], [side, -12], [-side, -12], ...(town ? wider(side) : [])], seen);
  if (!spot) return;
  taken.push(spot);
  list.push({ ...spot, text: commune.nom, size, weight, kind: "commune", pale: !town, under: "" });
}

// A town may be named a little further from its mark.
function wider(side: number): [number, number][] {
  return [[side / 2, 26], [-side / 2, 26], [side / 2, -26], [-side / 2, -26], [side + 8, 20], [-side - 8, 20], [side + 8, -20], [-side - 8, -20]];
}

function markOf(at: Point): Rect {
  return { x: at.x - 5, y: at.y - 5, w: 10, h: 10 };
}

const marks = new WeakMap<Frame, Point[]>();

export const towns: Painter = {
  z: Z.symbols - 1,
  layout(pass) {
    const list: Name[] = [];
    const least = threshold(pass);
    const named = candidates(pass).filter(({ commune }) => commune.population >= least);
    const dots = named.filter(({ commune }) => commune.population >= TOWN).map(({ at }) => at);
    pass.taken.push(...dots.map(markOf));
    const counts = measuresOf(pass);
    if (pass.frame.zoom < 12.5) for (const epci of pass.atlas.data.epci) nameEpci(pass, epci, counts.get(epci.siren) ?? 0, list);
    for (const one of named) nameCommune(pass, one, list);
    marks.set(pass.frame, dots);
    written.set(pass.frame, list);
  },
  paint(pass) {
    const colours = palette(isDark(pass));
    for (const { x, y } of marks.get(pass.frame) ?? []) {
      pass.ctx.beginPath();
      pass.ctx.arc(x, y, DOT, 0, 2 * Math.PI);
      pass.ctx.fillStyle = colours.ink;
      pass.ctx.strokeStyle = colours.halo;
      pass.ctx.lineWidth = 1.5;
      pass.ctx.fill();
      pass.ctx.stroke();
    }
  },
};

function write(pass: Pass, name: Name): void {
  const { ctx } = pass;
  const colours = palette(isDark(pass));
  const put = (text: string, y: number, size: number, weight: number, colour: string): void => {
    ctx.font = `${weight} ${size}px ${FAMILY}`;
    ctx.strokeText(text, name.x + name.w / 2, y);
    ctx.fillStyle = colour;
    ctx.fillText(text, name.x + name.w / 2, y);
  };
  ctx.strokeStyle = colours.halo;
  ctx.lineWidth = pass.grounded ? 4.5 : 3.5;
  ctx.letterSpacing = name.kind === "epci" ? `${SPACED * name.size}px` : "0px";
  ctx.globalAlpha = name.pale && name.kind === "epci" ? 0.8 : 1;
  put(name.text, name.y + 2.5 + name.size / 2, name.size, name.weight, name.pale ? colours.soft : colours.ink);
  ctx.letterSpacing = "0px";
  if (name.under) put(name.under, name.y + name.size + 13, 12, 400, colours.soft);
}

export const names: Painter = {
  z: Z.names,
  layout(pass) {
    if (pass.frame.zoom < 10.3) return;
    const least = threshold(pass);
    const list = written.get(pass.frame)!;
    for (const one of candidates(pass)) if (one.commune.population < least) nameCommune(pass, one, list);
  },
  paint(pass) {
    pass.ctx.textAlign = "center";
    pass.ctx.textBaseline = "middle";
    pass.ctx.lineJoin = "round";
    for (const name of namesIn(pass.frame)) write(pass, name);
  },
};
