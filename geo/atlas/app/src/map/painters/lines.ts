// Lines: those of measures wide, on a strip of paper; those of records thin.
import { worldX, worldY } from "../../model/geometry";
import { bunches, countIn } from "../batch";
import { dashes, ratioOf } from "../look";
import { nearLines } from "../near";
import { withOpacity } from "../opacity";
import { inkOf, isDark } from "../palette";
import { hitOf, positionIn, Z, type Painter } from "../pass";
import { INDICATIVE, MEASURE, RECORD, sceneOf } from "../scene";
import { lineWidth } from "../sizes";

const HOLLOW = 0.4; // of its width, the middle of a line that is indicative is left white, as its symbols are
const MANY = 2000; // lines in sight from which they are as thin as can be, which is drawn ten times as fast

export const lines: Painter = {
  z: Z.lines,
  paint(pass) {
    const { frame } = pass;
    const dark = isDark(pass);
    for (const { layer, lines: runs, lit, records } of sceneOf(pass.atlas, pass.shown)) {
      if (!runs.owners.length) continue;
      withOpacity(pass, layer.id, (ctx) => {
        const { main, paper } = inkOf(layer, dark);
        const draw = (paths: readonly Path2D[], colour: string, width: number, dash: number[], alpha = 1): void => {
          ctx.strokeStyle = colour;
          ctx.lineWidth = width;
          ctx.globalAlpha = alpha;
          ctx.setLineDash(dash);
          for (const path of paths) ctx.stroke(path);
        };
        const dash = dashes(layer);
        if (records) {
          const full = lineWidth(frame.zoom, layer.epaisseur, true);
          draw(bunches(frame, runs, { lit, want: RECORD }), main, countIn(frame, runs, MANY) < MANY ? full : Math.min(full, 1 / ratioOf(ctx)), dash);
        }
        if (records === lit.length) return;
        ctx.lineJoin = "round";
        ctx.lineCap = dash.length ? "butt" : "round";
        const [sure, loose] = [MEASURE, INDICATIVE].map((want) => bunches(frame, runs, { lit, want })) as [Path2D[], Path2D[]];
        const own = [...sure, ...loose];
        draw(own, paper, layer.epaisseur + 3, [], 0.9);
        const wide = lineWidth(frame.zoom, layer.epaisseur, false);
        draw(own, main, wide, dash);
        if (!dash.length || dash[0]! > wide) draw(loose, paper, wide * HOLLOW, []); // dots are loose by themselves
      });
    }
  },
  pick(pass, at) {
    const { frame, reach } = pass;
    const position = positionIn(frame, at);
    const [x, y] = [worldX(position[0]), worldY(position[1])];
    return sceneOf(pass.atlas, pass.shown)
      .flatMap(({ lines: runs, lit, features }) => nearLines(runs, x, y, reach / frame.scale, lit).map(({ rank, square }) => ({ feature: features[rank]!, square })))
      .sort((a, b) => a.square - b.square)
      .filter(({ square }, _, all) => Math.sqrt(square) - Math.sqrt(all[0]!.square) < 3 / frame.scale)
      .map(({ feature }) => hitOf(pass.atlas, feature, position));
  },
};
