// What grows with the scale of the map, in pixels.

export const LARGE = 26; // side from which a polygon needs no symbol
export const DETAIL = 12.5; // zoom from which records have their pictogram, when few are in sight
export const DETAIL_SIZE = 18;

export function symbolSize(zoom: number): number {
  return zoom < 9 ? 10 : zoom < 9.7 ? 14 : zoom < 10.3 ? 16 : zoom < 12 ? 21 : 26;
}

export function recordRadius(zoom: number): number {
  return zoom < 9 ? 1.8 : zoom < 10.3 ? 2.6 : zoom < 12 ? 3.6 : 4.6;
}

export function lineWidth(zoom: number, width: number, record: boolean): number {
  if (record) return zoom < 12 ? Math.min(1.2, width) : width;
  return zoom < 9 ? width / 2 : width;
}
