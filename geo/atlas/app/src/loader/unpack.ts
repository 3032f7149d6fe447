// What a page holds of binary in its script elements: a gzip stream, as geo/atlas/septets.py writes it.
export async function unpack(id: string): Promise<Uint8Array> {
  const stream = new DecompressionStream("gzip");
  const writer = stream.writable.getWriter();
  const written = Promise.all([writer.write(bytesOf(document.getElementById(id)!.textContent!)), writer.close()]);
  const [buffer] = await Promise.all([new Response(stream.readable).arrayBuffer(), written]);
  return new Uint8Array(buffer);
}

const AVOIDED = [0x00, 0x0a, 0x0d, 0x1a, 0x22, 0x26, 0x3c];
const ALONE = 8; // added to the rank of one that nothing follows

// Seven bits a character; a character above tells one that is avoided and, most often, the next.
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.ceil((text.length * 7) / 4));
  let [held, bits, at] = [0, 0, 0]; // what is above the low bits of `held` is told already
  const add = (septet: number): void => {
    held = (held << 7) | septet;
    bits += 7;
    if (bits < 8) return;
    bits -= 8;
    bytes[at++] = held >> bits;
  };
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const rank = code >> 7;
    if (rank) add(AVOIDED[(rank - 1) % ALONE]!);
    if (rank <= AVOIDED.length) add(code & 0x7f);
  }
  return bytes.subarray(0, at);
}
