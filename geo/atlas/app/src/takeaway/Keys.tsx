// The legend as a list, each key painted on a canvas of its own: large type for a meeting, small on paper.
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useApp, useView } from "../ui/app";
import { keysOf, type Key } from "./signs";

interface Way { paper: boolean; ratio?: number; scale?: number; mapScale?: number } // `mapScale` is how large the map is drawn

export function Keys({ paper, ratio = 2, scale = 1, mapScale = 1 }: Way): JSX.Element {
  const app = useApp();
  useView();
  const groups = new Map<string, Key[]>();
  for (const key of keysOf(app, paper)) groups.set(key.group, [...(groups.get(key.group) ?? []), key]);
  return (
    <>
      {[...groups].map(([title, keys]) => (
        <section key={title}>
          {title && <h3>{title}</h3>}
          <ul>
            {keys.map((key) => (
              <li key={key.id}>
                <Sign entry={key} ratio={ratio} scale={key.size ? mapScale : scale} /><span class={key.size ? "cache" : ""}>{key.text}</span>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

const SIZE = [40, 22] as const;

function Sign({ entry, ratio, scale }: { entry: Key; ratio: number; scale: number }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [wide, high] = entry.size ?? SIZE;
  useLayoutEffect(() => {
    const ctx = canvas.current!.getContext("2d")!;
    ctx.setTransform(scale * ratio, 0, 0, scale * ratio, 0, 0);
    ctx.clearRect(0, 0, wide, high);
    entry.paint(ctx, wide, high);
  });
  const [width, height] = [wide * scale, high * scale];
  return <canvas ref={canvas} class="cle" aria-hidden="true" width={width * ratio} height={height * ratio} style={{ width: `${width}px`, height: `${height}px` }} />;
}
