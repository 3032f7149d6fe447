import { describe, expect, it, vi } from "vitest";
import { batch, bunches, countIn, trace } from "../src/map/batch";
import { rounded, same } from "../src/map/camera";
import { legendEntries, legendSources } from "../src/map/entries";
import { scaleOf } from "../src/map/keys";
import { around, nearDots, nearLines, toSegment } from "../src/map/near";
import { palette, inkOf, isDark } from "../src/map/palette";
import { place, positionIn, type Frame } from "../src/map/pass";
import { crosses, free, moveApart } from "../src/map/placement";
import { MEASURE, RECORD, sceneOf } from "../src/map/scene";
import { Atlas } from "../src/model/atlas";
import { worldX, worldY, type Geometry } from "../src/model/geometry";
import { Selectors } from "../src/state/select";
import { opening } from "../src/state/view";
import { couche, donnees, dot, entite, line, square } from "./donnees";

const scale = 256 * 2 ** 12;
const frame: Frame = { width: 800, height: 600, zoom: 12, scale, left: worldX(2.8) * scale - 400, top: worldY(50.4) * scale - 300 };

// A canvas that notes what is drawn.
class Notes {
  moves = 0;
  lines = 0;
  begun = 0;
  beginPath(): void { this.begun += 1; }
  moveTo(): void { this.moves += 1; }
  lineTo(): void { this.lines += 1; }
  closePath(): void { this.lines += 0; }
}

function noted(shapes: readonly (Geometry | null)[], part: Parameters<typeof trace>[3]): Notes {
  const notes = new Notes();
  trace(notes as unknown as CanvasRenderingContext2D, frame, batch(shapes), part);
  return notes;
}

describe("a place and the frame", () => {
  it("come back to each other", () => {
    const [lon, lat] = positionIn(frame, place(frame, [2.8123, 50.4321]));
    expect(lon).toBeCloseTo(2.8123, 9);
    expect(lat).toBeCloseTo(50.4321, 9);
  });
});

describe("a batch", () => {
  it("leaves out what is not in the frame, and what is not asked for", () => {
    const shapes = [line(2.79, 50.4, 2.81, 50.4), line(4, 51, 4.1, 51), null, line(2.8, 50.39, 2.8, 50.41)];
    expect(noted(shapes, {}).moves).toBe(2);
    expect(noted(shapes, { lit: Uint8Array.from([0, 1, 1, 1]), want: 1 }).moves).toBe(1);
    expect(countIn(frame, batch(shapes), 10)).toBe(2);
    expect(countIn(frame, batch(shapes), 1)).toBe(1);
  });

  it("skips vertices nearer than half a pixel, never the last", () => {
    const degrees = 360 / scale; // of one pixel
    const near = Array.from({ length: 21 }, (_, i) => [2.8 + i * degrees * 0.1, 50.4]).flat();
    const { lines } = noted([line(...near)], {});
    expect(lines).toBeLessThanOrEqual(5);
    expect(lines).toBeGreaterThanOrEqual(4);
    expect(noted([line(2.8, 50.4, 2.8 + degrees * 0.1, 50.4)], {}).lines).toBe(1);
  });

  it("draws no segment that is wholly on one side of the frame", () => {
    const wide = line(2.8, 50.4, 2.81, 50.4, 4, 50.4, 4.1, 50.4, 4.2, 50.4);
    expect(noted([wide], {}).lines).toBe(2);
    expect(noted([wide], { closed: true }).lines).toBe(4);
  });

  it("makes paths of many lines, each of a bunch of those in the frame", () => {
    vi.stubGlobal("Path2D", Notes);
    const many = Array.from({ length: 450 }, () => line(2.79, 50.4, 2.81, 50.4));
    const paths = bunches(frame, batch([line(4, 51, 4.1, 51), ...many]), {}) as unknown as Notes[];
    expect(paths.map((path) => path.moves)).toEqual([200, 200, 50]);
    vi.unstubAllGlobals();
  });

  it("turns shells and holes each their own way", () => {
    const outer = [0, 0, 4, 0, 4, 4, 0, 4];
    const inner = [1, 1, 3, 1, 3, 3, 1, 3];
    const reversed = [1, 3, 3, 3, 3, 1, 1, 1];
    const turns = (b: ReturnType<typeof batch>, part: number): number => {
      const run = b.xy.slice(b.starts[part], b.starts[part + 1]);
      let area = 0;
      for (let i = 0; i < run.length; i += 2) area += run[i]! * run[(i + 3) % run.length]! - run[(i + 2) % run.length]! * run[i + 1]!;
      return Math.sign(area);
    };
    for (const hole of [inner, reversed]) {
      const b = batch([{ kind: "polygon", parts: [Float64Array.from(outer), Float64Array.from(hole)], shells: [0], anchor: [0.5, 0.5] }]);
      expect(turns(b, 0)).toBe(-turns(b, 1));
    }
  });
});

