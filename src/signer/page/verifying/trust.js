// The keys that the page trusts, found by their kid, as they lie in the page.

const USAGE_KINDS = { 1: "t", 2: "v", 3: "r" };
const USAGE = /^1\.3\.6\.1\.4\.1\.(?:0\.)?1847\.2021\.1\.([123])$/; // with 0: a mistake in the field, accepted
const ANY_USAGE = "2.5.29.37.0";
const ALL_KINDS = ["v", "t", "r"];
const WEB_CRYPTO = {
  ES256: { import: { name: "ECDSA", namedCurve: "P-256" }, verify: { name: "ECDSA", hash: "SHA-256" } },
  PS256: { import: { name: "RSA-PSS", hash: "SHA-256" }, verify: { name: "RSA-PSS", saltLength: 32 } },
};

/** Keys by kid in base64: several can share one, since a kid is only eight bytes of a hash. */
export function keysByKid(keys) {
  const byKid = new Map();
  for (const key of keys) byKid.set(key.kid, [...(byKid.get(key.kid) ?? []), key]);
  return byKid;
}

export function base64Of(bytes) {
  return btoa(String.fromCharCode(...bytes));
}

/** The kinds of entries that a key may sign: no usage named means all, only others named means none. */
export function kindsAllowed(key) {
  if (key.eku.length === 0 || key.eku.includes(ANY_USAGE)) return ALL_KINDS;
  return key.eku.map((usage) => USAGE_KINDS[USAGE.exec(usage)?.[1]]).filter(Boolean);
}

/** Whether `signature` over `bytes` was made with the private half of `key` (ES256: r and s of 32 bytes each). */
export async function fits(key, signature, bytes) {
  const { import: importing, verify } = WEB_CRYPTO[key.algorithm];
  const der = Uint8Array.from(atob(key.spki), (character) => character.charCodeAt(0));
  const imported = await crypto.subtle.importKey("spki", der, importing, false, ["verify"]);
  return crypto.subtle.verify(verify, imported, signature, bytes);
}
