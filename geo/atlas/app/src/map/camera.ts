// What is seen and the address keep step: the reader's moves are told to the view, the view's moves the map.
import type { Camera } from "../state/view";
import type { MapView } from "./map";

const QUIET_MS = 200; // after which a move is told

// A camera as an address keeps it, so that a link gives back the same one.
export function rounded({ lat, lon, zoom }: Camera): Camera {
  return { lat: Number(lat.toFixed(6)), lon: Number(lon.toFixed(6)), zoom: Number(zoom.toFixed(2)) };
}

export function same(a: Camera | null, b: Camera | null): boolean {
  return a === b || (a !== null && b !== null && a.lat === b.lat && a.lon === b.lon && a.zoom === b.zoom);
}

export function follow(map: MapView): void {
  const { leaflet, store } = map;
  const seen = (): Camera => rounded({ lat: leaflet.getCenter().lat, lon: leaflet.getCenter().lng, zoom: leaflet.getZoom() });
  let timer = 0;
  let ready = false; // the first frame of the page is nobody's choice
  const tell = (): void => {
    const camera = seen();
    if (!same(camera, store.view.camera)) store.set({ camera });
  };
  leaflet.on("moveend", () => {
    window.clearTimeout(timer);
    if (ready && performance.now() > map.guided) timer = window.setTimeout(tell, QUIET_MS);
  });
  for (const touch of ["pointerdown", "wheel", "keydown"]) {
    leaflet.getContainer().addEventListener(touch, () => { map.guided = 0; }, { passive: true, capture: true }); // the reader takes over
  }
  store.subscribe((view, before) => {
    const { camera } = view;
    if (camera && !same(camera, before.camera)) {
      if (!same(camera, seen())) map.guide(() => leaflet.setView([camera.lat, camera.lon], camera.zoom, { animate: false }));
    } else if (!camera && (before.camera || view.territory !== before.territory)) {
      window.clearTimeout(timer);
      const asked = view.selection !== "" && view.selection !== before.selection; // it is fitted on: a move to the whole would go on after
      map.fitTerritory(!asked);
    }
  });
  new ResizeObserver(([entry]) => {
    const { x, y } = leaflet.getSize();
    if (Math.round(entry!.contentRect.width) === x && Math.round(entry!.contentRect.height) === y) return;
    map.guide(() => leaflet.invalidateSize({ animate: false }));
    if (!store.view.camera) map.fitTerritory(false);
  }).observe(leaflet.getContainer());
  leaflet.whenReady(() => requestAnimationFrame(() => { ready = true; }));
}
