// The perimeter in what is taken away: a line of figures, a key of the legend.
import { ready } from "../geometry/perimeter";
import { areaText, lengthText } from "../geometry/written";
import { palette } from "../map/palette";
import type { Atlas } from "../model/atlas";
import { tester } from "../state/select";
import type { View } from "../state/view";
import { number, plural } from "../ui/text";
import { groundOf, type LayerCount } from "./inventory";
import { OUTLINE } from "./painter";
import { nameText } from "./words";

const FEW = 3; // layers that the line tells of

// Its name, its size, what of the layers shown is in it; `whole` with the first layers one by one.
export function perimeterText({ perimeter, filters, layers }: View, atlas: Atlas, whole: boolean): string {
  if (!perimeter) return "";
  const name = perimeter.nom ? `Périmètre «\u00a0${perimeter.nom}\u00a0»` : "Périmètre";
  const { planar } = ready(perimeter);
  if (!planar) return name;
  const { area, outline, layers: all } = groundOf(atlas).inventory(planar, tester(filters));
  const shown = all.filter((one) => layers.has(one.layer.id)).sort((a, b) => b.items.length - a.items.length);
  const count = shown.reduce((sum, one) => sum + one.items.length, 0);
  const most = shown.slice(0, FEW).map(layerText).join("\u202f; ");
  const size = `${name}\u00a0: ${areaText(area)}, contour de ${lengthText(outline)}`;
  return `${size}. ${plural(count, "élément")} des couches choisies${whole && most ? `\u00a0: ${most}${shown.length > FEW ? "…" : ""}` : ""}`;
}

function layerText({ layer, items, length, area }: LayerCount): string {
  const sizes = [length > 0 && lengthText(length), area > 0 && areaText(area)].filter(Boolean).join(", ");
  return `${layer.titre} ${number(items.length)}${sizes && ` (${sizes})`}`;
}

export interface PerimeterKey {
  readonly id: string;
  readonly text: string;
  readonly group: string;
  paint(ctx: CanvasRenderingContext2D, width: number, height: number): void;
}

export function perimeterKeys({ perimeter }: View, dark: boolean): PerimeterKey[] {
  return perimeter ? [{
    id: "perimetre", group: "Périmètre", text: perimeter.nom ? nameText(perimeter) : "contour dessiné",
    paint: (ctx, width, height) => {
      ctx.save();
      ctx.beginPath();
      ctx.rect(3, 3, width - 6, height - 6);
      ctx.strokeStyle = palette(dark).halo;
      ctx.lineWidth = 5;
      ctx.stroke();
      ctx.strokeStyle = dark ? OUTLINE.dark : OUTLINE.light;
      ctx.lineWidth = 2.5;
      ctx.setLineDash([9, 4]);
      ctx.stroke();
      ctx.restore();
    },
  }] : [];
}
