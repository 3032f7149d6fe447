// The page's own ground: land, what is out of the territory, the borders of communes and EPCI.
import type { Atlas } from "../../model/atlas";
import { worldX, worldY, type Geometry } from "../../model/geometry";
import { batch, bunches, trace, type Batch } from "../batch";
import { around } from "../near";
import { isDark, palette } from "../palette";
import { positionIn, Z, type Painter, type Pass } from "../pass";

const VEIL = 0.86; // how much what is out of the territory is hidden

const batches = new WeakMap<object, Batch>();

// The batch of shapes that never change, made once.
export function lasting(key: object, shapes: () => readonly Geometry[]): Batch {
  let made = batches.get(key);
  if (!made) {
    made = batch(shapes());
    batches.set(key, made);
  }
  return made;
}

export function communesOf({ data }: Atlas): Batch {
  return lasting(data.communes, () => data.communes.map((c) => c.forme));
}

export function epciOf({ data }: Atlas): Batch {
  return lasting(data.epci, () => data.epci.map((e) => e.forme));
}

// A shape without its holes, which are other territories' own.
function filled(shape: Geometry): Geometry {
  return { ...shape, parts: shape.shells.map((rank) => shape.parts[rank]!), shells: shape.shells.map((_, i) => i) };
}

export const land: Painter = {
  z: Z.ground,
  paint(pass) {
    if (pass.grounded) return;
    const { perimetre } = pass.atlas.data;
    fill(pass, lasting(perimetre, () => [perimetre]), palette(isDark(pass)).land);
  },
};

export const mask: Painter = {
  z: Z.mask,
  paint(pass) {
    const { ctx, frame } = pass;
    const { forme } = pass.atlas.place(pass.view.territory);
    trace(ctx, frame, lasting(forme.parts, () => [filled(forme)]), { closed: true });
    ctx.rect(0, 0, frame.width, frame.height);
    ctx.globalAlpha = VEIL;
    ctx.fillStyle = palette(isDark(pass)).outside;
    ctx.fill("evenodd");
  },
};

function fill({ ctx, frame }: Pass, shapes: Batch, colour: string): void {
  trace(ctx, frame, shapes, { closed: true });
  ctx.fillStyle = colour;
  ctx.fill();
}

export const communes: Painter = {
  z: Z.communes,
  paint(pass) {
    const { ctx, frame, atlas } = pass;
    ctx.strokeStyle = palette(isDark(pass)).faint;
    ctx.lineWidth = 0.7;
    ctx.lineJoin = "round";
    for (const path of bunches(frame, communesOf(atlas), { closed: true })) ctx.stroke(path);
  },
  pick({ frame, atlas }, at) {
    const position = positionIn(frame, at);
    const [rank] = around(communesOf(atlas), worldX(position[0]), worldY(position[1]));
    const commune = rank === undefined ? undefined : atlas.data.communes[rank];
    return commune ? { commune: commune.insee, text: commune.nom, detail: commune.contexte, at: position } : null;
  },
};

export const limits: Painter = {
  z: Z.limits,
  paint(pass) {
    const { ctx, frame, atlas } = pass;
    const colours = palette(isDark(pass));
    const width = frame.zoom < 9 ? 0.8 : 1.4;
    trace(ctx, frame, epciOf(atlas), { closed: true });
    ctx.lineJoin = "round";
    if (pass.grounded) {
      ctx.globalAlpha = 0.7;
      ctx.strokeStyle = colours.halo;
      ctx.lineWidth = width + 2.5;
      ctx.stroke();
    }
    ctx.globalAlpha = 0.85;
    ctx.strokeStyle = colours.ink;
    ctx.lineWidth = width;
    ctx.stroke();
  },
};
