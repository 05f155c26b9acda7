// From the data bytes of a QR code to its text: segments in several modes (ISO/IEC 18004, section 7.4).

const ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const [END, NUMERIC, LETTERS, BYTES, ECI] = [0, 1, 2, 4, 7];
const COUNT_BITS = { [NUMERIC]: [10, 12, 14], [LETTERS]: [9, 11, 13], [BYTES]: [8, 16, 16] }; // versions to 9, 26, 40
const DIGIT_BITS = [0, 4, 7, 10];

/** Gives the text; null for data that are cut short or in a mode that no certificate uses. */
export function textOf(data, version) {
  const bits = bitReader(data);
  const size = version < 10 ? 0 : version < 27 ? 1 : 2;
  let text = "";
  while (bits.left() >= 4) {
    const mode = bits.take(4);
    if (mode === END) break;
    const part = mode === ECI ? skippedEci(bits) : segment(bits, mode, COUNT_BITS[mode]?.[size]);
    if (part === null) return null;
    text += part;
  }
  return text;
}

function segment(bits, mode, countBits) {
  if (countBits === undefined || bits.left() < countBits) return null;
  const count = bits.take(countBits);
  const readers = { [NUMERIC]: digits, [LETTERS]: letters, [BYTES]: bytes };
  return readers[mode](bits, count);
}

/** What the bytes mean is looked at as UTF-8 or else Latin-1; HC1 texts are neither, they are ASCII. */
function skippedEci(bits) {
  if (bits.left() < 8) return null;
  const first = bits.take(8);
  const more = first < 0x80 ? 0 : first < 0xc0 ? 8 : 16;
  if (bits.left() < more) return null;
  bits.take(more);
  return "";
}

function digits(bits, count) {
  let text = "";
  while (text.length < count) {
    const n = Math.min(3, count - text.length);
    if (bits.left() < DIGIT_BITS[n]) return null;
    text += String(bits.take(DIGIT_BITS[n])).padStart(n, "0");
  }
  return text.length === count ? text : null;
}

function letters(bits, count) {
  let text = "";
  while (text.length < count) {
    const isPair = count - text.length > 1;
    if (bits.left() < (isPair ? 11 : 6)) return null;
    const value = bits.take(isPair ? 11 : 6);
    if (value >= (isPair ? 45 * 45 : 45)) return null;
    text += isPair ? ALPHANUMERIC[Math.floor(value / 45)] + ALPHANUMERIC[value % 45] : ALPHANUMERIC[value];
  }
  return text;
}

function bytes(bits, count) {
  if (bits.left() < 8 * count) return null;
  const values = Uint8Array.from({ length: count }, () => bits.take(8));
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(values);
  } catch {
    return String.fromCharCode(...values);
  }
}

function bitReader(data) {
  let position = 0;
  return {
    left: () => data.length * 8 - position,
    take: (count) => {
      let value = 0;
      for (; count > 0; count--, position++) value = (value << 1) | ((data[position >> 3] >> (7 - (position & 7))) & 1);
      return value;
    },
  };
}
