// A measure of a whole territory: its hatched area, drawn while it is the one chosen, or while such
// measures are all that is shown.
import type { Entite } from "../../model/data";
import { trace } from "../batch";
import { hatch } from "../look";
import { inkOf, isDark } from "../palette";
import { Z, type Painter, type Pass } from "../pass";
import { epciOf } from "./ground";

function measures({ atlas, view, shown }: Pass): readonly Entite[] {
  const chosen = atlas.features.get(view.selection);
  if (chosen) return chosen.geometrie ? [] : [chosen];
  return shown.every((e) => e.geometrie === null) ? shown : [];
}

export const extents: Painter = {
  z: Z.extents,
  paint(pass) {
    const { ctx, frame, atlas } = pass;
    const drawn = measures(pass);
    if (!drawn.length) return;
    const dark = isDark(pass);
    const covered = Uint8Array.from(atlas.data.epci, (e) => Number(drawn.some((m) => m.couvre.includes(e.siren))));
    const { main, text } = inkOf(atlas.layer(drawn[0]!), dark);
    trace(ctx, frame, epciOf(atlas), { closed: true, lit: covered, want: 1 });
    ctx.fillStyle = hatch(ctx, "hachures", main, 0.06, frame);
    ctx.fill();
    ctx.strokeStyle = text;
    ctx.lineWidth = 2.5;
    ctx.setLineDash([6, 4]);
    ctx.stroke();
  },
};