describe("what is under the pointer", () => {
  const holed: Geometry = {
    kind: "polygon", shells: [0], anchor: [2.71, 50.31],
    parts: [square(2.7, 50.3, 0.3).parts[0]!, square(2.8, 50.4, 0.1).parts[0]!],
  };

  it("is the smallest polygon first, and none in its hole", () => {
    const b = batch([holed, square(2.72, 50.32, 0.02)]);
    expect(around(b, worldX(2.73), worldY(50.33))).toEqual([1, 0]);
    expect(around(b, worldX(2.85), worldY(50.45))).toEqual([]);
    expect(around(b, worldX(2.73), worldY(50.33), Uint8Array.from([1, 0]))).toEqual([0]);
  });

  it("is the nearest line or dot within reach", () => {
    const lines = batch([line(2.7, 50.4, 2.9, 50.4), line(2.7, 50.4005, 2.9, 50.4005)]);
    const all = Uint8Array.from([1, 1]);
    const [x, y] = [worldX(2.8), worldY(50.4002)];
    expect(nearLines(lines, x, y, 1e-5, all).map((n) => n.rank)).toEqual([0, 1]);
    expect(nearLines(lines, x, y, 1e-5, Uint8Array.from([0, 1])).map((n) => n.rank)).toEqual([1]);
    expect(nearLines(lines, x, worldY(50.41), 1e-5, all)).toEqual([]);
    const xy = Float64Array.from([0.5, 0.5, 0.5001, 0.5]);
    expect(nearDots(xy, Uint32Array.from([7, 8]), 0.50009, 0.5, 0.001, () => true).map((n) => n.rank)).toEqual([8, 7]);
    expect(nearDots(xy, Uint32Array.from([7, 8]), 0.50009, 0.5, 0.001, (owner) => owner === 7).map((n) => n.rank)).toEqual([7]);
  });

  it("is measured to a segment, not to its line", () => {
    expect(toSegment(5, 3, 0, 0, 4, 0)).toBeCloseTo(1 + 9);
    expect(toSegment(2, 3, 0, 0, 4, 0)).toBeCloseTo(9);
    expect(toSegment(1, 1, 0, 0, 0, 0)).toBeCloseTo(2);
  });
});

describe("placement", () => {
  it("moves apart what would cover, as little as it can, the same way each time", () => {
    const points = Array.from({ length: 12 }, (_, i) => ({ x: 100 + (i % 2), y: 100 }));
    const placed = moveApart(points, 20, 200, [{ x: 130, y: 90, w: 40, h: 20 }]);
    expect(placed[0]).toEqual(points[0]);
    placed.forEach((a, i) => placed.slice(i + 1).forEach((b) => expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThanOrEqual(19.5)));
    for (const { x, y } of placed) expect(crosses({ x: x - 10, y: y - 10, w: 20, h: 20 }, { x: 130, y: 90, w: 40, h: 20 })).toBe(false);
    expect(moveApart(points, 20, 200, [{ x: 130, y: 90, w: 40, h: 20 }])).toEqual(placed);
    expect(moveApart(points, 20, 5)[11]).toEqual(points[11]);
  });

  it("puts a name where nothing is, in sight, or nowhere", () => {
    const box = { x: 0, y: 0, w: 30, h: 10 };
    const taken = [{ x: -5, y: -5, w: 40, h: 12 }];
    expect(free(box, taken, [[0, 0], [0, 12]])).toEqual({ ...box, y: 12 });
    expect(free(box, taken, [[0, 0], [0, 12]], { x: 0, y: 0, w: 100, h: 15 })).toBeUndefined();
  });
});

