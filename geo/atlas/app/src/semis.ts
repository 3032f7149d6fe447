// Thousands of points as one path: the small shape of their layer, at each of them.
import L from "leaflet";
import type { Paire } from "./donnees";
import { petite } from "./symboles";

interface Interne { _rings: L.Point[][]; _renderer: { _setPath(couche: L.Path, d: string): void } }

export class Semis extends L.Polyline {
  rayon = 3;

  constructor(private readonly forme: string, points: Paire[], options: L.PolylineOptions) {
    super(points.map((p) => [p]) as L.LatLngExpression[][], { ...options, noClip: true, smoothFactor: 0 });
  }

  // Leaflet's own hook: called when the map moved, with the points in `_rings`, in pixels.
  protected _updatePath(): void {
    const { _rings, _renderer } = this as unknown as Interne;
    _renderer._setPath(this, _rings.map(([p]) => petite(this.forme, p!.x, p!.y, this.rayon)).join("") || "M0 0");
  }
}
