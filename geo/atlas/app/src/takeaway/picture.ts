// A picture of the map: title, map, legend in words, scale, north, sources and date on one canvas.
import type { App } from "../ui/app";
import { marginsOf, type Key } from "./signs";
import { frameFor, paintMap, seen, takenUnder, type Under } from "./mapframe";
import { describe, type Words } from "./words";
import { wrap } from "./wrap";

// A size in CSS pixels, drawn at a ratio: 96 pixels an inch, so that 3.125 makes 300.
export interface Size { readonly id: string; readonly title: string; readonly width: number; readonly height: number; readonly ratio: number }

const DPI_300 = 300 / 96;
const paper = (id: string, title: string, width: number, height: number): Size => ({ id, title, width: (width / 25.4) * 96, height: (height / 25.4) * 96, ratio: DPI_300 });

export const SIZES: readonly Size[] = [
  { id: "ecran", title: "Écran ou diapositive", width: 1280, height: 720, ratio: 2 },
  paper("a4", "A4 paysage, 300\u00a0points par pouce", 297, 210),
  paper("a3", "A3 paysage, 300\u00a0points par pouce", 420, 297),
];

const FONT = '"Source Sans 3", "Segoe UI", system-ui, sans-serif';
const INK = "#23272d";
const SOFT = "#4d5258";
const PAPER = "#fffdf9";
const KEY = 40; // width of a symbol of the legend
const KEY_HIGH = 23;
const GAP = 18;

interface Text { readonly size: number; readonly weight: 400 | 600; readonly colour: string }
interface Block { readonly lines: readonly string[]; readonly text: Text; readonly height: number }
interface Entry extends Block { readonly key: Key | null }
interface Legend { readonly columns: readonly (readonly Entry[])[]; readonly width: number; readonly column: number; readonly height: number }

export function pixels({ width, height, ratio }: Size): [number, number] {
  return [Math.round(width * ratio), Math.round(height * ratio)];
}

// The picture as PNG. A base map whose server does not let its images be copied is left out: `left`.
export async function picture(app: App, size: Size): Promise<{ blob: Blob; left: boolean }> {
  await Promise.all([document.fonts.load(`400 16px ${FONT}`), document.fonts.load(`600 16px ${FONT}`)]);
  const { under, left } = takenUnder(app);
  return { blob: await toBlob(compose(app, size, under, left)), left };
}

function toBlob(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((done, fail) => {
    canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("l’image est trop grande pour ce navigateur"))), "image/png");
  });
}

function compose(app: App, size: Size, under: Under, left: boolean): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = pixels(size);
  const ctx = canvas.getContext("2d")!;
  ctx.scale(canvas.width / size.width, canvas.height / size.height);
  ctx.fillStyle = PAPER;
  ctx.fillRect(0, 0, size.width, size.height);
  lay(app, ctx, size, describe(app, under, left), under);
  return canvas;
}

// Title above, notes below, legend on the right; the map takes the rest.
function lay(app: App, ctx: CanvasRenderingContext2D, { width, height }: Size, words: Words, under: Under): void {
  const unit = Math.sqrt(width * height) / 944; // 1 on an A4: a larger sheet has larger type
  const edge = 26 * unit;
  const inner = width - 2 * edge;
  const head = [
    block(ctx, words.title, inner, { size: 28 * unit, weight: 600, colour: INK }),
    ...words.under.map((line) => block(ctx, line, inner, { size: 16.5 * unit, weight: 400, colour: SOFT })),
  ];
  const notes = words.notes.map((line) => block(ctx, line, inner, { size: 10.5 * unit, weight: 400, colour: SOFT }));
  const top = edge + sum(head) + 10 * unit;
  const bottom = height - edge - sum(notes) - 8 * unit;
  write(ctx, head, edge, edge);
  write(ctx, notes, edge, bottom + 8 * unit);
  const legend = fitLegend(ctx, words.keys, bottom - top, unit);
  const room = inner - (legend.width ? legend.width + GAP * unit : 0);
  ctx.save();
  ctx.translate(edge, top);
  const frame = frameFor(seen(app), room, bottom - top);
  const map = paintMap(app, document.createElement("canvas"), frame, ctx.getTransform().a, under);
  marginsOf(map, frame, unit);
  ctx.drawImage(map.canvas, 0, 0, frame.width, frame.height);
  ctx.strokeStyle = INK;
  ctx.lineWidth = unit;
  ctx.strokeRect(0, 0, frame.width, frame.height);
  ctx.restore();
  paintLegend(ctx, legend, edge + room + GAP * unit, top, unit);
}

