// The legend of a thematic view on any canvas: classes as keys, circles at their true size.
import type { Atlas } from "../model/atlas";
import { palette } from "../map/palette";
import type { View } from "../state/view";
import { hatching, legendOf, type Circle, type Row } from "./legend";

export interface ThemeKey {
  readonly id: string;
  readonly text: string;
  readonly group: string;
  readonly size?: readonly [width: number, height: number]; // in pixels of the map, at whose scale it is painted, words and all
  paint(ctx: CanvasRenderingContext2D, width: number, height: number): void;
}

// The keys of the classes, under the title of the theme.
export function themeKeys(view: View, atlas: Atlas, dark: boolean): ThemeKey[] {
  const told = legendOf(view, atlas, dark);
  if (!told) return [];
  const group = `${told.subject}, ${told.title.charAt(0).toLowerCase()}${told.title.slice(1)}`;
  const rows = told.rows.map((row): ThemeKey => ({
    id: `theme ${row.label}`, text: `${row.label} (${row.count})`, group,
    paint: (ctx, width, height) => swatch(ctx, row, width, height, dark),
  }));
  return told.circles.length ? [circlesKey(told.circles, told.colour, group, dark), ...rows] : rows;
}

// What is said under a map: the method of the classes, what is left out.
export function themeNotes(view: View, atlas: Atlas): string[] {
  return legendOf(view, atlas, false)?.lines ?? [];
}

const [WIDE, HIGH] = [30, 15];

function swatch(ctx: CanvasRenderingContext2D, row: Row, width: number, height: number, dark: boolean): void {
  const [x, y] = [(width - WIDE) / 2, (height - HIGH) / 2];
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, y, WIDE, HIGH);
  ctx.fillStyle = row.colour || palette(dark).land;
  ctx.fill();
  ctx.strokeStyle = palette(dark).ink;
  ctx.lineWidth = 1;
  ctx.stroke();
  if (row.hatch) {
    ctx.clip();
    ctx.beginPath();
    for (let left = x - HIGH; left < x + WIDE; left += 6) {
      ctx.moveTo(left + HIGH, y);
      ctx.lineTo(left, y + HIGH);
    }
    ctx.strokeStyle = hatching(dark);
    ctx.stroke();
  }
  ctx.restore();
}

const [PAD, LINE, FONT] = [4, 16, '12.5px "Source Sans 3", sans-serif'];

const BESIDE = 130; // pixels for the values beside the circles

function circlesKey(circles: readonly Circle[], colour: string, group: string, dark: boolean): ThemeKey {
  const most = circles[0]!.radius;
  const base = PAD + LINE / 2 + Math.max(2 * most, (circles.length - 1) * LINE); // on which they stand
  const lines: number[] = [];
  for (const { radius } of circles) lines.push(Math.max(base - 2 * radius, (lines.at(-1) ?? -Infinity) + LINE));
  return {
    id: "theme cercles", text: `Cercles de ${circles.map((c) => c.label).join(", ")}`, group,
    size: [2 * most + BESIDE, Math.max(base, lines.at(-1)! + LINE / 2) + PAD],
    paint: (ctx) => {
      ctx.save();
      ctx.font = FONT;
      nested(ctx, circles.map((circle, i) => ({ ...circle, line: lines[i]! })), colour, PAD + most, base, dark);
      ctx.restore();
    },
  };
}

// Circles one in the other on the same line, each with its value.
function nested(ctx: CanvasRenderingContext2D, circles: readonly (Circle & { line: number })[], colour: string, x: number, base: number, dark: boolean): void {
  const right = x + circles[0]!.radius;
  for (const { radius, label, line } of circles) {
    const top = base - 2 * radius;
    ctx.beginPath();
    ctx.arc(x, base - radius, radius, 0, 2 * Math.PI);
    ctx.globalAlpha = 0.35;
    ctx.fillStyle = colour;
    ctx.fill();
    ctx.globalAlpha = 1;
    ctx.moveTo(x, top);
    ctx.lineTo(right + 12, line);
    ctx.strokeStyle = colour;
    ctx.lineWidth = 1.25;
    ctx.stroke();
    ctx.fillStyle = palette(dark).ink;
    ctx.textAlign = "left";
    ctx.textBaseline = "middle";
    ctx.fillText(label, right + 15, line);
  }
}