describe("the scene", () => {
  const layers = [couche({ id: "cites" }), couche({ id: "puits", inventaire: true }), couche({ id: "zones", surfacique: true })];
  const records = Array.from({ length: 401 }, (_, i) => entite({ id: `puits-${i}`, couche: "puits", inventaire: true }));

  it("gives measures symbols, and records dots", () => {
    const own = [entite({ id: "a" }), entite({ id: "b", geometrie: line(2.7, 50.3, 2.8, 50.4) }), ...records, entite({ id: "c", geometrie: null })];
    const atlas = new Atlas(donnees({ couches: layers, entites: own }));
    const shown = own.filter((e) => e.id !== "puits-3");
    const [cites, puits] = ["cites", "puits"].map((id) => sceneOf(atlas, shown).find((s) => s.layer.id === id)!);
    expect(cites!.measures.map((e) => e.id)).toEqual(["a"]);
    expect([...cites!.lit]).toEqual([MEASURE, MEASURE, MEASURE]);
    expect(puits!.lit[3]).toBe(0);
    expect(puits!.lit[4]).toBe(RECORD);
    expect(puits!.records).toBe(400);
    expect(sceneOf(atlas, shown)).toBe(sceneOf(atlas, shown));
  });

  it("draws a crowd of measures as records", () => {
    const own = records.map((e) => ({ ...e, couche: "cites", inventaire: false }));
    const atlas = new Atlas(donnees({ couches: layers, entites: own }));
    expect(sceneOf(atlas, own)[0]!.measures).toEqual([]);
    expect(sceneOf(atlas, own.slice(0, 400))[0]!.measures).toHaveLength(400);
  });

  it("puts the widest polygons under the others", () => {
    const own = [entite({ id: "a", geometrie: square(2.8, 50.4, 0.01) }), entite({ id: "z", couche: "zones", geometrie: square(2.7, 50.3, 0.2) })];
    const atlas = new Atlas(donnees({ couches: layers, entites: own }));
    expect(sceneOf(atlas, own).map((s) => s.layer.id)).toEqual(["zones", "cites"]);
  });
});

describe("the legend", () => {
  it("says only what is shown", () => {
    const own = [
      entite({ id: "a" }), entite({ id: "b", precision: "adresse" }), entite({ id: "c", precision: "commune", couche: "friches", geometrie: dot(2.8, 50.4) }),
      entite({ id: "t", couche: "friches", precision: "territoire", geometrie: null, couvre: ["200033579"] }),
    ];
    const atlas = new Atlas(donnees({ entites: own }));
    const select = new Selectors(atlas);
    const view = opening(atlas);
    const said = (patch: object): string[] => legendEntries(atlas, { ...view, ...patch }, select).flatMap((g) => g.entries.map((e) => (typeof e.key === "string" ? e.key : e.key.id)));
    expect(said({})).toEqual(["cites", "friches", "exacte", "commune", "ecart", "epci", "limite"]);
    expect(said({ layers: new Set(["cites"]) })).toEqual(["cites", "exacte", "ecart", "epci", "limite"]);
    expect(said({ selection: "t" })).toContain("territoire");
    expect(said({ layers: new Set() })).toEqual(["epci", "limite"]);
  });

  it("names the sources of the layers shown, and those of none", () => {
    const atlas = new Atlas(donnees({
      couches: [couche({ id: "cites", sources: ["Bilan"] }), couche({ id: "friches", sources: ["Cartofriches"] })], sources_courtes: ["Bilan", "Cartofriches", "IGN"],
    }));
    expect(legendSources(atlas, { ...opening(atlas), layers: new Set(["friches"]) })).toEqual(["Cartofriches", "IGN"]);
  });
});

describe("the scale bar", () => {
  it("is a round length on the ground", () => {
    const { metres, pixels, text } = scaleOf(frame, 140);
    expect(metres).toBe(2000);
    expect(text).toBe("2\u202fkm");
    const [west, , east] = [positionIn(frame, { x: 400, y: 300 }), 0, positionIn(frame, { x: 400 + pixels, y: 300 })];
    const ground = ((east[0] - west[0]) * Math.PI / 180) * 6_378_137 * Math.cos((west[1] * Math.PI) / 180);
    expect(ground).toBeCloseTo(metres, 0);
  });
});

describe("colours and cameras", () => {
  it("are light on paper, whatever the screen", () => {
    const atlas = new Atlas(donnees());
    const view = { ...opening(atlas), dark: true };
    expect(isDark({ view, paper: true })).toBe(false);
    expect(isDark({ view, paper: false })).toBe(true);
    expect(palette(true)).not.toEqual(palette(false));
    expect(inkOf(couche({ id: "x" }), false).main).toBe("#a63d2a");
    expect(inkOf(couche({ id: "x" }), true).main).toMatch(/^rgb\(/);
  });

  it("are told as an address keeps them", () => {
    const camera = rounded({ lat: 50.123456789, lon: 2.9876543211, zoom: 11.2512 });
    expect(camera).toEqual({ lat: 50.123457, lon: 2.987654, zoom: 11.25 });
    expect(same(camera, { ...camera })).toBe(true);
    expect(same(camera, null)).toBe(false);
  });
});
