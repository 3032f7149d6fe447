// Two base maps side by side: a limit that is dragged, or moved by the arrows, between the older and the newer.
import L from "leaflet";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { useApp, useView } from "../ui/app";

const STEP = 0.02;
const LEAP = 0.1;

function moved(key: string, at: number): number | undefined {
  return {
    ArrowLeft: at - STEP, ArrowDown: at - STEP, ArrowRight: at + STEP, ArrowUp: at + STEP,
    PageDown: at - LEAP, PageUp: at + LEAP, Home: 0, End: 1,
  }[key];
}

function within(at: number): number {
  return Math.round(Math.min(1, Math.max(0, at)) * 100) / 100;
}

// Cut the images of both panes at a share of the map's width.
function cut(leaflet: L.Map, share: number): void {
  const { x: width, y: height } = leaflet.getSize();
  const { x, y } = leaflet.containerPointToLayerPoint([0, 0]);
  const middle = x + width * share;
  const box = (left: number, right: number): string => `polygon(${left}px ${y}px, ${right}px ${y}px, ${right}px ${y + height}px, ${left}px ${y + height}px)`;
  leaflet.getPane("fond-avant")!.style.clipPath = box(x, middle);
  leaflet.getPane("fond")!.style.clipPath = box(middle, x + width);
}

export function Handle({ left, right }: { left: string; right: string }): JSX.Element {
  const { map: { leaflet }, store } = useApp();
  const { swipe } = useView();
  const [dragged, drag] = useState<number | null>(null);
  const share = dragged ?? swipe;
  const container = leaflet.getContainer();
  useLayoutEffect(() => {
    const again = (): void => cut(leaflet, share);
    again();
    leaflet.on("move zoom viewreset resize zoomend", again);
    return () => { leaflet.off("move zoom viewreset resize zoomend", again); };
  }, [leaflet, share]);
  useEffect(() => () => {
    for (const pane of ["fond", "fond-avant"]) leaflet.getPane(pane)!.style.clipPath = "";
  }, [leaflet]);
  const at = (e: PointerEvent): number => {
    const { left: start, width } = container.getBoundingClientRect();
    return within((e.clientX - start) / width);
  };
  const done = (e: PointerEvent): void => {
    if (dragged !== null) store.set({ swipe: at(e) });
    drag(null);
  };
  const key = (e: KeyboardEvent): void => {
    const next = moved(e.key, swipe);
    if (next === undefined) return;
    e.preventDefault();
    e.stopPropagation();
    store.set({ swipe: within(next) });
  };
  const percent = Math.round(share * 100);
  return (
    <div class="volet" style={{ left: `${share * 100}%` }}>
      <span class="volet-nom gauche" aria-hidden="true">{left}</span>
      <span class="volet-nom droite" aria-hidden="true">{right}</span>
      <div class="volet-poignee" role="slider" tabIndex={0} aria-label="Limite entre les deux fonds de carte" aria-orientation="horizontal"
        aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent} aria-valuetext={`${percent}\u202f%, à gauche ${left}, à droite ${right}`}
        onKeyDown={key} ref={(el) => { if (el) L.DomEvent.disableClickPropagation(el); }}
        onPointerDown={(e) => {
          e.currentTarget.setPointerCapture(e.pointerId);
          drag(at(e));
        }}
        onPointerMove={(e) => { if (dragged !== null) drag(at(e)); }} onPointerUp={done} onPointerCancel={() => drag(null)} />
    </div>
  );
}
