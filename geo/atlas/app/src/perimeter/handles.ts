// The corners of the perimeter on the map: dragged, moved by the arrows, deleted, added between two others.
import L from "leaflet";
import { rounded } from "../geometry/coordinates";
import { runToDegrees, toDegrees, toMetres } from "../geometry/lambert";
import { ringsOf } from "../geometry/perimeter";
import type { Position } from "../model/data";
import { positions } from "../model/geometry";
import type { Perimeter } from "../state/view";
import type { App } from "../ui/app";
import { drag, dragged } from "./live";
import { OUTLINE } from "./painter";

export const MOST_HANDLES = 150;
const STEP_PX = 10; // that an arrow moves a corner, a tenth of it with Shift
const SIDE_PX = 24; // of what is pressed
const LEAST_RADIUS_M = 1;
const ARROWS: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const OUTLINE_STYLE: L.PolylineOptions = { weight: 2.5, dashArray: "9 4", fillOpacity: 0.08, interactive: false };

interface Handle { label: string; at: Position; between: boolean; moved(to: Position): Perimeter; removed?(): Perimeter | null }

export class Handles {
  private markers: L.Marker[] = [];
  private focused = -1;
  private outline: L.Polygon | null = null; // while a corner moves

  constructor(private readonly app: App) {
    app.map.leaflet.on("zoomend", this.thin);
  }

  show(perimeter: Perimeter | null): void {
    this.clear();
    if (!perimeter) return;
    this.markers = handlesOf(perimeter).map((handle, rank) => this.marker(handle, rank));
    if (this.focused >= 0) this.markers[Math.min(this.focused, this.markers.length - 1)]?.getElement()?.focus();
    this.focused = -1;
    this.thin();
  }

  clear(): void {
    for (const marker of this.markers) marker.remove();
    this.markers = [];
  }

  // Two targets never lie on one another: a handle between two corners too close waits for a larger scale.
  private readonly thin = (): void => {
    const { leaflet } = this.app.map;
    const at = this.markers.map((marker) => leaflet.latLngToContainerPoint(marker.getLatLng()));
    this.markers.forEach((marker, rank) => {
      const element = marker.getElement()!;
      if (!element.classList.contains("entre")) return;
      const tight = at.some((other, n) => !this.markers[n]!.getElement()!.classList.contains("entre") && other.distanceTo(at[rank]!) < SIDE_PX);
      element.style.display = tight && element !== document.activeElement ? "none" : "";
    });
  };

  private marker(handle: Handle, rank: number): L.Marker {
    const icon = L.divIcon({ className: handle.between ? "sommet entre" : "sommet", iconSize: [SIDE_PX, SIDE_PX] });
    const marker = L.marker([handle.at[1], handle.at[0]], { icon, draggable: true, keyboard: true, autoPan: true, zIndexOffset: handle.between ? 0 : 1000 });
    marker.addTo(this.app.map.leaflet);
    const at = (): Position => rounded([marker.getLatLng().lng, marker.getLatLng().lat]);
    marker.on("drag", () => this.follow(handle.moved(at())));
    marker.on("dragend", () => {
      this.app.map.endDrag(); // this marker goes, and the click would reach what is under it
      this.keep(handle.moved(at()));
    });
    if (handle.between) marker.on("click", () => this.keep(handle.moved(at()), rank));
    const element = marker.getElement()!;
    element.setAttribute("role", "button");
    element.setAttribute("aria-label", handle.label);
    element.title = handle.label;
    element.addEventListener("keydown", (e) => this.key(e, handle, marker, rank));
    return marker;
  }

  // While a corner moves, the other handles stay where they were: only those between are hidden.
  private follow(perimeter: Perimeter): void {
    const rings = ringsOf(perimeter).map((ring) => positions(runToDegrees(ring)).map(([lon, lat]): L.LatLngTuple => [lat, lon]));
    if (!dragged()) {
      this.app.map.leaflet.getContainer().classList.add("sommet-bouge");
      this.app.map.redraw();
    }
    drag(perimeter);
    if (this.outline) this.outline.setLatLngs(rings);
    else this.outline = L.polygon(rings, { ...OUTLINE_STYLE, color: this.app.store.view.dark ? OUTLINE.dark : OUTLINE.light }).addTo(this.app.map.leaflet);
  }

  private keep(perimeter: Perimeter | null, focus = -1): void {
    this.app.map.leaflet.getContainer().classList.remove("sommet-bouge");
    this.focused = focus;
    this.outline?.remove();
    this.outline = null;
    drag(null);
    this.app.map.redraw();
    if (perimeter) this.app.store.set({ perimeter });
    else this.app.say("Il faut au moins trois sommets\u00a0: celui-ci reste.");
  }

  private key(e: KeyboardEvent, handle: Handle, marker: L.Marker, rank: number): void {
    const arrow = ARROWS[e.key];
    if (arrow) {
      const { x, y } = this.app.map.leaflet.latLngToContainerPoint(marker.getLatLng());
      const step = e.shiftKey ? STEP_PX / 10 : STEP_PX;
      this.keep(handle.moved(rounded(this.app.map.position({ x: x + step * arrow[0], y: y + step * arrow[1] }))), rank);
    } else if ((e.key === "Delete" || e.key === "Backspace") && handle.removed) this.keep(handle.removed(), rank);
    else if (e.key === "Enter" && handle.between) this.keep(handle.moved(handle.at), rank);
    else return;
    e.preventDefault();
    e.stopPropagation();
  }
}

function handlesOf(perimeter: Perimeter): Handle[] {
  if (perimeter.kind === "circle") return circleHandles(perimeter);
  const total = perimeter.rings.reduce((sum, ring) => sum + ring.length, 0);
  if (total > MOST_HANDLES) return [];
  return perimeter.rings.flatMap((ring, rank) => ring.flatMap((at, i): Handle[] => {
    const next = ring[(i + 1) % ring.length]!;
    const changed = (made: readonly Position[]): Perimeter => ({ ...perimeter, rings: perimeter.rings.map((one, r) => (r === rank ? made : one)) });
    return [
      {
        label: `Sommet ${i + 1} sur ${ring.length}\u00a0: les flèches le déplacent, Suppr le supprime`, at, between: false,
        moved: (to) => changed(spliced(ring, i, 1, to)),
        removed: () => (ring.length > 3 ? changed(spliced(ring, i, 1)) : null),
      },
      {
        label: `Ajouter un sommet après le sommet ${i + 1}`, at: rounded([(at[0] + next[0]) / 2, (at[1] + next[1]) / 2]), between: true,
        moved: (to) => changed(spliced(ring, i + 1, 0, to)),
      },
    ];
  }));
}

function spliced(ring: readonly Position[], at: number, drop: number, ...added: Position[]): Position[] {
  return [...ring.slice(0, at), ...added, ...ring.slice(at + drop)];
}

function circleHandles(circle: Perimeter & { kind: "circle" }): Handle[] {
  const [x, y] = toMetres(circle.centre);
  return [
    { label: "Centre du cercle\u00a0: les flèches le déplacent", at: circle.centre, between: false, moved: (to) => ({ ...circle, centre: to }) },
    {
      label: "Rayon du cercle\u00a0: les flèches le changent", at: toDegrees([x + circle.rayon_m, y]), between: false,
      moved: (to) => {
        const [tx, ty] = toMetres(to);
        return { ...circle, rayon_m: Math.max(LEAST_RADIUS_M, Math.round(Math.hypot(tx - x, ty - y))) };
      },
    },
  ];
}
