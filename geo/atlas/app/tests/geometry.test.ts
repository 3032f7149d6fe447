import { describe, expect, it } from "vitest";
import { Cutter } from "../src/geometry/cut";
import { nested, problemOf, ready, CIRCLE_SIDES, together } from "../src/geometry/perimeter";
import { planarFrom, planarOf, ringArea, runLength, type Planar } from "../src/geometry/planar";
import { line } from "./donnees";

const [X, Y] = [690_000, 7_030_000]; // the heart of the basin

// Numbers that look random and are the same each time.
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function run(...flat: number[]): Float64Array {
  return Float64Array.from(flat, (value, i) => value + (i % 2 ? Y : X));
}

// A star with a concave outline, around a place.
function star(roll: () => number, x: number, y: number, radius: number, corners: number): Float64Array {
  return run(...Array.from({ length: corners }, (_, i) => {
    const [turn, far] = [(2 * Math.PI * (i + 0.8 * roll())) / corners, radius * (0.3 + 0.7 * roll())];
    return [x + far * Math.cos(turn), y + far * Math.sin(turn)];
  }).flat());
}

type Edge = [number, number, number, number];

function edgesOf({ parts }: Planar): Edge[] {
  return parts.flatMap((ring) => Array.from({ length: ring.length / 2 }, (_, i): Edge => {
    const j = (2 * i + 2) % ring.length;
    return [ring[2 * i]! - X, ring[2 * i + 1]! - Y, ring[j]! - X, ring[j + 1]! - Y];
  }));
}

// Slow and independent: between the heights of all vertices and crossings edges are the sides of
// trapezoids, whose area is their height by their width half way.
function slowArea(a: Planar, b: Planar): number {
  const [one, two] = [edgesOf(a), edgesOf(b)];
  const heights = [...one, ...two].map(([, y]) => y);
  for (const [ax, ay, bx, by] of one) {
    for (const [cx, cy, dx, dy] of two) {
      const turn = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx);
      const share = ((cx - ax) * (dy - cy) - (cy - ay) * (dx - cx)) / turn;
      if (share > 0 && share < 1) heights.push(ay + share * (by - ay));
    }
  }
  heights.sort((p, q) => p - q);
  const spans = (edges: Edge[], y: number): number[] => edges
    .filter(([, ay, , by]) => ay > y !== by > y)
    .map(([ax, ay, bx, by]) => ax + ((y - ay) / (by - ay)) * (bx - ax))
    .sort((p, q) => p - q);
  let area = 0;
  for (let i = 1; i < heights.length; i++) {
    const y = (heights[i]! + heights[i - 1]!) / 2;
    const [mine, other] = [spans(one, y), spans(two, y)];
    for (let m = 0; m + 1 < mine.length; m += 2) {
      for (let o = 0; o + 1 < other.length; o += 2) {
        const width = Math.min(mine[m + 1]!, other[o + 1]!) - Math.max(mine[m]!, other[o]!);
        if (width > 0) area += width * (heights[i]! - heights[i - 1]!);
      }
    }
  }
  return area;
}

function slowLength(path: Float64Array, polygon: Planar): number {
  const edges = edgesOf(polygon);
  const inside = (x: number, y: number): boolean => edges
    .filter(([ax, ay, bx, by]) => ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)).length % 2 === 1;
  let length = 0;
  for (let i = 2; i < path.length; i += 2) {
    const [ax, ay, bx, by] = [path[i - 2]! - X, path[i - 1]! - Y, path[i]! - X, path[i + 1]! - Y];
    const cuts = edges.map(([cx, cy, dx, dy]) => ((cx - ax) * (dy - cy) - (cy - ay) * (dx - cx)) / ((bx - ax) * (dy - cy) - (by - ay) * (dx - cx)));
    const shares = [0, 1, ...cuts.filter((s) => s > 0 && s < 1)].sort((p, q) => p - q);
    for (let s = 1; s < shares.length; s++) {
      const half = (shares[s]! + shares[s - 1]!) / 2;
      if (inside(ax + half * (bx - ax), ay + half * (by - ay))) length += (shares[s]! - shares[s - 1]!) * Math.hypot(bx - ax, by - ay);
    }
  }
  return length;
}

