// How a thematic view is drawn: territories filled with the colour of their class, or circles.
import type { Atlas } from "../model/atlas";
import type { Partition } from "../model/data";
import { worldOf, worldX, worldY, type Geometry } from "../model/geometry";
import { around } from "../map/near";
import { communesOf } from "../map/painters/ground";
import { isDark, palette } from "../map/palette";
import { place, positionIn, trace, Z, type Hit, type Painter, type Pass, type Point } from "../map/pass";
import { colours, hatching, radius } from "./legend";
import { lower, shownTheme, valuesOf, type Shown, type Value } from "./values";

const STEP = 7; // pixels between the lines of a hatch

const fills: Painter = {
  z: Z.theme,
  paint(pass) {
    const shown = shownTheme(pass.view, pass.atlas);
    if (!shown) return;
    const values = valuesOf(shown, pass.atlas);
    if (shown.theme.sorte === "taux") {
      colours(shown, pass.atlas, isDark(pass)).forEach((colour, n) => {
        const path = outline(pass, shown.by, values.filter((v) => v.rank === String(n + 1)));
        pass.ctx.fillStyle = pass.ctx.strokeStyle = colour;
        pass.ctx.lineWidth = 0.75; // hides the seam between neighbours
        pass.ctx.fill(path, "evenodd");
        pass.ctx.stroke(path);
      });
    }
    hatch(pass, outline(pass, shown.by, values.filter((v) => v.rank === "-")));
  },
};

function outline(pass: Pass, by: Partition, values: readonly Value[]): Path2D {
  const path = new Path2D();
  for (const { code } of values) {
    for (const part of worldOf(shapeOf(pass.atlas, by, code))) trace(path, pass.frame, part, true);
  }
  return path;
}

function shapeOf(atlas: Atlas, by: Partition, code: string): Geometry {
  return by === "epci" ? atlas.epci.get(code)!.forme : atlas.communes.get(code)!.forme;
}

// Slanted lines inside a path, at the same places of the ground wherever the frame stands.
function hatch(pass: Pass, path: Path2D): void {
  const { ctx, frame: { width, height, left, top } } = pass;
  ctx.save();
  ctx.clip(path, "evenodd");
  ctx.beginPath();
  const shift = (left + top) % STEP;
  for (let x = -shift - STEP; x < width + height; x += STEP) {
    ctx.moveTo(x, 0);
    ctx.lineTo(x - height, height);
  }
  ctx.strokeStyle = hatching(isDark(pass));
  ctx.lineWidth = 1;
  ctx.stroke();
  ctx.restore();
}

// What a theme says of the ground under the pointer.
const ground: Painter = {
  z: Z.communes + 1,
  paint() {},
  pick(pass, at) {
    const { atlas, frame } = pass;
    const shown = shownTheme(pass.view, atlas);
    if (!shown) return null;
    const position = positionIn(frame, at);
    const [rank] = around(communesOf(atlas), worldX(position[0]), worldY(position[1]));
    const commune = rank === undefined ? undefined : atlas.data.communes[rank];
    if (!commune) return null;
    const code = shown.by === "epci" ? commune.siren : commune.insee;
    const value = valuesOf(shown, atlas).find((v) => v.code === code);
    return value ? { ...told(shown, value), commune: commune.insee, at: position } : null;
  },
};

function told({ theme }: Shown, value: Value): { text: string; detail: string } {
  const unit = value.value === null || (value.stat && theme.sorte === "nombre") ? value.stat?.[2] ?? "" : theme.unite.replace(/^€ /, "");
  return { text: value.name, detail: `${theme.sujet}, ${lower(theme.titre)}\u202f: ${[value.written, unit].filter(Boolean).join("\u00a0")}` };
}

interface Disc extends Point { r: number; value: Value }

// The circles of a theme, the largest first: the small ones stand on top.
function discs(pass: Omit<Pass, "ctx">, shown: Shown): Disc[] {
  const { atlas, frame } = pass;
  return valuesOf(shown, atlas)
    .filter((v) => v.value)
    .map((value) => {
      const spot = shown.by === "epci" ? atlas.epci.get(value.code)!.etiquette : atlas.communes.get(value.code)!.centre;
      return { ...place(frame, spot), r: radius(shown, value.value!), value };
    })
    .sort((a, b) => b.r - a.r);
}

const circles: Painter = {
  z: Z.circles,
  paint(pass) {
    const shown = shownTheme(pass.view, pass.atlas);
    if (shown?.theme.sorte !== "nombre") return;
    const { ctx } = pass;
    ctx.fillStyle = colours(shown, pass.atlas, isDark(pass))[0]!;
    ctx.strokeStyle = palette(isDark(pass)).halo;
    ctx.lineWidth = 1.25;
    for (const { x, y, r } of discs(pass, shown)) {
      ctx.beginPath();
      ctx.arc(x, y, r, 0, 2 * Math.PI);
      ctx.globalAlpha = 0.82;
      ctx.fill();
      ctx.globalAlpha = 1;
      ctx.stroke();
    }
  },
  pick(pass, at): Hit | null {
    const shown = shownTheme(pass.view, pass.atlas);
    if (shown?.theme.sorte !== "nombre") return null;
    const found = discs(pass, shown).reverse().find(({ x, y, r }) => Math.hypot(x - at.x, y - at.y) <= Math.max(r, 4));
    if (!found) return null;
    const { code } = found.value;
    const commune = pass.atlas.communes.get(code);
    const spot = commune ? commune.centre : pass.atlas.epci.get(code)!.etiquette;
    return { ...told(shown, found.value), ...(commune ? { commune: code } : {}), at: spot };
  },
};

export const painters: Painter[] = [fills, ground, circles];
