// What the application runs of Leaflet, from its own modules: the rest is a quarter of a page's script.
import { Control, control } from "leaflet/src/control/Control";
import { Attribution } from "leaflet/src/control/Control.Attribution";
import { scale } from "leaflet/src/control/Control.Scale";
import { zoom } from "leaflet/src/control/Control.Zoom";
import * as DomEvent from "leaflet/src/dom/DomEvent";
import * as DomUtil from "leaflet/src/dom/DomUtil";
import { toPoint as point } from "leaflet/src/geometry/Point";
import { divIcon } from "leaflet/src/layer/marker/DivIcon";
import { marker } from "leaflet/src/layer/marker/Marker";
import { tileLayer } from "leaflet/src/layer/tile/TileLayer";
import { tileLayerWMS } from "leaflet/src/layer/tile/TileLayer.WMS";
import { polygon } from "leaflet/src/layer/vector/Polygon";
import { SVG } from "leaflet/src/layer/vector/SVG";
import { createMap as map, Map } from "leaflet/src/map/Map";
import "leaflet/src/map/handler/Map.BoxZoom";
import "leaflet/src/map/handler/Map.DoubleClickZoom";
import "leaflet/src/map/handler/Map.Drag";
import "leaflet/src/map/handler/Map.Keyboard";
import "leaflet/src/map/handler/Map.ScrollWheelZoom";
import "leaflet/src/map/handler/Map.TapHold";
import "leaflet/src/map/handler/Map.TouchZoom";

Control.Attribution = Attribution;
Object.assign(control, { scale, zoom });
tileLayer.wms = tileLayerWMS;

// The one renderer of the handles' outline.
Map.include({
  getRenderer() {
    const renderer = (this._renderer ??= new SVG());
    if (!this.hasLayer(renderer)) this.addLayer(renderer);
    return renderer;
  },
});

export default { Control, DomEvent, DomUtil, Map, control, divIcon, map, marker, point, polygon, tileLayer };