describe("what is inside a perimeter", () => {
  it("has the area that a slow computation finds, for concave shapes with holes", () => {
    const roll = dice(5);
    for (let turn = 0; turn < 45; turn++) {
      const hole = (x: number, y: number): Float64Array => star(roll, x, y, 15, 5);
      const perimeter = nested([star(roll, 0, 0, 1000, 12), ...(turn % 3 ? [] : [hole(0, 0)])]);
      const [x, y] = [2000 * roll() - 1000, 2000 * roll() - 1000];
      const feature = nested([star(roll, x, y, 50 + 1500 * roll(), 20), hole(x, y)]);
      const expected = slowArea(feature, perimeter);
      const part = new Cutter(perimeter).part(feature);
      expect(Math.abs(part.area - expected)).toBeLessThan(1e-9 * feature.area);
      const cut = new Cutter(perimeter).geometry(feature) as { polygons: Float64Array[][] };
      const drawn = cut.polygons.flat().reduce((sum, ring) => sum + ringArea(ring), 0);
      expect(Math.abs(drawn - expected)).toBeLessThan(1e-6 * feature.area);
    }
  });

  it("has the length that a slow computation finds", () => {
    const roll = dice(7);
    for (let turn = 0; turn < 60; turn++) {
      const perimeter = nested([star(roll, 0, 0, 1000, 14), star(roll, 0, 0, 100, 6)]);
      const path = run(...Array.from({ length: 60 }, () => 2400 * roll() - 1200));
      const expected = slowLength(path, perimeter);
      const planar = planarFrom("line", [path]);
      const cutter = new Cutter(perimeter);
      expect(Math.abs(cutter.part(planar).length - expected)).toBeLessThan(1e-9 * planar.length);
      const cut = cutter.geometry(planar) as { runs: Float64Array[] };
      expect(cut.runs.reduce((sum, one) => sum + runLength(one), 0)).toBeCloseTo(expected, 6);
    }
  });

  const square = nested([run(0, 0, 100, 0, 100, 100, 0, 100)]);
  const cutter = new Cutter(square);
  const poly = (...flat: number[]): Planar => nested([run(...flat)]);

  it("is a whole line along the edge, as for one territory of geo.allocate", () => {
    expect(cutter.part(planarFrom("line", [run(-50, 0, 150, 0)])).length).toBeCloseTo(100, 9);
    expect(cutter.part(planarFrom("line", [run(20, 100, 40, 100)])).length).toBeCloseTo(20, 9);
  });

  it("has the points on the edge, and no line that only touches it", () => {
    expect(cutter.part(planarFrom("point", [run(0, 50, 100, 100, 50, 50, 101, 50)])).points).toBe(3);
    expect(cutter.part(planarFrom("line", [run(-10, -10, 0, 0, -10, 10)])).share).toBe(0);
  });

  it.each<[string, Planar, number]>([
    ["the same polygon", poly(0, 0, 100, 0, 100, 100, 0, 100), 10_000],
    ["one that shares an edge from inside", poly(0, 0, 50, 0, 50, 100, 0, 100), 5000],
    ["one that shares an edge from outside", poly(100, 0, 200, 0, 200, 100, 100, 100), 0],
    ["one through two corners", poly(0, 0, 100, 100, 0, 200), 5000],
    ["one around it", poly(-10, -10, 110, -10, 110, 110, -10, 110), 10_000],
    ["one that touches a corner", poly(100, 100, 150, 100, 150, 150), 0],
    ["one that shares part of an edge and crosses another", poly(0, 20, 150, 20, 150, 40, 0, 40), 2000],
  ])("counts edges in common right: %s", (_, feature, area) => {
    expect(cutter.part(feature).area).toBeCloseTo(area, 6);
  });

  it("counts a hole of the size of what it holds as nothing", () => {
    const ring = nested([run(-50, -50, 150, -50, 150, 150, -50, 150), run(0, 0, 100, 0, 100, 100, 0, 100)]);
    expect(new Cutter(ring).part(square).area).toBeCloseTo(0, 6);
    expect(cutter.part(ring).share).toBe(0);
  });

  it("measures once a stretch that a line runs over twice", () => {
    const there = planarOf(line(2.8, 50.4, 2.81, 50.4, 2.82, 50.41));
    const twice = planarOf(line(2.8, 50.4, 2.81, 50.4, 2.82, 50.41, 2.81, 50.4));
    expect(twice.length).toBe(there.length);
  });
});

describe("a perimeter", () => {
  it("is refused when it crosses or touches itself, lies on a line, or has two corners", () => {
    expect(problemOf([run(0, 0, 100, 100, 100, 0, 0, 100)])).toMatch(/se croise/);
    expect(problemOf([run(0, 0, 100, 0, 50, 50, 100, 100, 0, 100, 50, 50)])).toMatch(/se touche/);
    expect(problemOf([run(0, 0, 100, 0, 50, 0, 50, 80)])).toMatch(/se croise|se touche/);
    expect(problemOf([run(0, 0, 50, 50, 100, 100)])).toMatch(/surface/);
    expect(problemOf([run(0, 0, 50, 50)])).toMatch(/trois sommets/);
    expect(problemOf([run(0, 0, 100, 0, 60, 30, 100, 100, 0, 100)])).toBe("");
  });

  it("may have holes that touch its edge in a place, and islands in them", () => {
    const rings = [run(0, 0, 100, 0, 100, 100, 0, 100), run(0, 0, 60, 10, 10, 60), run(20, 20, 30, 20, 20, 30)];
    expect(problemOf(rings)).toBe("");
    const planar = nested(rings);
    expect(planar.shells).toEqual([0, 2]);
    expect(planar.area).toBeCloseTo(10_000 - 1750 + 50, 6);
  });

  it("stands for a circle to less than 1e-4 of its area", () => {
    const { planar } = ready({ kind: "circle", centre: [2.83, 50.43], rayon_m: 1500, nom: "" });
    expect(planar!.parts[0]!.length).toBe(2 * CIRCLE_SIDES);
    expect(1 - planar!.area / (Math.PI * 1500 ** 2)).toBeGreaterThan(0);
    expect(1 - planar!.area / (Math.PI * 1500 ** 2)).toBeLessThan(1e-4);
  });

  it("is one where polygons overlap", () => {
    const rings = together([[run(0, 0, 100, 0, 100, 100, 0, 100)], [run(50, 0, 150, 0, 150, 100, 50, 100)]]);
    expect(rings).toHaveLength(1);
    const { planar } = ready({ kind: "polygon", rings, nom: "" });
    expect(planar!.area).toBeCloseTo(15_000, 3);
  });
});
