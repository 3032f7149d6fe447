// The legend: always there, in words, and can be folded.
import type { JSX } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Couche } from "../model/data";
import { ThemeLegend } from "../theme";
import { useApp, useView } from "../ui/app";
import { useMedia } from "../ui/media";
import { legendEntries, legendSources, type Group, type Mark } from "./entries";
import { paintKey } from "./keys";

export { legendEntries, legendSources } from "./entries";

const WIDTH = 36;
const HEIGHT = 18;

export function Legend(): JSX.Element {
  const { atlas, store } = useApp();
  const view = useView();
  const [wide] = useState(() => window.innerWidth > 720 && window.innerHeight > 560);
  const low = useMedia("(max-height: 820px)");
  const aside = view.dock !== "" || view.selection !== "";
  const shown = store.select.shown(view);
  const groups = useMemo(() => legendEntries(atlas, view, store.select), [atlas, store, shown, view.selection, view.theme]);
  const sources = useMemo(() => legendSources(atlas, view), [atlas, view.layers, view.theme]);
  return (
    <section id="legende" class={aside ? "a-cote serree" : low ? "serree" : ""} aria-label="Légende">
      <details open={wide}>
        <summary>Légende</summary>
        <div class="corps" tabIndex={0} role="group" aria-label="Clés de la légende">
          <ThemeLegend />
          <div class="colonnes">{groups.map((group) => <Entries key={group.title} group={group} dark={view.dark} />)}</div>
          <p class="petit">Limites généralisées. Sources&nbsp;: {sources.join(", ")}.</p>
        </div>
      </details>
    </section>
  );
}

// A title stands with the first of its entries, also where they run on like words.
function Entries({ group, dark }: { group: Group; dark: boolean }): JSX.Element {
  return (
    <div class="groupe">
      <ul>
        {group.entries.map(({ key, text }, i) => (
          <li key={typeof key === "string" ? key : key.id} class={i ? "" : "premiere"}>
            {i === 0 && <h3 style={group.colour && !dark ? { color: group.colour } : {}}>{group.title}</h3>}
            <Key of={key} dark={dark} />{text}
          </li>
        ))}
      </ul>
    </div>
  );
}

// The same drawing as on the map.
export function Key({ of, dark }: { of: Couche | Mark; dark: boolean }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => seen(canvas.current!, () => {
    const ratio = Math.max(2, window.devicePixelRatio || 1); // sharp on paper too
    const { current } = canvas;
    current!.width = WIDTH * ratio;
    current!.height = HEIGHT * ratio;
    const ctx = current!.getContext("2d")!;
    ctx.scale(ratio, ratio);
    paintKey(ctx, of, 0, 0, WIDTH, HEIGHT, dark);
  }), [of, dark]);
  return <canvas class="cle" ref={canvas} aria-hidden="true" />;
}

const waiting = new WeakMap<Element, () => void>();
let watch: IntersectionObserver | undefined;

// Paint a key when it comes near what is seen of the page: most are far down the panel.
function seen(canvas: Element, paint: () => void): () => void {
  watch ??= new IntersectionObserver((changes) => {
    for (const { target, isIntersecting } of changes) {
      if (!isIntersecting) continue;
      watch!.unobserve(target);
      waiting.get(target)?.();
    }
  }, { rootMargin: "200px" });
  waiting.set(canvas, paint);
  watch.observe(canvas);
  return () => watch!.unobserve(canvas);
}
