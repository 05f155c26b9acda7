// CBOR from strangers (RFC 8949): one whole item, shallow, with plain keys, none twice, and without active tags.
import { refuse, require } from "./refusal.js";

const MAX_DEPTH = 16; // a certificate nests seven deep, and a tag or two around that
const DATE_TAGS = [0, 1]; // some issuers mark dates: the bare value says the same
const KEPT_TAGS = [18, 61]; // COSE_Sign1 (RFC 9052) and CWT (RFC 8392)
const SCALARS = ["number", "bigint", "string"]; // what times are written in; keys, too, but for floats
const BREAK = Symbol("break");
const INDEFINITE = -1;

export class Tagged {
  constructor(tag, value) {
    this.tag = tag;
    this.value = value;
  }
}

/**
 * Gives the item: numbers, text, Uint8Array, arrays, Map, Tagged, booleans and null. Refuses with `cbor`.
 *
 * Floats become what `floatOf` makes of them: where integers alone will do, they need not look like some.
 */
export function decodeItem(bytes, floatOf = Number) {
  const decoder = new Decoder(bytes, floatOf);
  const item = decoder.item(0);
  require(item !== BREAK, "cbor", "a break outside");
  require(decoder.position === bytes.length, "cbor", "bytes after the item");
  return item;
}

class Decoder {
  constructor(bytes, floatOf) {
    this.bytes = bytes;
    this.floatOf = floatOf;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.position = 0;
    this.floats = 0; // so far
  }

  item(depth) {
    require(depth <= MAX_DEPTH, "cbor", "nested too deep");
    const initial = this.take(1)[0];
    const [major, info] = [initial >> 5, initial & 31];
    if (major === 7) return this.simple(info);
    const argument = this.argument(info, major >= 2 && major <= 5);
    switch (major) {
      case 0: return argument;
      case 1: return typeof argument === "bigint" ? -1n - argument : -1 - argument;
      case 2: return this.string(argument, 2);
      case 3: return utf8Of(this.string(argument, 3));
      case 4: return this.array(argument, depth);
      case 5: return this.map(argument, depth);
      default: return this.tagged(argument, depth);
    }
  }

  /** The bytes that follow; never more than there are, so no length in the input reserves memory. */
  take(length) {
    require(length <= this.bytes.length - this.position, "cbor", "cut short");
    this.position += Number(length);
    return this.bytes.subarray(this.position - Number(length), this.position);
  }

  argument(info, mayBeIndefinite) {
    if (info < 24) return info;
    if (info === 31 && mayBeIndefinite) return INDEFINITE;
    require(info <= 27, "cbor", "a reserved length");
    const at = this.position;
    this.take(1 << (info - 24));
    if (info === 24) return this.view.getUint8(at);
    if (info === 25) return this.view.getUint16(at);
    if (info === 26) return this.view.getUint32(at);
    const large = this.view.getBigUint64(at);
    return large <= Number.MAX_SAFE_INTEGER ? Number(large) : large;
  }

  /** A byte or text string as bytes; one of indefinite length is a row of definite ones of its kind. */
  string(length, major) {
    if (length !== INDEFINITE) return this.take(length);
    const joined = [];
    for (;;) {
      const initial = this.take(1)[0];
      if (initial === 0xff) return Uint8Array.from(joined);
      require(initial >> 5 === major && (initial & 31) !== 31, "cbor", "a piece of another kind");
      const piece = this.take(this.argument(initial & 31, false));
      if (major === 3) utf8Of(piece); // each piece is text by itself (RFC 8949, section 3.2.3)
      joined.push(...piece);
    }
  }

  array(length, depth) {
    const items = [];
    while (length === INDEFINITE || items.length < length) {
      const item = this.item(depth + 1);
      if (item === BREAK && length === INDEFINITE) return items;
      require(item !== BREAK, "cbor", "a break outside");
      items.push(item);
    }
    return items;
  }

  map(length, depth) {
    const entries = new Map();
    while (length === INDEFINITE || entries.size < length) {
      const floats = this.floats;
      const key = this.item(depth + 1);
      if (key === BREAK && length === INDEFINITE) return entries;
      require(SCALARS.includes(typeof key) && this.floats === floats, "cbor", "a key that is neither integer nor text");
      require(!entries.has(key), "cbor", "a key twice");
      const value = this.item(depth + 1);
      require(value !== BREAK, "cbor", "a break outside");
      entries.set(key, value);
    }
    return entries;
  }

  tagged(tag, depth) {
    const value = this.item(depth + 1);
    require(value !== BREAK, "cbor", "a break outside");
    if (DATE_TAGS.includes(tag) && SCALARS.includes(typeof value)) return value;
    require(KEPT_TAGS.includes(tag), "cbor", `tag ${tag}`);
    return new Tagged(tag, value);
  }

  simple(info) {
    if (info >= 20 && info <= 22) return [false, true, null][info - 20];
    if (info === 31) return BREAK;
    require(info >= 25 && info <= 27, "cbor", "a value without meaning");
    this.floats++;
    return this.floatOf(this.float(info));
  }

  float(info) {
    const at = this.position;
    if (info === 25) return halfOf(this.argument(info));
    if (info === 26) return this.take(4) && this.view.getFloat32(at);
    return this.take(8) && this.view.getFloat64(at);
  }
}

function utf8Of(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refuse("cbor", "text that is not UTF-8");
  }
}

/** A number of 16 bits (RFC 8949, appendix D). */
function halfOf(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent ? (1024 + fraction) * 2 ** (exponent - 25) : fraction * 2 ** -24);
}
