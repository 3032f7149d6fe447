// What folium's own elements expect of a page, so that they can be added to ours with no network:
// popups are made with jQuery's $(html), coloured markers with L.AwesomeMarkers.
import L from "leaflet";

interface Marque { markerColor?: string; iconColor?: string }

export function preparerFolium(): void {
  const page = window as unknown as { $?: unknown };
  page.$ ??= (html: string): Element[] => {
    const moule = document.createElement("template");
    moule.innerHTML = html.trim();
    return [...moule.content.children];
  };
  const bibliotheque = L as unknown as { AwesomeMarkers?: unknown };
  bibliotheque.AwesomeMarkers ??= { icon: (marque: Marque) => epingle(marque.markerColor ?? "blue", marque.iconColor ?? "white") };
}

function epingle(couleur: string, point: string): L.DivIcon {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 36");
  for (const [forme, teinte] of [["M12 35C4 23 1 18 1 12a11 11 0 0 1 22 0c0 6-3 11-11 23z", couleur], ["M12 8a4 4 0 1 0 0 8a4 4 0 1 0 0-8z", point]] as const) {
    const trace = document.createElementNS("http://www.w3.org/2000/svg", "path");
    trace.setAttribute("d", forme);
    trace.setAttribute("fill", teinte);
    trace.setAttribute("stroke", "#fff");
    svg.append(trace);
  }
  return L.divIcon({ html: svg as unknown as HTMLElement, className: "epingle", iconSize: [24, 36], iconAnchor: [12, 35], popupAnchor: [0, -32] });
}
