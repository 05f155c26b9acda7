// The COSE_Sign1 message (RFC 9052, section 4.2): its parts, its headers, and the bytes that were signed.
import { Tagged, decodeItem } from "./cbor.js";
import { require } from "./refusal.js";

const COSE_SIGN1_TAG = 18;
const CWT_TAG = 61;
const ALGORITHM = 1;
const CRITICAL = 2;
const KID = 4;
const NO_NUMBER = () => NaN; // for a float in a header: an algorithm of -7.0 is none

/** Gives {protectedBytes, payload, signature, kid, algorithm}; the last two are undefined where missing. */
export function readMessage(bytes) {
  const [protectedBytes, unprotected, payload, signature] = fourParts(decodeItem(bytes, NO_NUMBER));
  const header = protectedBytes.length ? decodeItem(protectedBytes, NO_NUMBER) : new Map();
  require(header instanceof Map, "cose", "the protected header is no map");
  require(!header.has(CRITICAL), "cose", "critical headers");
  const kid = first(KID, header, unprotected) ?? undefined;
  require(kid === undefined || kid instanceof Uint8Array, "cose", "the kid is no byte string");
  const algorithm = first(ALGORITHM, header, unprotected) ?? undefined;
  return { protectedBytes, payload, signature, kid, algorithm };
}

/** The Sig_structure (RFC 9052, section 4.4), no external data. */
export function signedBytes(message) {
  const context = new TextEncoder().encode("Signature1");
  return Uint8Array.from([
    0x84, 0x60 + context.length, ...context,
    ...byteString(message.protectedBytes), ...byteString(new Uint8Array()), ...byteString(message.payload),
  ]);
}

function fourParts(item) {
  const inner = item instanceof Tagged && item.tag === CWT_TAG ? item.value : item;
  require(inner instanceof Tagged && inner.tag === COSE_SIGN1_TAG, "cose", "no tag 18");
  const parts = inner.value;
  const [protectedBytes, unprotected, payload, signature] = Array.isArray(parts) ? parts : [];
  const areBytes = [protectedBytes, payload, signature].every((part) => part instanceof Uint8Array);
  require(areBytes && unprotected instanceof Map && parts.length === 4, "cose", "not its four parts");
  return parts;
}

/** The protected header wins even where its value is the wrong one (hcert 1.0.8, section 3.3). */
function first(label, header, unprotected) {
  return header.has(label) ? header.get(label) : unprotected.get(label);
}

function byteString(bytes) {
  const n = bytes.length;
  if (n < 24) return [0x40 + n, ...bytes];
  return n < 256 ? [0x58, n, ...bytes] : [0x59, n >> 8, n & 255, ...bytes]; // no more than 12 KiB came in
}
