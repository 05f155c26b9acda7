// What is revoked, as far as filters tell: Bloom filters over hashes of issuer and certificate identifier.
import { isAbsent } from "./claims.js";
import { require } from "./refusal.js";

const ENTRIES = ["v", "t", "r"];
const WORD = 64; // bits; a hash is two such numbers

/** A filter as it lies in the page, ready to be asked. */
export function openFilter({ filter, positions, ...told }) {
  const written = atob(filter);
  const octets = new Uint8Array(written.length);
  for (let at = 0; at < octets.length; at++) octets[at] = written.charCodeAt(at);
  return { ...told, positions, octets };
}

/** Refuses with `revoked` what a filter hits; one without an issuer is that of its key's country. */
export async function checkRevoked(claims, key, filters) {
  if (filters.length === 0) return;
  const issuer = isAbsent(claims.issuer) ? (key.country ?? "") : claims.issuer;
  for (const identifier of identifiersOf(claims.dcc)) {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(issuer + identifier));
    const hash = new DataView(digest);
    for (const filter of filters) {
      require(!hits(filter, hash), "revoked", `${filter.country} ${filter.made_at.slice(0, 10)}, ≤ ${filter.rate}`);
    }
  }
}

/** Of all entries: early certificates carry all doses. */
function identifiersOf(dcc) {
  return ENTRIES.flatMap((kind) => dcc.get(kind) ?? []).map((entry) => entry.get("ci"));
}

/** Whether all the positions of a hash are set: numbers of 64 bits, which overflow as on the command line. */
function hits({ octets, positions }, hash) {
  const size = BigInt(octets.length) * 8n;
  const step = hash.getBigUint64(8) | 1n;
  let sum = hash.getBigUint64(0);
  for (let number = 0; number < positions; number++) {
    const position = Number(sum % size);
    if (!((octets[Math.floor(position / 8)] >> position % 8) & 1)) return false;
    sum = BigInt.asUintN(WORD, sum + step);
  }
  return true;
}
