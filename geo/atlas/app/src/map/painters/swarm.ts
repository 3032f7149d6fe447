// Records, which may be thousands: the small shape of their layer at each place; near enough, its symbol.
import { worldX, worldY } from "../../model/geometry";
import { ratioOf, recordImage, recordSide, stampSymbol } from "../look";
import { nearDots } from "../near";
import { withOpacity } from "../opacity";
import { isDark } from "../palette";
import { hitOf, positionIn, Z, type Frame, type Painter, type Pass } from "../pass";
import { RECORD, sceneOf, type LayerScene } from "../scene";
import { DETAIL, DETAIL_SIZE, LARGE, recordRadius } from "../sizes";

const AROUND = 20; // pixels out of the frame where a shape still shows
const HIDDEN = 0.75; // of its radius: a shape so near to another is behind it
const FEW = 400; // records in sight up to which each has its symbol

// Whether a dot is drawn: its feature is shown as a record, or it is one more place of a measure.
function drawn({ dots, lit, sizes }: LayerScene, i: number, scale: number): boolean {
  const owner = dots.owners[i]!;
  const kind = lit[owner]!;
  return kind !== 0 && (kind === RECORD || dots.extra[i] === 1) && sizes[owner]! * scale <= LARGE;
}

function inFrame({ xy }: LayerScene["dots"], i: number, { scale, left, top, width, height }: Frame): boolean {
  const x = xy[2 * i]! * scale - left;
  const y = xy[2 * i + 1]! * scale - top;
  return x > -AROUND && y > -AROUND && x < width + AROUND && y < height + AROUND;
}

function detailed(scene: LayerScene, frame: Frame): boolean {
  if (frame.zoom < DETAIL) return false;
  let seen = 0;
  for (let i = 0; i < scene.dots.owners.length; i++) if (drawn(scene, i, frame.scale) && inFrame(scene.dots, i, frame)) seen += 1;
  return seen <= FEW;
}

let cells = new Uint8Array(0); // squares of the frame where a shape of the layer stands already, and hides the next

function paintDots(ctx: CanvasRenderingContext2D, scene: LayerScene, frame: Frame, dark: boolean): void {
  const { dots: { xy, owners } } = scene;
  const { scale, left, top, width, height } = frame;
  const [ratio, radius] = [ratioOf(ctx), recordRadius(frame.zoom)];
  const cell = radius * HIDDEN;
  const columns = Math.ceil((width + 2 * AROUND) / cell);
  const squares = columns * Math.ceil((height + 2 * AROUND) / cell);
  if (cells.length < squares) cells = new Uint8Array(squares);
  else cells.fill(0);
  const image = recordImage(scene.layer, radius, ratio, dark);
  const side = recordSide(radius);
  ctx.setTransform(1, 0, 0, 1, 0, 0); // whole pixels of the canvas
  for (let i = 0; i < owners.length; i++) {
    const x = xy[2 * i]! * scale - left;
    const y = xy[2 * i + 1]! * scale - top;
    if (x < -AROUND || y < -AROUND || x >= width + AROUND || y >= height + AROUND || !drawn(scene, i, scale)) continue;
    const square = (((y + AROUND) / cell) | 0) * columns + (((x + AROUND) / cell) | 0);
    if (cells[square]) continue;
    cells[square] = 1;
    ctx.drawImage(image, Math.round((x - side / 2) * ratio), Math.round((y - side / 2) * ratio));
  }
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
}

function paintDetail(ctx: CanvasRenderingContext2D, scene: LayerScene, frame: Frame, dark: boolean): void {
  const { dots: { xy, owners }, features, layer } = scene;
  for (let i = 0; i < owners.length; i++) {
    if (!drawn(scene, i, frame.scale) || !inFrame(scene.dots, i, frame)) continue;
    stampSymbol(ctx, layer, features[owners[i]!]!.precision, xy[2 * i]! * frame.scale - frame.left, xy[2 * i + 1]! * frame.scale - frame.top, DETAIL_SIZE, dark);
  }
}

export const swarm: Painter = {
  z: Z.swarm,
  paint(pass: Pass) {
    for (const scene of sceneOf(pass.atlas, pass.shown)) {
      if (!scene.dots.owners.length) continue;
      const paint = detailed(scene, pass.frame) ? paintDetail : paintDots;
      withOpacity(pass, scene.layer.id, (ctx) => paint(ctx, scene, pass.frame, isDark(pass)));
    }
  },
  pick(pass, at) {
    const { frame, reach } = pass;
    const position = positionIn(frame, at);
    const [x, y] = [worldX(position[0]), worldY(position[1])];
    return sceneOf(pass.atlas, pass.shown)
      .flatMap((scene) => {
        const { dots: { xy, owners }, lit, sizes, features } = scene;
        const answers = (owner: number): boolean => lit[owner] !== 0 && sizes[owner]! * frame.scale <= LARGE;
        return nearDots(xy, owners, x, y, (reach + recordRadius(frame.zoom)) / frame.scale, (owner) => lit[owner] === RECORD && answers(owner))
          .map(({ rank, square }) => ({ feature: features[rank]!, square }));
      })
      .sort((a, b) => a.square - b.square)
      .filter(({ square }, _, all) => Math.sqrt(square) - Math.sqrt(all[0]!.square) < 2 / frame.scale)
      .map(({ feature }) => hitOf(pass.atlas, feature, position));
  },
};
