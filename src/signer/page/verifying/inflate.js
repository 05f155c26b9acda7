// Decompression with a cap, so that a small text cannot fill the memory.
import { CertificateInvalid, refuse } from "./refusal.js";

const MAX_BYTES = 12 * 1024; // many times the largest certificate in the field
const SLICE = 128; // bytes given at once: they inflate to 132 KB at most, and then the reader looks

/** Gives back the one zlib stream (RFC 1950) that `compressed` is: damaged, cut short or followed by more is `zlib`. */
export async function inflate(compressed) {
  const stream = new DecompressionStream("deflate");
  feed(stream.writable.getWriter(), compressed).catch(() => {}); // the reader sees the same failure
  try {
    return await collect(stream.readable.getReader());
  } catch (error) {
    if (error instanceof CertificateInvalid) throw error;
    return refuse("zlib");
  }
}

async function feed(writer, bytes) {
  for (let start = 0; start < bytes.length; start += SLICE) {
    await writer.ready;
    await writer.write(bytes.slice(start, start + SLICE));
  }
  await writer.close();
}

async function collect(reader) {
  const inflated = new Uint8Array(MAX_BYTES);
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return inflated.slice(0, size);
    if (size + value.length > MAX_BYTES) {
      reader.cancel().catch(() => {});
      refuse("size", `more than ${MAX_BYTES} bytes`);
    }
    inflated.set(value, size);
    size += value.length;
  }
}
