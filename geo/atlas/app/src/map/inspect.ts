// What stands where on the map, for those who check that nothing is cut or covered.
import { namesIn } from "./painters/names";
import { placedIn } from "./painters/symbols";
import type { Frame, Rect } from "./pass";

export interface Inspection {
  names: (Rect & { text: string; kind: string })[];
  symbols: { id: string; x: number; y: number; size: number }[];
}

export function inspect(frame: Frame): Inspection {
  const { x: left, y: top } = frame.inset ?? { x: 0, y: 0 };
  return {
    names: namesIn(frame).map(({ x, y, w, h, text, kind }) => ({ x: x - left, y: y - top, w, h, text, kind })),
    symbols: placedIn(frame).map(({ feature, x, y, size }) => ({ id: feature.id, x: x - left, y: y - top, size })),
  };
}
