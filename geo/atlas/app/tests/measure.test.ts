import { describe, expect, it } from "vitest";
import { readPlace, writePlace } from "../src/geometry/coordinates";
import { groundArea, groundLength } from "../src/geometry/ellipsoid";
import { toMetres } from "../src/geometry/lambert";
import { areaText, lengthText, percent } from "../src/geometry/written";
import type { Position } from "../src/model/data";
import { measure } from "../src/tools/measure";

const RING: Position[] = [[2.8, 50.4], [2.9, 50.41], [2.88, 50.47], [2.81, 50.45]];

describe("measures on the ground", () => {
  // python -c "from pyproj import Geod; print(Geod(ellps='GRS80').inv(2.5, 50.4, 3.2, 50.35)[2])"
  it.each<[Position, Position, number]>([
    [[2.5, 50.4], [3.2, 50.35], 50105.02733473907],
    [[2.83, 50.43], [2.83, 50.44], 1112.3743689329679],
  ])("%j to %j is the geodesic to 1e-6", (from, to, metres) => {
    expect(groundLength(toMetres(from), toMetres(to)) / metres).toBeCloseTo(1, 6);
  });

  // pyproj: Geod(ellps="GRS80").polygon_area_perimeter of RING, its edges straight in EPSG:2154 and cut in 500
  it("has the area of the polygon on the ellipsoid", () => {
    expect(groundArea(RING.map(toMetres)) / 37542090.65562908).toBeCloseTo(1, 6);
    const { ground, groundArea: area, plane, planeArea, segments } = measure(RING, true);
    expect(ground / 25072.361680841568).toBeCloseTo(1, 6);
    expect(area / 37542090.65562908).toBeCloseTo(1, 6);
    expect(segments).toHaveLength(4);
    expect(plane / ground).toBeGreaterThan(1.0005);
    expect(planeArea / area).toBeGreaterThan(1.001);
  });

  it("is nothing for one point, open for two", () => {
    expect(measure(RING.slice(0, 1), false)).toMatchObject({ segments: [], ground: 0, groundArea: 0 });
    expect(measure(RING.slice(0, 2), false).segments).toHaveLength(1);
  });
});

describe("coordinates", () => {
  it.each([
    "50.43, 2.83", "50,43 2,83", "50,43, 2,83", "50,43 ; 2,83", "2.83 50.43", "lat 50.43 lon 2.83", "50° 25′ 48″ N, 2° 49′ 48″ E", "50°25'48\"N 2°49'48\"E",
    "687903,4527 7036954,7", "687\u202f903,4527 7\u202f036\u202f954,7", "X 687 903,4527 m, Y 7 036 954,7 m", "687903.4527 7036954.7000",
  ])("are read from %j", (text) => {
    const { at } = readPlace(text)!;
    expect(at[0]).toBeCloseTo(2.83, 5);
    expect(at[1]).toBeCloseTo(50.43, 5);
  });

  it.each(["", "Lens", "50.43", "0 0", "48 200", "1 2 3", "99.9 99.9", "<b>50</b>"])("are not read from %j", (text) => {
    expect(readPlace(text)).toBeNull();
  });

  it("knows the west", () => {
    expect(readPlace("50° 25′ 48″ N, 1° 30′ 0″ O")!.at[0]).toBeCloseTo(-1.5, 9);
  });

  it("are written in three ways, which are read back", () => {
    const written = writePlace([2.8305, 50.43]);
    expect(written.decimal).toBe("50,43000° N, 2,83050° E");
    expect(written.sexagesimal).toBe("50° 25′ 48,0″ N, 2° 49′ 49,8″ E");
    expect(written.lambert).toBe("X 687\u202f939\u00a0m, Y 7\u202f036\u202f955\u00a0m");
    for (const text of Object.values(written)) expect(readPlace(text)!.at[1]).toBeCloseTo(50.43, 4);
  });

  it("carry seconds over", () => {
    expect(writePlace([2.9999999, 50.0]).sexagesimal).toBe("50° 00′ 00,0″ N, 3° 00′ 00,0″ E");
  });
});

describe("sizes in words", () => {
  it("have the unit that suits them", () => {
    expect(lengthText(12.34)).toBe("12,3\u00a0m");
    expect(lengthText(1234.5)).toBe("1,235\u00a0km");
    expect(areaText(5000)).toBe("5\u202f000\u00a0m²");
    expect(areaText(123_456)).toBe("12,35\u00a0ha");
    expect(areaText(45_600_000)).toBe("45,6\u00a0km²");
    expect(percent(0.00001)).toBe("moins de 0,1\u00a0%");
    expect(percent(0.9999)).toBe("plus de 99,9\u00a0%");
  });
});
