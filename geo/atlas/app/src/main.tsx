// The page: makes its map, reads its data, and builds the application around them.
import L from "leaflet";
import { render } from "preact";
import { unpack } from "./loader/unpack";
import { told, TOO_OLD } from "./loader/trouble";
import { Atlas } from "./model/atlas";
import { read } from "./model/read";
import { fonts } from "./map/fonts";
import type { Inspection } from "./map/inspect";
import { MapView } from "./map/map";
import { Store } from "./state/store";
import { Shell } from "./shell/Shell";
import { painters } from "./shell/registry";

const NAME = "map_atlas"; // of the element and of the map in the page, as folium calls them

let shown: MapView | undefined;

// Open a page whose loader unpacked the application and the data.
export function demarrer(data: Uint8Array): Promise<void> {
  return build(carte(), data);
}

// Open a page to which folium elements were added: they are put on the map while the data are unpacked.
export function ouvrir(leaflet: L.Map): void {
  if (typeof DecompressionStream === "undefined") {
    told(TOO_OLD);
    return;
  }
  unpack("donnees").then((data) => build(leaflet, data)).catch((error: unknown) => {
    console.error(error);
    told();
  });
}

export function carte(): L.Map {
  const map = L.map(NAME, {
    center: [50.4, 3], zoom: 10, zoomSnap: 0.25, zoomDelta: 0.5, wheelPxPerZoomLevel: 90, minZoom: 7, maxZoom: 19, zoomControl: false,
    trackResize: false, // camera.ts does, and fits the territory again
  });
  L.control.zoom({ position: "topright", zoomInTitle: "Rapprocher", zoomOutTitle: "Éloigner" }).addTo(map);
  Object.assign(window, { [NAME]: map });
  return map;
}

async function build(leaflet: L.Map, data: Uint8Array): Promise<void> {
  const root = document.getElementById("atlas")!;
  const type = fonts(); // while the data are read
  const atlas = new Atlas(read(data));
  const store = new Store(atlas);
  await type;
  const map = new MapView(leaflet, atlas, store);
  shown = map;
  map.add(...painters);
  root.replaceChildren();
  render(<Shell atlas={atlas} store={store} map={map} root={root} />, root);
  leaflet.invalidateSize({ animate: false });
  const { camera } = store.view;
  if (camera) leaflet.setView([camera.lat, camera.lon], camera.zoom, { animate: false });
  else map.fitTerritory(false);
  map.draw();
  root.dataset["pret"] = "oui";
}

// What stands where on the map: names and symbols, in pixels of its container.
export function inspecter(): Inspection | undefined {
  return shown?.inspect();
}

export { L };
