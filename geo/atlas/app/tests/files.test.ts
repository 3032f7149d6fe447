import { describe, expect, it } from "vitest";
import { csv, CSV_EXCEL, disarmed, fileName, geoJson } from "../src/takeaway/files";

describe("a table as text", () => {
  it("is RFC 4180, numbers in full", () => {
    expect(csv(["a", "b"], [["x,y", 1.5], ['say "hi"\nthere', null], ["", Number.NaN]])).toBe('a,b\r\n"x,y",1.5\r\n"say ""hi""\nthere",\r\n,\r\n');
  });

  it("is for a French Excel: semicolons, decimal commas, a mark", () => {
    expect(csv(["a"], [[1234.5], ["é;è"]], CSV_EXCEL)).toBe('\ufeffa\r\n1234,5\r\n"é;è"\r\n');
    expect(csv(["a", "b"], [[-0.25, "x"]], CSV_EXCEL)).toBe("\ufeffa;b\r\n-0,25;x\r\n");
  });

  it.each(["=1+1", "+cmd|' /C calc'!A0", "-2+3+cmd", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u200b=1", "\ufeff=1", "＝1", "＋1", "－1", "＠a", "\u00a0=1"])("disarms %j", (text) => {
    expect(disarmed(text).startsWith("'")).toBe(true);
  });

  it.each(["-12,5", "+3", "-1.5e3", "42", "Cité n° 5", "a=b", "Lens - Liévin", "x@y.fr"])("leaves %j alone", (text) => {
    expect(disarmed(text)).toBe(text);
  });

  it.each(["x;=1+1", "x,=1+1", "x\n=1+1", "x\t @SUM(1)"])("disarms what another separator would make a cell of: %j", (text) => {
    expect(disarmed(text)).toMatch(/[;,\n\t] ?'[=@]/);
    expect(csv([text], [])).toMatch(/^"/);
  });
});

it.each([
  ["Périmètre « Gare »", "perimetre-gare.csv"], ["../../etc/passwd", "etc-passwd.csv"], ["", "atlas.csv"], ["\u202e\u0000", "atlas.csv"], ["Cœur d'Ostrevent", "coeur-d-ostrevent.csv"], ["x".repeat(300), `${"x".repeat(80)}.csv`],
])("%j makes a file name that every system takes", (text, name) => {
  expect(fileName(text, "csv")).toBe(name);
});

it("features are a collection", () => {
  expect(JSON.parse(geoJson([{ type: "Feature", geometry: null, properties: { nom: "\ud800" } }]))).toMatchObject({ type: "FeatureCollection", features: [{ properties: { nom: "\ud800" } }] });
});
