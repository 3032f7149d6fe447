// Which of many features is under the pointer, when one path draws them all.
import L from "leaflet";
import type { Entite, Paire } from "./donnees";

export function plusProche(entites: Entite[], lieu: L.LatLng, carte: L.Map, tolerance: number): Entite | undefined {
  const ici = carte.latLngToLayerPoint(lieu);
  const coin = carte.layerPointToLatLng(ici.add([tolerance, tolerance]));
  const [dlat, dlon] = [Math.abs(coin.lat - lieu.lat), Math.abs(coin.lng - lieu.lng)];
  const loin = (a: Paire, b: Paire): boolean =>
    Math.min(a[0], b[0]) > lieu.lat + dlat || Math.max(a[0], b[0]) < lieu.lat - dlat
    || Math.min(a[1], b[1]) > lieu.lng + dlon || Math.max(a[1], b[1]) < lieu.lng - dlon;
  let trouve: Entite | undefined;
  let moindre = tolerance;
  for (const entite of entites) {
    for (const points of entite.lignes ?? [entite.points ?? [entite.point!]]) {
      for (let i = 0; i < points.length; i++) {
        const [a, b] = [points[i]!, points[entite.lignes ? i + 1 : i]];
        if (!b || loin(a, b)) continue;
        const ecart = L.LineUtil.pointToSegmentDistance(ici, carte.latLngToLayerPoint(a), carte.latLngToLayerPoint(b));
        if (ecart <= moindre) [moindre, trouve] = [ecart, entite];
      }
    }
  }
  return trouve;
}
