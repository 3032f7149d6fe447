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

// Seven bits a character; a character above tells one that is avoided and, most often, the next. Whole
// groups of eight make seven bytes: numbers stay small, as an engine that has not warmed up likes them.
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const septets = septetsOf(text);
  const whole = Math.floor((septets.length * 7) / 8);
  const bytes = new Uint8Array(whole);
  for (let from = 0, to = 0; to < whole; from += 8) {
    for (let k = 0; k < 7 && to < whole; k++) {
      bytes[to++] = (septets[from + k]! << (k + 1)) | (septets[from + k + 1]! >> (6 - k));
    }
  }
  return bytes;
}

function septetsOf(text: string): Uint8Array {
  const septets = new Uint8Array(text.length * 2);
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const rank = code >> 7;
    if (rank) septets[at++] = AVOIDED[(rank - 1) % ALONE]!;
    if (rank <= AVOIDED.length) septets[at++] = code & 0x7f;
  }
  return septets.subarray(0, at);
}
