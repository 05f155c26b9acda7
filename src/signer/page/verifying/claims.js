// The CWT claims of the payload: who issued, from when to when, and the certificate inside (hcert 1.0.8, 3.3).
import { decodeItem } from "./cbor.js";
import { require } from "./refusal.js";

const ISSUER = 1;
const EXPIRES_AT = 4;
const ISSUED_AT = 6;
const HCERT = -260;
const EU_DCC = 1;
const EARLIEST = Date.parse("0001-01-01T00:00:00Z");
export const LATEST = Date.parse("9999-12-31T23:59:59.999Z");

/** Gives {issuer, issuedAt, expiresAt, dcc}; times in seconds since 1970. Refuses with `issuer` or `schema`. */
export function readClaims(payload) {
  const claims = bareClaims(payload);
  require(isAbsent(claims.issuer) || typeof claims.issuer === "string", "issuer", "no text");
  require(claims.dcc, "schema", "no certificate inside");
  requireTime(claims.issuedAt, "iat");
  requireTime(claims.expiresAt, "exp");
  return claims;
}

/** The same unchecked, `dcc` null where there is none. */
export function bareClaims(payload) {
  const claims = decodeItem(payload);
  require(claims instanceof Map, "schema", "no map of claims");
  const hcert = claims.get(HCERT);
  const dcc = hcert instanceof Map ? hcert.get(EU_DCC) : null;
  return {
    issuer: claims.get(ISSUER),
    issuedAt: claims.get(ISSUED_AT),
    expiresAt: claims.get(EXPIRES_AT),
    dcc: dcc instanceof Map ? dcc : null,
  };
}

export function isAbsent(value) {
  return value === undefined || value === null;
}

/** A NumericDate (RFC 8392, section 2): integers by the standard, floats in the field. */
export function isTime(seconds) {
  return typeof seconds === "number" && seconds * 1000 >= EARLIEST && seconds * 1000 <= LATEST;
}

function requireTime(seconds, name) {
  require(isTime(seconds), "schema", name);
}
