// A small map of a territory, drawn by the same hand as the large one.
import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Frame } from "../map/pass";
import type { Atlas } from "../model/atlas";
import { boxOf, worldX, worldY } from "../model/geometry";
import { Selectors } from "../state/select";
import { useApp, useView } from "../ui/app";

const MARGIN = 10; // pixels

export function SmallMap({ code, name }: { code: string; name: string }): JSX.Element {
  const { atlas, map } = useApp();
  const view = useView();
  const canvas = useRef<HTMLCanvasElement>(null);
  const select = useMemo(() => new Selectors(atlas), [atlas]);
  useEffect(() => {
    const draw = (): void => {
      const { current } = canvas;
      const { clientWidth: width, clientHeight: height } = current!;
      if (!width || !height) return;
      const ratio = Math.min(window.devicePixelRatio || 1, 3);
      current!.width = Math.round(width * ratio);
      current!.height = Math.round(height * ratio);
      const ctx = current!.getContext("2d")!;
      ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
      map.paint(ctx, frameOf(atlas, code, width, height), false, false, { view: { ...view, territory: code, selection: "" }, select });
    };
    draw();
    const resized = new ResizeObserver(draw);
    resized.observe(canvas.current!);
    return () => resized.disconnect();
  }, [map, code, view, select]);
  return <canvas class="petite-carte" ref={canvas} role="img" aria-label={`Carte\u202f: ${name}. Le tableau donne les chiffres.`} />;
}

// The frame in which a territory stands whole.
function frameOf(atlas: Atlas, code: string, width: number, height: number): Frame {
  const [west, south, east, north] = boxOf(atlas.place(code).forme);
  const [x, y, w, h] = [worldX(west), worldY(north), worldX(east) - worldX(west), worldY(south) - worldY(north)];
  const scale = Math.min((width - 2 * MARGIN) / w, (height - 2 * MARGIN) / h);
  return { width, height, zoom: Math.log2(scale / 256), scale, left: (x + w / 2) * scale - width / 2, top: (y + h / 2) * scale - height / 2 };
}
