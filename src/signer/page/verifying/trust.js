// The keys that the page trusts, found by their kid, as they lie in the page.

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

/** Whether `signature` over `bytes` was made with the private half of `key` (ES256: r and s of 32 bytes each). */
export async function fits(key, signature, bytes) {
  const { import: importing, verify } = WEB_CRYPTO[key.algorithm];
  const der = Uint8Array.from(atob(key.spki), (character) => character.charCodeAt(0));
  const imported = await crypto.subtle.importKey("spki", der, importing, false, ["verify"]);
  return crypto.subtle.verify(verify, imported, signature, bytes);
}
