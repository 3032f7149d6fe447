// The images of a base map. None is asked of the network before the map is chosen.
import L from "leaflet";
import { useEffect, useState } from "preact/hooks";
import type { Fond } from "../model/data";
import { useApp } from "../ui/app";

const PATIENCE = 4; // images that fail, none having come, before the page's own ground comes back

// Put the images of a ground into a pane, as long as it is chosen; tells whether any has come.
export function useTiles(ground: Fond | undefined, pane: string, fail: (ground: Fond) => void): boolean {
  const { map } = useApp();
  const [come, setCome] = useState("");
  useEffect(() => {
    if (!ground) return;
    let tiles: L.TileLayer;
    // asked first with leave to copy them into pictures, then, for servers that give none, only to be seen
    const ask = (copied: boolean): void => {
      tiles = tilesOf(ground, pane, copied);
      let [some, failures] = [false, 0];
      tiles.on("tileload", () => {
        if (!some) setCome(ground.id);
        some = true;
      });
      tiles.on("tileerror", () => {
        failures += 1;
        if (some || failures !== PATIENCE) return;
        if (!copied) return fail(ground);
        tiles.remove();
        ask(false);
      });
      tiles.addTo(map.leaflet);
    };
    ask(true);
    return () => {
      setCome("");
      tiles.remove();
    };
  }, [ground, map, pane]);
  return ground !== undefined && come === ground.id;
}

function tilesOf({ url, couche, zoom }: Fond, pane: string, copied: boolean): L.TileLayer {
  const options = { pane, maxZoom: 19, maxNativeZoom: zoom, crossOrigin: copied && "anonymous" as const };
  return couche ? L.tileLayer.wms(url, { ...options, layers: couche, format: "image/png", version: "1.3.0", transparent: true }) : L.tileLayer(url, options);
}
