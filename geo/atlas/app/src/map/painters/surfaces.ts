// Polygons, the widest first, each layer with its hatch.
import { worldX, worldY } from "../../model/geometry";
import { bunches } from "../batch";
import { around } from "../near";
import { dashes, fillOf } from "../look";
import { withOpacity } from "../opacity";
import { inkOf, isDark } from "../palette";
import { hitOf, positionIn, Z, type Painter } from "../pass";
import { MEASURE, RECORD, sceneOf } from "../scene";

export const surfaces: Painter = {
  z: Z.surfaces,
  paint(pass) {
    const { frame } = pass;
    const dark = isDark(pass);
    for (const { layer, areas, lit } of sceneOf(pass.atlas, pass.shown)) {
      if (!areas.owners.length) continue;
      withOpacity(pass, layer.id, (ctx) => {
        const style = fillOf(ctx, layer, frame, dark);
        const paths = [RECORD, MEASURE].map((want) => bunches(frame, areas, { closed: true, lit, want }));
        if (style) {
          ctx.fillStyle = style;
          for (const own of paths) ctx.fill(gathered(own));
        }
        ctx.strokeStyle = inkOf(layer, dark).main;
        ctx.lineWidth = Math.min(layer.epaisseur, frame.zoom < 12 ? 1 : 2);
        ctx.lineJoin = "round";
        ctx.setLineDash(dashes(layer));
        for (const path of paths.flat()) ctx.stroke(path);
      });
    }
  },
  pick(pass, at) {
    const position = positionIn(pass.frame, at);
    const [x, y] = [worldX(position[0]), worldY(position[1])];
    return sceneOf(pass.atlas, pass.shown)
      .filter(({ areas }) => areas.owners.length)
      .reverse()
      .flatMap(({ areas, lit, features }) => around(areas, x, y, lit).map((rank) => hitOf(pass.atlas, features[rank]!, position)));
  },
};

// Shells turn one way and holes the other: filled as one path, shapes that overlap do not darken.
function gathered(paths: readonly Path2D[]): Path2D {
  if (paths.length === 1) return paths[0]!;
  const whole = new Path2D();
  for (const path of paths) whole.addPath(path);
  return whole;
}
