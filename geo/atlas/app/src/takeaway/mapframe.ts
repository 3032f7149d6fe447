// The map on a sheet of any size: what part of the world it shows, and the base map under it.
import type { App } from "../ui/app";
import { boxOf, worldX, worldY, type Box } from "../model/geometry";
import type { Frame } from "../map/pass";

const AIR = 0.03; // around a territory, of the sheet's map

// What a sheet shows: the whole territory while the map is fitted on it, or else all that is seen.
export function seen({ atlas, store, map }: App): Box {
  if (!store.view.camera) return boxOf(atlas.place(store.view.territory).forme);
  const bounds = map.leaflet.getBounds();
  return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
}

// The frame of a size in which a box stands whole, in its middle.
export function frameFor([west, south, east, north]: Box, width: number, height: number): Frame {
  const [left, right, top, bottom] = [worldX(west), worldX(east), worldY(north), worldY(south)];
  const scale = Math.min(width / (right - left), height / (bottom - top)) * (1 - 2 * AIR);
  return {
    width, height, scale, zoom: Math.log2(scale / 256),
    left: ((left + right) / 2) * scale - width / 2, top: ((top + bottom) / 2) * scale - height / 2,
  };
}

// The images of base maps that are on the screen, with the share of its width from which they are seen
// and that to which.
export type Under = readonly { readonly image: HTMLImageElement; readonly from: number; readonly to: number }[];

const PANES = ["fond", "fond-avant"] as const;

// What lies under the map of the screen; each ground on its side of the swipe.
function underOf({ map, store }: App): Under {
  const { ground, before, swipe } = store.view;
  if (!ground || !map.grounded) return [];
  const loaded = (pane: string): HTMLImageElement[] =>
    [...(map.leaflet.getPane(pane)?.querySelectorAll<HTMLImageElement>("img.leaflet-tile") ?? [])].filter((image) => image.complete && image.naturalWidth > 0);
  const [on, older] = PANES.map(loaded) as [HTMLImageElement[], HTMLImageElement[]];
  const limit = before && older.length ? swipe : 0;
  return [...on.map((image) => ({ image, from: limit, to: 1 })), ...(limit ? older.map((image) => ({ image, from: 0, to: limit })) : [])];
}

// What of it a sheet bears: images that their server gives no leave to copy would spoil it, and are left out.
export function takenUnder(app: App): { under: Under; left: boolean } {
  const under = underOf(app);
  const left = under.some(({ image }) => image.crossOrigin === null);
  return { under: left ? [] : under, left };
}

// Paint the map of a frame on a canvas of its own, over base maps if there are some.
export function paintMap({ map }: App, canvas: HTMLCanvasElement | OffscreenCanvas, frame: Frame, ratio: number, under: Under): CanvasRenderingContext2D {
  canvas.width = Math.round(frame.width * ratio);
  canvas.height = Math.round(frame.height * ratio);
  const ctx = canvas.getContext("2d") as CanvasRenderingContext2D; // that of an OffscreenCanvas paints the same
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  for (const tile of under) drawTile(map.leaflet, ctx, frame, tile);
  map.paint(ctx, frame, true, under.length > 0);
  const limit = under.find(({ from }) => from > 0)?.from;
  if (limit !== undefined) drawLimit(ctx, frame, across(map.leaflet, frame, limit));
  return ctx;
}

// Where a share of the screen's width stands in a frame.
function across(leaflet: App["map"]["leaflet"], frame: Frame, share: number): number {
  return worldX(leaflet.containerPointToLatLng([leaflet.getSize().x * share, 0]).lng) * frame.scale - frame.left;
}

function drawLimit(ctx: CanvasRenderingContext2D, { height }: Frame, x: number): void {
  for (const [colour, width] of [["#fffdf9", 4], ["#23272d", 1.5]] as const) {
    ctx.fillStyle = colour;
    ctx.fillRect(x - width / 2, 0, width, height);
  }
}

// A tile goes where it stands on the screen, from there to the sheet through the world.
function drawTile(leaflet: App["map"]["leaflet"], ctx: CanvasRenderingContext2D, frame: Frame, { image, from, to }: Under[number]): void {
  const box = image.getBoundingClientRect();
  const host = leaflet.getContainer().getBoundingClientRect();
  const corner = (x: number, y: number): { x: number; y: number } => {
    const { lat, lng } = leaflet.containerPointToLatLng([x - host.left, y - host.top]);
    return { x: worldX(lng) * frame.scale - frame.left, y: worldY(lat) * frame.scale - frame.top };
  };
  const [a, b] = [corner(box.left, box.top), corner(box.right, box.bottom)];
  // on the outer sides what is beyond the screen is seen too
  const [start, end] = [from > 0 ? across(leaflet, frame, from) : 0, to < 1 ? across(leaflet, frame, to) : frame.width];
  ctx.save();
  ctx.beginPath();
  ctx.rect(start, 0, end - start, frame.height);
  ctx.clip();
  ctx.drawImage(image, a.x, a.y, b.x - a.x, b.y - a.y);
  ctx.restore();
}
