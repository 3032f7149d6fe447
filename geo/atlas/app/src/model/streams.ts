// Whole numbers and repeated values from the bytes that geo/atlas/streams.py wrote, in the same order.
export class Streams {
  constructor(private readonly bytes: Uint8Array, private at = 0) {}

  // Numbers from 0: the low bytes of all, then the rest of each in groups of seven bits.
  whole(count: number): Int32Array {
    const { bytes } = this;
    const low = this.at;
    let next = low + count;
    const numbers = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      let rest = bytes[next++]!;
      for (let shift = 7, group = rest; group > 0x7f; shift += 7) {
        group = bytes[next++]!;
        rest = (rest & ((1 << shift) - 1)) | (group << shift);
      }
      numbers[i] = (rest << 8) | bytes[low + i]!;
    }
    this.at = next;
    return numbers;
  }

  // Numbers of both signs, written 0, -1, 1, -2...
  signed(count: number): Int32Array {
    const numbers = this.whole(count);
    for (let i = 0; i < count; i++) numbers[i] = (numbers[i]! >>> 1) ^ -(numbers[i]! & 1);
    return numbers;
  }

  // Numbers in single precision, all the lowest bytes first.
  single(count: number): Float32Array {
    const raw = new Uint8Array(4 * count);
    for (let place = 0; place < 4; place++) {
      for (let i = 0; i < count; i++) raw[4 * i + place] = this.bytes[this.at++]!;
    }
    return new Float32Array(raw.buffer);
  }
}

// The values of a table, in the order in which they first come.
export class Table<T> {
  private seen = 0;

  constructor(private readonly values: readonly T[]) {}

  // What each token stands for: 0 for a value that comes for the first time, else its rank + 1.
  read(tokens: Int32Array): T[] {
    const { values } = this;
    const read = new Array<T>(tokens.length);
    for (let i = 0; i < tokens.length; i++) read[i] = values[tokens[i] ? tokens[i]! - 1 : this.seen++]!;
    return read;
  }
}

export function sum(numbers: Int32Array): number {
  let all = 0;
  for (const number of numbers) all += number;
  return all;
}
