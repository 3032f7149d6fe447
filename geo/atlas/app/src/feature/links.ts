// Where a feature is seen elsewhere.
import type { Entite } from "../model/data";
import { boxOf } from "../model/geometry";

const CLOSE = 17;
const FAR = 11;

export interface Elsewhere { name: string; url: string }

// The same place on other maps, which need the network.
export function elsewhere(feature: Entite): Elsewhere[] {
  if (!feature.geometrie) return [];
  const [lon, lat] = feature.geometrie.anchor.map((degrees) => degrees.toFixed(5));
  const zoom = zoomOf(feature);
  return [
    { name: "Géoportail", url: `https://www.geoportail.gouv.fr/carte?c=${lon},${lat}&z=${zoom}` },
    { name: "OpenStreetMap", url: `https://www.openstreetmap.org/?mlat=${lat}&mlon=${lon}#map=${zoom}/${lat}/${lon}` },
  ];
}

// A zoom at which the feature is seen whole in a window.
function zoomOf(feature: Entite): number {
  const [west, south, east, north] = boxOf(feature.geometrie!);
  const size = Math.max(east - west, (north - south) * 1.6);
  const closest = feature.precision === "exacte" || feature.precision === "adresse" ? CLOSE : CLOSE - 3;
  return size > 0 ? Math.max(FAR, Math.min(closest, Math.floor(Math.log2((360 / size) * 2)))) : closest;
}
