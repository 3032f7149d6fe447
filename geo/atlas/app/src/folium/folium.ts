// What folium's own elements expect of a page, so that they can be added to ours with no network:
// popups are made with jQuery's $(html), coloured markers with L.AwesomeMarkers. Only pages to which
// such elements were added have it: what they hold is the text of who added them.
import type Leaflet from "leaflet";
import image from "leaflet/dist/images/marker-icon.png";
import sharp from "leaflet/dist/images/marker-icon-2x.png";
import shadow from "leaflet/dist/images/marker-shadow.png";

interface Marker { markerColor?: string; iconColor?: string }

const page = window as unknown as { ErbmAtlas: { L: typeof Leaflet }; L: typeof Leaflet; $?: unknown };
const { L } = page.ErbmAtlas;
page.L = L;
delete (L.Icon.Default.prototype as unknown as { _getIconUrl?: unknown })._getIconUrl; // it looks for files beside the page
L.Icon.Default.mergeOptions({ iconUrl: image, iconRetinaUrl: sharp, shadowUrl: shadow });
page.$ ??= (html: string): Element[] => {
  const mould = document.createElement("template");
  mould.innerHTML = html.trim();
  return [...mould.content.children];
};
const library = L as unknown as { AwesomeMarkers?: unknown };
library.AwesomeMarkers ??= { icon: (marker: Marker) => pin(marker.markerColor ?? "blue", marker.iconColor ?? "white") };

function pin(colour: string, dot: string): Leaflet.DivIcon {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 36");
  for (const [shape, fill] of [["M12 35C4 23 1 18 1 12a11 11 0 0 1 22 0c0 6-3 11-11 23z", colour], ["M12 8a4 4 0 1 0 0 8a4 4 0 1 0 0-8z", dot]] as const) {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", shape);
    path.setAttribute("fill", fill);
    path.setAttribute("stroke", "#fff");
    svg.append(path);
  }
  return L.divIcon({ html: svg as unknown as HTMLElement, className: "epingle", iconSize: [24, 36], iconAnchor: [12, 35], popupAnchor: [0, -32] });
}
