// The symbols of measures: where they stand without covering one another, and what ties them to their place.
import type { Couche, Entite } from "../../model/data";
import { worldX, worldY } from "../../model/geometry";
import { stampSymbol } from "../look";
import { withOpacity } from "../opacity";
import { inkOf, isDark, palette } from "../palette";
import { moveApart } from "../placement";
import { hitOf, positionIn, Z, type Frame, type Painter, type Pass, type Point } from "../pass";
import { sceneOf } from "../scene";
import { LARGE, symbolSize } from "../sizes";

export interface Placed extends Point { feature: Entite; layer: Couche; from: Point; size: number }

const AROUND = 60; // pixels out of the frame where symbols are placed too
const FAR = 5; // how many sizes away a symbol may stand from its place
const CHOSEN = 1.5; // how much larger the symbol of the chosen feature is

const placed = new WeakMap<Frame, Placed[]>();

// The symbols of the last drawing of a frame, those drawn last at the end.
export function placedIn(frame: Frame): readonly Placed[] {
  return placed.get(frame) ?? [];
}

function wanted(pass: Pass): Placed[] {
  const { frame } = pass;
  const size = symbolSize(frame.zoom);
  const found: Placed[] = [];
  for (const { layer, measures, sizes, features } of sceneOf(pass.atlas, pass.shown)) {
    const large = new Set<Entite>();
    sizes.forEach((side, rank) => { if (side * frame.scale > LARGE) large.add(features[rank]!); });
    for (const feature of measures) {
      if (large.has(feature)) continue;
      const [lon, lat] = feature.geometrie!.anchor;
      const from = { x: worldX(lon) * frame.scale - frame.left, y: worldY(lat) * frame.scale - frame.top };
      if (from.x < -AROUND || from.y < -AROUND || from.x > frame.width + AROUND || from.y > frame.height + AROUND) continue;
      found.push({ feature, layer, from, size, ...from });
    }
  }
  return found.sort((a, b) => rank(a.feature) - rank(b.feature) || (a.feature.id < b.feature.id ? -1 : 1));
}

function rank(feature: Entite): number {
  return feature.precision === "exacte" ? 0 : feature.precision === "adresse" ? 1 : 2;
}

// A symbol moved away from a known place stays tied to it by a thin line.
function tie(ctx: CanvasRenderingContext2D, { from, x, y, size, layer, feature }: Placed, dark: boolean): void {
  if (feature.precision === "commune" || Math.hypot(from.x - x, from.y - y) < size * 0.55) return;
  ctx.strokeStyle = ctx.fillStyle = inkOf(layer, dark).text;
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(from.x, from.y);
  ctx.lineTo(x, y);
  ctx.stroke();
  ctx.beginPath();
  ctx.arc(from.x, from.y, 1.8, 0, 2 * Math.PI);
  ctx.fill();
}

function byLayer(pass: Pass, draw: (ctx: CanvasRenderingContext2D, one: Placed) => void): void {
  const own = new Map<Couche, Placed[]>();
  for (const one of placedIn(pass.frame)) {
    if (one.feature.id === pass.view.selection) continue;
    const list = own.get(one.layer);
    if (list) list.push(one);
    else own.set(one.layer, [one]);
  }
  for (const [layer, list] of own) withOpacity(pass, layer.id, (ctx) => { for (const one of list) draw(ctx, one); });
}

export const symbols: Painter = {
  z: Z.symbols,
  layout(pass) {
    const { frame, taken } = pass;
    const found = wanted(pass);
    const size = symbolSize(frame.zoom);
    const far = frame.zoom < 9 ? 0 : size * FAR;
    moveApart(found.map((one) => one.from), size * 0.94, far, taken).forEach((at, i) => Object.assign(found[i]!, at));
    for (const { x, y } of found) taken.push({ x: x - size / 2, y: y - size / 2, w: size, h: size });
    placed.set(frame, found);
  },
  paint(pass) {
    const { ctx, frame, view } = pass;
    const dark = isDark(pass);
    byLayer(pass, (own, one) => tie(own, one, dark));
    byLayer(pass, (own, one) => stampSymbol(own, one.layer, one.feature.precision, one.x, one.y, one.size, dark));
    const chosen = placedIn(frame).find((one) => one.feature.id === view.selection);
    if (!chosen) return;
    tie(ctx, chosen, dark);
    ctx.beginPath();
    ctx.arc(chosen.x, chosen.y, CHOSEN * chosen.size * 0.62, 0, 2 * Math.PI);
    ctx.fillStyle = palette(dark).ink;
    ctx.fill();
    stampSymbol(ctx, chosen.layer, chosen.feature.precision, chosen.x, chosen.y, Math.round(CHOSEN * chosen.size), dark);
  },
  pick(pass, at) {
    const position = positionIn(pass.frame, at);
    const extra = pass.reach / 4;
    return placedIn(pass.frame)
      .map((one) => ({ one, far: Math.hypot(one.x - at.x, one.y - at.y) }))
      .filter(({ one, far }) => far <= one.size / 2 + extra)
      .sort((a, b) => a.far - b.far)
      .slice(0, 1)
      .map(({ one }) => hitOf(pass.atlas, one.feature, position));
  },
};
