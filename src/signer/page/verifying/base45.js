// The outermost layer: from the text of a QR code to compressed bytes (hcert 1.0.8, section 5; RFC 9285).
import { require } from "./refusal.js";

const PREFIX = "HC1:";
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const MAX_CHARACTERS = 18_500; // no QR code holds more than 4,296; 12 KiB that do not compress take 18,453

/** Gives the bytes of an HC1 text. Nothing is stripped: a blank is a digit of base45. */
export function decodeText(text) {
  require(text.startsWith(PREFIX), "context");
  require(text.length <= MAX_CHARACTERS, "size", `${text.length} characters`);
  return decodeBase45(text.slice(PREFIX.length));
}

function decodeBase45(text) {
  require(text.length % 3 !== 1, "base45");
  const bytes = new Uint8Array(Math.floor(text.length / 3) * 2 + (text.length % 3 === 2 ? 1 : 0));
  let end = 0;
  for (let start = 0; start < text.length; start += 3) {
    const value = numberOf(text.slice(start, start + 3));
    const isPair = text.length - start > 2;
    require(value >= 0 && value < (isPair ? 65536 : 256), "base45");
    if (isPair) bytes[end++] = value >> 8;
    bytes[end++] = value & 255;
  }
  return bytes;
}

/** The number that two or three digits write, the lowest first; -1 where one is no digit. */
function numberOf(group) {
  let value = 0;
  for (let place = group.length - 1; place >= 0; place--) {
    const digit = DIGITS.indexOf(group[place]);
    if (digit < 0) return -1;
    value = value * 45 + digit;
  }
  return value;
}
