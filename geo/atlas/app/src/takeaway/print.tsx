// One clean page of paper: the sheet that stands instead of the page while it is printed.
import { render, type JSX } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { AppContext, useApp, type App } from "../ui/app";
import { FigureText } from "../ui/figure";
import { Signal } from "../ui/signal";
import { keyFigures } from "./content";
import { Keys } from "./Keys";
import { marginsOf } from "./signs";
import { frameFor, paintMap, seen, takenUnder, type Under } from "./mapframe";
import { describe } from "./words";

const RATIO = 3; // pixels of the map for each of the sheet's

export type Paper = "a4" | "a3";

export const paper = new Signal<Paper>("a4");

// Ctrl+P and the browser's own menu come here too.
export function Printing(): null {
  const app = useApp();
  useEffect(() => {
    let host: HTMLElement | null = null;
    const before = (): void => {
      host?.remove();
      host = document.createElement("div");
      host.id = "feuille";
      document.body.append(host);
      document.documentElement.classList.add("imprime");
      render(<AppContext.Provider value={app}><Sheet /></AppContext.Provider>, host);
    };
    const after = (): void => {
      if (host) render(null, host);
      host?.remove();
      host = null;
      document.documentElement.classList.remove("imprime");
    };
    window.addEventListener("beforeprint", before);
    window.addEventListener("afterprint", after);
    return () => {
      window.removeEventListener("beforeprint", before);
      window.removeEventListener("afterprint", after);
      after();
    };
  }, [app]);
  return null;
}

function Sheet(): JSX.Element {
  const app = useApp();
  const sheet = useRef<HTMLElement>(null);
  const map = useRef<HTMLCanvasElement>(null);
  const { under, left } = takenUnder(app);
  const words = describe(app, under, left);
  useLayoutEffect(() => {
    tighten(sheet.current!);
    paint(app, map.current!, under);
  }, []);
  return (
    <article class={`feuille ${paper.value}`} ref={sheet}>
      <header>
        <h1>{words.title}</h1>
        {words.under.map((line) => <p key={line}>{line}</p>)}
      </header>
      <div class="feuille-carte"><canvas ref={map} role="img" aria-label={`Carte : ${words.title}`} /></div>
      <aside>
        <ul class="feuille-chiffres">
          {keyFigures(app.store.view, app.atlas).map((f) => (
            <li key={f.label}><FigureText text={f.text} unit={f.unit} /> <span class="libelle">{f.label}</span>{f.source && <small>{f.source}</small>}</li>
          ))}
        </ul>
        <div class="feuille-legende"><Keys paper ratio={RATIO} scale={paper.value === "a3" ? 1.3 : 0.9} /></div>
      </aside>
      <footer>{words.notes.map((note) => <p key={note}>{note}</p>)}</footer>
    </article>
  );
}

// A long legend takes smaller type, then columns: nothing of it is cut.
function tighten(sheet: HTMLElement): void {
  const aside = sheet.querySelector("aside")!;
  for (const way of ["serree", "colonnes", "colonnes-serrees"]) {
    if (aside.scrollHeight <= aside.clientHeight + 1) return;
    sheet.classList.remove("serree", "colonnes");
    sheet.classList.add(way);
  }
}

function paint(app: App, canvas: HTMLCanvasElement, under: Under): void {
  const { clientWidth: width, clientHeight: height } = canvas.parentElement!;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const frame = frameFor(seen(app), width, height);
  // painted aside: Chromium prints the strokes of a canvas once more, a little too small, but not pixels
  const aside = new OffscreenCanvas(1, 1);
  marginsOf(paintMap(app, aside, frame, RATIO, under), frame, 1);
  canvas.width = aside.width;
  canvas.height = aside.height;
  canvas.getContext("bitmaprenderer")!.transferFromImageBitmap(aside.transferToImageBitmap());
}
