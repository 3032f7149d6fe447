// Numbers and words as French pages write them.
import { describe, expect, it } from "vitest";
import { euros, figureParts, fold, number, plural } from "../src/ui/text";

describe("numbers", () => {
  it("have narrow no-break spaces and a comma", () => {
    expect(number(1234.56, 1)).toBe("1\u202f234,6");
    expect(number(0)).toBe("0");
    expect(number(-1234567.25, 2)).toBe("-1\u202f234\u202f567,25");
    expect(number(999.96, 1)).toBe("1\u202f000");
    expect(number(12.3, 3)).toBe("12,3");
    expect(number(1.005, 2)).toBe("1,01");
    expect(number(1e-9, 2)).toBe("0");
    expect(plural(1, "lieu", "lieux")).toBe("1\u00a0lieu");
    expect(plural(0, "élément")).toBe("0\u00a0élément");
    expect(plural(1200, "élément")).toBe("1\u202f200\u00a0éléments");
  });

  it.each([
    [12_500_000, "12,5\u202fM€"], [300_000, "300\u202fk€"], [850, "850\u202f€"], [9_999, "9\u202f999\u202f€"], [1e9, "1\u202fMd€"], [999_999_999, "1\u202fMd€"], [0, "0\u202f€"],
  ])("%d euros are %s", (value, told) => {
    expect(euros(value)).toBe(told);
  });
});

describe("a figure", () => {
  it.each([
    ["plus de 8\u202f000\u202flogements", ["plus de", "8\u202f000", "logements"]],
    ["23\u202f000\u202flogements", ["", "23\u202f000", "logements"]],
    ["12,5", ["", "12,5", ""]],
    ["environ 1,31\u202fMd€", ["environ", "1,31", "Md€"]],
    ["75\u202fha", ["", "75", "ha"]],
    ["aucun", ["", "aucun", ""]],
  ])("%s is parted", (text, [before, figure, unit]) => {
    expect(figureParts(text)).toEqual({ before, number: figure, unit });
  });
});

it("folds accents, case and saints", () => {
  expect(fold("Cité St-Élie, Œuvre")).toBe("cite saint elie oeuvre");
});
