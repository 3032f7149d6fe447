// How a layer looks: one shape and one pictogram each, a hatch where it fills, the colour of its axis.
import type { Couche } from "../model/data";
import { inkOf } from "./palette";
import type { Frame } from "./pass";

// Shapes of 24 x 24.
const SHAPES: Record<string, string> = {
  rond: "M12 1.5a10.5 10.5 0 1 0 0 21a10.5 10.5 0 1 0 0-21z",
  carre: "M4 2h16a2 2 0 0 1 2 2v16a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2z",
  losange: "M12 .6L23.4 12L12 23.4L.6 12z",
  hexagone: "M6.2 2h11.6L23.4 12l-5.6 10H6.2L.6 12z",
  triangle: "M12 .8L23.6 21.6H.4z",
  ecu: "M2 2.2h20v9.8c0 5.6-4.6 9-10 11.4C6.6 21 2 17.6 2 12z",
};

// Scale and place of the 15 x 15 pictogram inside the shape.
const FRAMES: Record<string, readonly [number, number, number]> = {
  rond: [0.88, 5.4, 5.4],
  carre: [0.94, 4.95, 4.95],
  losange: [0.72, 6.6, 6.6],
  hexagone: [0.86, 5.55, 5.55],
  triangle: [0.64, 7.2, 9.6],
  ecu: [0.8, 6, 4.2],
};

// The corners of the same shapes, small and plain, around 0 with a radius of 1.
const CORNERS: Record<string, readonly (readonly [number, number])[]> = {
  carre: [[-0.88, -0.88], [0.88, -0.88], [0.88, 0.88], [-0.88, 0.88]],
  losange: [[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]],
  hexagone: [[-0.55, -0.95], [0.55, -0.95], [1.1, 0], [0.55, 0.95], [-0.55, 0.95], [-1.1, 0]],
  triangle: [[0, -1.15], [1.15, 0.85], [-1.15, 0.85]],
  ecu: [[-0.9, -0.95], [0.9, -0.95], [0.9, 0.2], [0, 1.15], [-0.9, 0.2]],
};

// What a hatch repeats in its 8 x 8 cell.
const HATCHES: Record<string, string> = {
  hachures: "M0 8L8 0M-1 1L1-1M7 9L9 7",
  quadrillage: "M0 4H8M4 0V8",
  croix: "M1.5 4H6.5M4 1.5V6.5",
  points: "M3.9 4H4.1",
};

const BOX = 26.4; // of a shape with its outline
const CELL = 8;
const NO_PICTOGRAM = 12; // pixels under which a symbol is its shape alone

const paths = new Map<string, Path2D>();
const sprites = new Map<string, HTMLCanvasElement>();
const cells = new Map<string, HTMLCanvasElement>();

function pathOf(data: string): Path2D {
  let path = paths.get(data);
  if (!path) {
    path = new Path2D(data);
    paths.set(data, path);
  }
  return path;
}

// Pixels of the canvas in one of CSS.
export function ratioOf(ctx: CanvasRenderingContext2D): number {
  return ctx.getTransform().a || 1;
}

export type Looks = Pick<Couche, "couleur" | "texte" | "forme" | "picto">;

// A symbol around a place: a precise location is filled, a town is a white symbol, an indicative one is dashed.
export function paintSymbol(ctx: CanvasRenderingContext2D, looks: Looks, precision: string, x: number, y: number, size: number, dark = false): void {
  const { main, text, mark, paper } = inkOf(looks, dark);
  const sure = precision === "exacte" || precision === "adresse";
  const shape = pathOf(SHAPES[looks.forme] ?? SHAPES["rond"]!);
  ctx.save();
  ctx.translate(x, y);
  ctx.scale(size / BOX, size / BOX);
  ctx.translate(-12, -12);
  ctx.lineJoin = "round";
  ctx.strokeStyle = ctx.fillStyle = paper;
  ctx.lineWidth = 3.4;
  ctx.stroke(shape);
  ctx.fillStyle = sure ? main : paper;
  ctx.fill(shape);
  ctx.strokeStyle = main;
  ctx.lineWidth = sure ? 1.2 : 2;
  if (precision === "indicative") ctx.setLineDash([3.4, 2.2]);
  ctx.stroke(shape);
  if (size >= NO_PICTOGRAM && looks.picto) {
    const [scale, left, top] = FRAMES[looks.forme] ?? [0.8, 6, 6];
    ctx.translate(left, top);
    ctx.scale(scale, scale);
    ctx.fillStyle = sure ? mark : text;
    ctx.fill(pathOf(looks.picto));
  }
  ctx.restore();
}

