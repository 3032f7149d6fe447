// What a file gives, before it is a perimeter; and what is wrong with it, in words for the reader.

export type Pair = [x: number, y: number];
export type Polygon = Pair[][]; // a shell, then its holes; closed or not

export interface Found {
  readonly polygons: readonly Polygon[];
  readonly crs: "WGS84" | "Lambert-93" | ""; // as the file tells it; "" if it tells none
  readonly nom: string;
  readonly skipped: boolean; // whether it has points or lines too, which are left aside
}

export class FileProblem extends Error {}
