// The presentation that is on: its views, where it stands, and what was seen before it.
import type { App } from "../ui/app";
import { Signal } from "../ui/signal";
import { readAddress } from "../state/address";
import type { Camera, View } from "../state/view";
import { shot, zoomFor, type Shot } from "./views";

export interface Show {
  readonly shots: readonly Shot[];
  readonly at: number;
  readonly before: { readonly view: View; readonly camera: Camera; readonly focus: Element | null };
}

export const show = new Signal<Show | null>(null);

export function cameraOf({ map }: App): Camera {
  const { lat, lng } = map.leaflet.getCenter();
  return { lat, lon: lng, zoom: map.leaflet.getZoom() };
}

export function sizeOf({ map }: App): [number, number] {
  const { x, y } = map.leaflet.getSize();
  return [x, y];
}

// What is seen now, as a view of one's own.
export function currentShot(app: App, nom: string): Shot {
  const { view } = app.store;
  return shot(nom, { ...view, camera: view.camera && cameraOf(app), dock: onStage(view) }, app.atlas, sizeOf(app));
}

// A comparison is shown to the room too; the other panels on the right are for one reader.
function onStage({ dock }: View): View["dock"] {
  return dock === "comparer" ? dock : "";
}

export function start(app: App, shots: readonly Shot[]): void {
  if (!shots.length) return;
  app.ask(null);
  const { store } = app;
  const before = { view: store.view, camera: cameraOf(app), focus: document.activeElement };
  // where the browser refuses, the page is as large as its window
  document.documentElement.requestFullscreen?.().catch(() => undefined);
  show.set({ shots, at: -1, before });
  step(app, 0);
}

// Go to a view by its rank; before the first and after the last nothing moves.
export function step(app: App, to: number): void {
  const now = show.value;
  if (!now) return;
  const at = Math.min(now.shots.length - 1, Math.max(0, to));
  if (at === now.at) {
    app.say(at ? "C’est la dernière vue." : "C’est la première vue.");
    return;
  }
  app.say("");
  const { dark } = app.store.view; // chosen for the room, not for one view
  const view = readAddress(now.shots[at]!.adresse, app.atlas);
  jump(app, { ...view, dark, dock: onStage(view) });
  show.set({ ...now, at });
}

// Another view at once; `frame` or `giveBack` then puts the map in its place.
function jump({ store }: App, view: View): void {
  store.set(view, "replace");
}

// Show as much of the map as the view had on its own screen.
export function frame({ atlas, map }: App, { adresse, taille }: Shot): void {
  const { camera } = readAddress(adresse, atlas);
  if (!camera) {
    map.fitTerritory(false);
    return;
  }
  const { x, y } = map.leaflet.getSize();
  map.guide(() => map.leaflet.setView([camera.lat, camera.lon], zoomFor(camera.zoom, taille, [x, y]), { animate: false }));
}

export function leave(app: App): void {
  const now = show.value;
  if (!now) return;
  show.set(null);
  jump(app, { ...now.before.view, dark: app.store.view.dark });
  if (document.fullscreenElement) void document.exitFullscreen();
}

// The page has its own layout again: the map and the focus go back to where they were.
export function giveBack({ map, store }: App, { camera, focus }: Show["before"]): void {
  if (store.view.camera) map.guide(() => map.leaflet.setView([camera.lat, camera.lon], camera.zoom, { animate: false }));
  else map.fitTerritory(false);
  if (focus instanceof HTMLElement && focus.isConnected) focus.focus();
}