// The same, drawn once for each look and kept.
export function stampSymbol(ctx: CanvasRenderingContext2D, layer: Couche, precision: string, x: number, y: number, size: number, dark: boolean): void {
  const side = size + 6;
  const image = sprite(`${layer.id}|${precision}|${size}|${dark}`, side, ratioOf(ctx), (own) => {
    own.shadowColor = "rgb(0 0 0 / 30%)";
    own.shadowBlur = 1.5 * ratioOf(own);
    own.shadowOffsetY = 0.5 * ratioOf(own);
    paintSymbol(own, { ...layer, picto: "" }, precision, side / 2, side / 2, size, dark);
    own.shadowColor = "transparent";
    paintSymbol(own, layer, precision, side / 2, side / 2, size, dark);
  });
  stamp(ctx, image, x, y, side);
}

// The image of a record: the small shape of its layer.
export function recordImage(layer: Looks & { id: string }, radius: number, ratio: number, dark: boolean): HTMLCanvasElement {
  const side = recordSide(radius);
  return sprite(`.${layer.id}|${radius}|${dark}`, side, ratio, (own) => paintRecord(own, layer, side / 2, side / 2, radius, dark));
}

export function recordSide(radius: number): number {
  return Math.ceil(2 * (1.2 * radius + 1));
}

export function paintRecord(ctx: CanvasRenderingContext2D, looks: Looks, x: number, y: number, radius: number, dark = false): void {
  const { main, paper } = inkOf(looks, dark);
  ctx.beginPath();
  const corners = CORNERS[looks.forme];
  if (corners) for (const [dx, dy] of corners) ctx.lineTo(x + dx * radius, y + dy * radius);
  else ctx.arc(x, y, radius, 0, 2 * Math.PI);
  ctx.closePath();
  ctx.fillStyle = main;
  ctx.strokeStyle = paper;
  ctx.lineWidth = 1;
  ctx.fill();
  ctx.stroke();
}

function sprite(key: string, side: number, ratio: number, draw: (ctx: CanvasRenderingContext2D) => void): HTMLCanvasElement {
  const name = `${key}|${ratio}`;
  const known = sprites.get(name);
  if (known) return known;
  const image = document.createElement("canvas");
  image.width = image.height = Math.ceil(side * ratio);
  const ctx = image.getContext("2d")!;
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  draw(ctx);
  sprites.set(name, image);
  return image;
}

// On whole pixels of the canvas: sharper, and faster.
function stamp(ctx: CanvasRenderingContext2D, image: HTMLCanvasElement, x: number, y: number, side: number): void {
  const ratio = ratioOf(ctx);
  ctx.drawImage(image, Math.round((x - side / 2) * ratio) / ratio, Math.round((y - side / 2) * ratio) / ratio, image.width / ratio, image.height / ratio);
}

// How the polygons of a layer are filled; nothing where they are not. Hatches stand still on the land.
export function fillOf(ctx: CanvasRenderingContext2D, layer: Couche, frame: Pick<Frame, "left" | "top">, dark: boolean): string | CanvasPattern | null {
  if (!layer.remplissage) return null;
  const { main } = inkOf(layer, dark);
  return HATCHES[layer.motif] ? hatch(ctx, layer.motif, main, layer.remplissage, frame) : `color-mix(in srgb, ${main} ${layer.remplissage * 100}%, transparent)`;
}

// A hatch of a colour, over a ground of the same colour.
export function hatch(ctx: CanvasRenderingContext2D, kind: string, colour: string, ground: number, { left, top }: Pick<Frame, "left" | "top">): CanvasPattern {
  const ratio = ratioOf(ctx);
  const key = `${kind}|${colour}|${ground}|${ratio}`;
  let cell = cells.get(key);
  if (!cell) {
    cell = hatchCell(kind, colour, ground, ratio);
    cells.set(key, cell);
  }
  const pattern = ctx.createPattern(cell, "repeat")!;
  const scale = CELL / cell.width;
  const [x, y] = [left % CELL, top % CELL].map((offset) => -Math.round(offset * ratio) / ratio); // whole pixels are laid faster
  pattern.setTransform(new DOMMatrix([scale, 0, 0, scale, x!, y!]));
  return pattern;
}

function hatchCell(kind: string, colour: string, ground: number, ratio: number): HTMLCanvasElement {
  const cell = document.createElement("canvas");
  cell.width = cell.height = Math.round(CELL * ratio);
  const ctx = cell.getContext("2d")!;
  ctx.scale(cell.width / CELL, cell.width / CELL);
  ctx.fillStyle = ctx.strokeStyle = colour;
  ctx.globalAlpha = ground;
  ctx.fillRect(0, 0, CELL, CELL);
  ctx.globalAlpha = 0.6;
  ctx.lineWidth = kind === "points" ? 2.2 : 1;
  ctx.lineCap = kind === "points" ? "round" : "butt";
  const lines = HATCHES[kind];
  if (lines) ctx.stroke(pathOf(lines));
  return cell;
}

export function dashes(layer: Pick<Couche, "tirets">): number[] {
  return layer.tirets.split(/[ ,]+/).map(Number).filter((n) => n > 0);
}
