import { describe, expect, it } from "vitest";
import { runToDegrees, runToMetres, scaleAt, toDegrees, toMetres } from "../src/geometry/lambert";
import type { Position } from "../src/model/data";

// python -c "from pyproj import Transformer; t = Transformer.from_crs(4326, 2154, always_xy=True); print(t.transform(2.83, 50.43))"
const BY_PROJ: [Position, [number, number]][] = [
  [[2.83, 50.43], [687903.4526608335, 7036954.69995215]],
  [[1.5, 50.0], [592362.4775330697, 6990077.399055126]],
  [[4.3, 51.1], [791269.5762608876, 7112366.052763428]],
  [[3.0, 46.5], [700000.0, 6600000.0]],
  [[3.4876543, 50.3712345], [734739.8405568732, 7030502.9230680615]],
  [[2.212345678, 50.512345678], [644045.9340586641, 7046394.346979924]],
  [[-1.5, 43.4], [335469.49262352264, 6266043.123808292]],
  [[8.2, 48.9], [1080950.1650437785, 6879214.3420002125]],
];

describe("Lambert-93", () => {
  it.each(BY_PROJ)("projects %j as PROJ does, to 1e-7 m", (degrees, [x, y]) => {
    const [mine, other] = toMetres(degrees);
    expect(Math.abs(mine - x)).toBeLessThan(1e-7);
    expect(Math.abs(other - y)).toBeLessThan(1e-7);
  });

  it.each(BY_PROJ)("comes back to %j", ([lon, lat], metres) => {
    const [mine, other] = toDegrees(metres);
    expect(Math.abs(mine - lon)).toBeLessThan(1e-12);
    expect(Math.abs(other - lat)).toBeLessThan(1e-12);
  });

  it("does runs as it does places", () => {
    const run = Float64Array.from(BY_PROJ.flatMap(([degrees]) => [...degrees]));
    const metres = runToMetres(run);
    expect([...metres]).toEqual(BY_PROJ.flatMap(([degrees]) => [...toMetres(degrees)]));
    runToDegrees(metres).forEach((value, i) => expect(value).toBeCloseTo(run[i]!, 11));
  });

  it("keeps lengths where its cone cuts the ellipsoid", () => {
    expect(scaleAt(44)).toBeCloseTo(1, 12);
    expect(scaleAt(49)).toBeCloseTo(1, 12);
    expect(scaleAt(50.43)).toBeGreaterThan(1.0005);
  });
});