function font({ size, weight }: Text): string {
  return `${weight} ${size}px ${FONT}`;
}

function block(ctx: CanvasRenderingContext2D, words: string, width: number, text: Text): Block {
  ctx.font = font(text);
  const lines = wrap(words, width, (part) => ctx.measureText(part).width);
  return { lines, text, height: lines.length * text.size * 1.25 };
}

function sum(blocks: readonly { height: number }[]): number {
  return blocks.reduce((total, { height }) => total + height, 0);
}

function write(ctx: CanvasRenderingContext2D, blocks: readonly Block[], x: number, y: number): void {
  ctx.textBaseline = "alphabetic";
  ctx.textAlign = "left";
  for (const { lines, text } of blocks) {
    ctx.font = font(text);
    ctx.fillStyle = text.colour;
    for (const line of lines) {
      ctx.fillText(line, x, y + text.size);
      y += text.size * 1.25;
    }
  }
}

// The legend in one column as large as it can be, or in two or three: all of it, always.
function fitLegend(ctx: CanvasRenderingContext2D, keys: readonly Key[], room: number, unit: number): Legend {
  const tries = [[1, 14], [1, 12.5], [1, 11.5], [2, 12.5], [2, 11.5], [3, 11], [3, 9.5], [4, 8.5]] as const;
  let legend: Legend = { columns: [], width: 0, column: 0, height: 0 };
  for (const [columns, size] of tries) {
    legend = legendOf(ctx, keys, columns, size * unit, room, unit);
    if (legend.height <= room) break;
  }
  return legend;
}

function legendOf(ctx: CanvasRenderingContext2D, keys: readonly Key[], count: number, size: number, room: number, unit: number): Legend {
  const column = (count === 1 ? 232 : 196) * unit;
  const entries = entriesOf(ctx, keys, column, size, unit);
  const columns: Entry[][] = [[]];
  const least = sum(entries) / count; // columns of about the same height
  let height = 0;
  for (const entry of entries) {
    const last = columns.at(-1)!;
    const full = sum(last) + entry.height > (count === 1 ? Infinity : Math.max(least, Math.min(room, least * 1.15)));
    if (full && columns.length < count) columns.push([entry]);
    else last.push(entry);
    height = Math.max(height, sum(columns.at(-1)!));
  }
  return { columns, column, height, width: entries.length ? columns.length * column + (columns.length - 1) * GAP * unit : 0 };
}

function entriesOf(ctx: CanvasRenderingContext2D, keys: readonly Key[], column: number, size: number, unit: number): Entry[] {
  let group = "";
  return keys.flatMap((key): Entry[] => {
    const made = block(ctx, key.text, column - (KEY + 8) * unit, { size, weight: 400, colour: INK });
    const entry = key.size ? { ...made, lines: [], key, height: key.size[1] } : { ...made, key, height: Math.max(made.height, 20 * unit) + 3 * unit };
    if (key.group === group) return [entry];
    group = key.group;
    const title = block(ctx, group, column, { size, weight: 600, colour: INK });
    return [{ ...title, key: null, height: title.height + 6 * unit }, entry];
  });
}

function paintLegend(ctx: CanvasRenderingContext2D, { columns, column }: Legend, x: number, top: number, unit: number): void {
  columns.forEach((entries, i) => {
    const left = x + i * (column + GAP * unit);
    let y = top;
    for (const entry of entries) {
      if (entry.key) {
        ctx.save();
        ctx.translate(left, y);
        if (entry.key.size) entry.key.paint(ctx, ...entry.key.size); // at the scale of the map
        else {
          const high = Math.min(entry.height / unit, KEY_HIGH); // beside words of several lines too
          ctx.scale(unit, unit);
          ctx.translate(0, (entry.height / unit - high) / 2);
          entry.key.paint(ctx, KEY, high);
        }
        ctx.restore();
      }
      const own = entry.lines.length * entry.text.size * 1.25;
      write(ctx, [entry], entry.key ? left + (KEY + 8) * unit : left, y + (entry.key ? (entry.height - own) / 2 : 4 * unit));
      y += entry.height;
    }
  });
}
