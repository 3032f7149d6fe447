// The data of a page, read from the bytes that Python wrote: how runs, tables and shapes come back.
import { describe, expect, it } from "vitest";
import { bytesOf } from "../src/loader/unpack";
import { read } from "../src/model/read";
import { readShapes } from "../src/model/shapes";
import { Streams, Table } from "../src/model/streams";

// Write as geo/atlas/streams.py does.
class Writer {
  readonly bytes: number[] = [];

  whole(...numbers: number[]): this {
    this.bytes.push(...numbers.map((n) => n & 0xff));
    for (const number of numbers) {
      let rest = Math.floor(number / 256);
      while (rest > 0x7f) {
        this.bytes.push((rest & 0x7f) | 0x80);
        rest = Math.floor(rest / 128);
      }
      this.bytes.push(rest);
    }
    return this;
  }

  signed(...numbers: number[]): this {
    return this.whole(...numbers.map((n) => (n < 0 ? -2 * n - 1 : 2 * n)));
  }

  streams(): Streams {
    return new Streams(Uint8Array.from(this.bytes));
  }
}


describe("runs of numbers", () => {
  it("come back, small and large", () => {
    const numbers = [0, 1, 255, 256, 32767, 32768, 2 ** 22, 2 ** 30];
    expect([...new Writer().whole(...numbers).streams().whole(numbers.length)]).toEqual(numbers);
  });

  it("come back with their signs", () => {
    const numbers = [0, -1, 1, -300, 300, 51_000_000, -51_000_000, 510_000_000];
    expect([...new Writer().signed(...numbers).streams().signed(numbers.length)]).toEqual(numbers);
  });

  it("come back in single precision", () => {
    const raw = new Uint8Array(Float32Array.of(1.5, -2, 4008659.5).buffer);
    const planes = [0, 1, 2, 3].flatMap((place) => [0, 1, 2].map((i) => raw[4 * i + place]!));
    expect([...new Streams(Uint8Array.from(planes)).single(3)]).toEqual([1.5, -2, 4008659.5]);
  });

  it("stand for the values of a table, told when they first come", () => {
    const table = new Table(["a", "b", "c"]);
    expect(table.read(Int32Array.of(0, 1, 0, 2, 1))).toEqual(["a", "a", "b", "b", "a"]);
    expect(table.read(Int32Array.of(3, 0))).toEqual(["c", "c"]);
  });
});

describe("text of seven bits", () => {
  it("gives its bytes back, line ends that a system added apart", () => {
    expect([...bytesOf("0]ǆ\u000bL")]).toEqual([...new TextEncoder().encode("atlas")]);
    expect([...bytesOf("")]).toEqual([]);
  });
});

describe("shapes", () => {
  it("come back on their grid: a point, a line in two parts, two neighbours and what is nowhere", () => {
    const writer = new Writer().whole(1, 2, 3, 3, 0);
    // grid 5: one point, one line in two parts, two squares that share a side
    writer.whole(1).whole(2).whole(1, 1).whole(1, 1).whole(2, 2).whole(0, 0, 2, 0);
    writer.signed(50_000, 50_000).signed(50_000, 50_000); // where the symbols stand from the first vertices
    writer.whole(1, 2, 2, 2, 4, 4);
    const runs = [[[1, 1]], [[0, 0], [1, 0]], [[2, 0], [3, 1]], [[1, 0], [1, 1]], [[1, 1], [0, 1], [0, 0], [1, 0]], [[1, 0], [2, 0], [2, 1], [1, 1]]];
    const flat = runs.flatMap((run) => run.map((xy, i) => ({ xy, first: i === 0 })));
    const step = (axis: number, first: boolean): number[] => flat.flatMap(({ xy, first: own }, i) =>
      own === first ? [(xy[axis]! - (i ? flat[i - 1]!.xy[axis]! : 0)) * 1e5] : []);
    writer.signed(...step(0, true)).signed(...step(1, true)).signed(...step(0, false)).signed(...step(1, false));
    const [dot, line, left, right, none] = readShapes(writer.streams(), [5, 5, 5, 5, 5]);
    expect(dot).toMatchObject({ kind: "point", anchor: [1, 1] });
    expect(line!.parts.map((part) => [...part])).toEqual([[0, 0, 1, 0], [2, 0, 3, 1]]);
    expect([...left!.parts[0]!]).toEqual([1, 0, 1, 1, 0, 1, 0, 0]);
    expect(left!.anchor).toEqual([1.5, 0.5]);
    expect([...right!.parts[0]!]).toEqual([1, 1, 1, 0, 2, 0, 2, 1]);
    expect(none).toBeNull();
  });
});

describe("a page", () => {
  it("says what it is, whatever it has", () => {
    const header = JSON.stringify({
      titre: "Bassin", textes: [], mesures: 0, epci: [], communes: [], couches: [], chiffres: [],
      entites: { nombre: 0, faits: 0, colonnes: {} }, stats: { nombre: 0, colonnes: {}, origines: 0 }, comparaison: { nombre: 0, colonnes: {} },
    });
    const length = new TextEncoder().encode(header).length;
    // the perimeter alone: one ring that is a loop of three vertices
    const writer = new Writer().whole(3).whole(1).whole(1).whole(0).whole(0).signed(10).signed(10).whole(3);
    writer.signed(200_000).signed(5_000_000).signed(100, 0).signed(0, 100);
    const bytes = Uint8Array.from([length & 0xff, length >> 8, 0, 0, ...new TextEncoder().encode(header), ...writer.bytes]);
    const page = read(bytes);
    expect(page.titre).toBe("Bassin");
    expect([...page.perimetre.parts[0]!]).toEqual([2, 50, 2.001, 50, 2.001, 50.001]);
    expect(page.perimetre.anchor).toEqual([2.0001, 50.0001]);
  });
});
