// The keys of a legend, and what a sheet of paper has beside its map: a scale bar and a north arrow.
import type { Couche } from "../model/data";
import { number } from "../ui/text";
import type { Mark } from "./entries";
import { dashes, fillOf, hatch, paintRecord, paintSymbol, type Looks } from "./look";
import { inkOf, palette } from "./palette";
import { positionIn, type Frame } from "./pass";

const NEUTRAL: Looks = { forme: "rond", picto: "", couleur: "#4b5157", texte: "#4b5157" };
const EARTH_M = 40_075_016.686; // around the equator, as Web Mercator has it

// The key of a layer, or of what is no layer, in a box: best twice as wide as it is high.
export function paintKey(ctx: CanvasRenderingContext2D, key: Couche | Mark, x: number, y: number, w: number, h: number, dark = false): void {
  ctx.save();
  if (typeof key === "string") markKey(ctx, key, x, y, w, h, dark);
  else layerKey(ctx, key, x, y, w, h, dark);
  ctx.restore();
}

function stroke(ctx: CanvasRenderingContext2D, points: readonly (readonly [number, number])[], colour: string, width: number, dash: number[] = []): void {
  ctx.beginPath();
  for (const [x, y] of points) ctx.lineTo(x, y);
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.setLineDash(dash);
  ctx.stroke();
}

// A stretch of line, a piece of ground, or the symbol alone.
function layerKey(ctx: CanvasRenderingContext2D, layer: Couche, x: number, y: number, w: number, h: number, dark: boolean): void {
  const [cx, cy] = [x + w / 2, y + h / 2];
  const { main } = inkOf(layer, dark);
  if (layer.lineaire) stroke(ctx, [[x + 1, cy], [x + w - 1, cy]], main, layer.epaisseur, dashes(layer));
  else if (layer.surfacique) {
    ctx.beginPath();
    ctx.rect(x + 1, y + 1, w - 2, h - 2);
    ctx.fillStyle = fillOf(ctx, layer, { left: -x, top: -y }, dark) ?? "transparent";
    ctx.fill();
    ctx.strokeStyle = main;
    ctx.lineWidth = Math.min(layer.epaisseur, 1.5);
    ctx.setLineDash(dashes(layer));
    ctx.stroke();
  }
  ctx.setLineDash([]);
  if (!layer.inventaire) {
    if (!layer.lineaire || layer.ponctuel) paintSymbol(ctx, layer, "exacte", cx, cy, Math.min(w, h) - (layer.surfacique ? 3 : 0), dark);
  } else if (!layer.lineaire) paintRecord(ctx, layer, cx, cy, h / 5, dark);
}

function markKey(ctx: CanvasRenderingContext2D, mark: Mark, x: number, y: number, w: number, h: number, dark: boolean): void {
  const [cx, cy] = [x + w / 2, y + h / 2];
  const colours = palette(dark);
  const { main, text } = inkOf(NEUTRAL, dark);
  if (mark === "epci" || mark === "limite") {
    stroke(ctx, [[x + 1, cy], [x + w - 1, cy]], mark === "epci" ? colours.ink : colours.faint, mark === "epci" ? 2 : 1);
  } else if (mark === "releve") {
    ["carre", "rond", "triangle"].forEach((forme, i) => paintRecord(ctx, { ...NEUTRAL, forme }, cx + (i - 1) * h * 0.5, cy, h / 6, dark));
  } else if (mark === "territoire") {
    ctx.beginPath();
    ctx.rect(x + 2, y + 2, w - 4, h - 4);
    ctx.fillStyle = hatch(ctx, "hachures", main, 0.06, { left: -x, top: -y });
    ctx.fill();
    ctx.strokeStyle = text;
    ctx.setLineDash([4, 2.5]);
    ctx.stroke();
  } else if (mark === "ecart") {
    stroke(ctx, [[cx - w * 0.3, y + h - 3], [cx + w * 0.15, cy]], text, 1);
    ctx.beginPath();
    ctx.arc(cx - w * 0.3, y + h - 3, 1.8, 0, 2 * Math.PI);
    ctx.fillStyle = text;
    ctx.fill();
    paintSymbol(ctx, NEUTRAL, "exacte", cx + w * 0.15, cy - 1, h * 0.66, dark);
  } else {
    if (mark === "indicative") {
      const ends = [[x + 1, cy], [x + w - 1, cy]] as const;
      stroke(ctx, ends, main, 4);
      stroke(ctx, ends, colours.land, 1.6);
    }
    paintSymbol(ctx, NEUTRAL, mark, cx, cy, Math.min(w, h) - 1, dark);
  }
}

// The length of a round number of metres or kilometres, at most `most` pixels long, in the middle of a frame.
export function scaleOf(frame: Frame, most: number): { metres: number; pixels: number; text: string } {
  const [, lat] = positionIn(frame, { x: frame.width / 2, y: frame.height / 2 });
  const metresInPixel = (EARTH_M * Math.cos((lat * Math.PI) / 180)) / frame.scale;
  const power = 10 ** Math.floor(Math.log10(most * metresInPixel));
  const metres = [5, 2, 1].map((n) => n * power).find((n) => n <= most * metresInPixel)!;
  const text = metres >= 1000 ? `${number(metres / 1000)}\u202fkm` : `${number(metres)}\u202fm`;
  return { metres, pixels: metres / metresInPixel, text };
}

// A scale bar, its left end and its foot at a place; returns the width it takes.
export function paintScale(ctx: CanvasRenderingContext2D, frame: Frame, x: number, y: number, most = 140, colour = palette(false).ink): number {
  const { pixels, text } = scaleOf(frame, most);
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = colour;
  ctx.lineWidth = 1.5;
  ctx.strokeRect(x, y - 5, pixels, 5);
  ctx.fillRect(x, y - 5, pixels / 2, 5);
  ctx.font = '400 12px "Source Sans 3", sans-serif';
  ctx.textBaseline = "bottom";
  ctx.textAlign = "left";
  ctx.fillText("0", x, y - 7);
  ctx.textAlign = "right";
  ctx.fillText(text, x + pixels + 2, y - 7);
  ctx.restore();
  return pixels + 2;
}

// A north arrow around a place, of a height: the map always has the north on top.
export function paintNorth(ctx: CanvasRenderingContext2D, x: number, y: number, height = 40, colour = palette(false).ink): void {
  ctx.save();
  ctx.translate(x, y);
  ctx.scale(height / 40, height / 40);
  ctx.fillStyle = ctx.strokeStyle = colour;
  ctx.lineWidth = 1;
  ctx.lineJoin = "round";
  ctx.beginPath();
  for (const [dx, dy] of [[0, -7], [8, 20], [0, 14]] as const) ctx.lineTo(dx, dy);
  ctx.closePath();
  ctx.fill();
  ctx.beginPath();
  for (const [dx, dy] of [[0, -7], [-8, 20], [0, 14]] as const) ctx.lineTo(dx, dy);
  ctx.closePath();
  ctx.stroke();
  ctx.font = '600 13px "Source Sans 3", sans-serif';
  ctx.textAlign = "center";
  ctx.textBaseline = "alphabetic";
  ctx.fillText("N", 0, -10);
  ctx.restore();
}
