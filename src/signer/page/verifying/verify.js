// The whole check of a certificate, layer by layer, against the keys that are trusted.
import { decodeText } from "./base45.js";
import { bareClaims, isAbsent, readClaims } from "./claims.js";
import { readMessage, signedBytes } from "./cose.js";
import { checkDates, contradicts } from "./dates.js";
import { checkStructure, checkValues, kindsOf, trimmed } from "./dcc.js";
import { inflate } from "./inflate.js";
import { CertificateInvalid, refuse, require } from "./refusal.js";
import { checkRevoked } from "./revoked.js";
import { base64Of, fits } from "./trust.js";

const ALGORITHMS = { "-7": "ES256", "-37": "PS256" }; // RFC 9053, section 2.1; RFC 8230, section 2
const SAME_COUNTRY = { EL: "GR", UK: "GB" }; // codes of EU practice beside those of ISO 3166
const KID_BYTES_SHOWN = 32; // a kid has 8, that of a DID document some more, that of a joker thousands
const SOUND_RSA_BITS = 2048; // some issuers in the field sign with 1024: accepted, and marked

/**
 * Gives the verdict {reason, detail, claims, key, marks} of an HC1 text at the time `at`, seconds since 1970.
 *
 * `reason` is null for a certificate that is genuine, in force and hit by none of `filters`. `key` is the one whose signature fits, else null.
 * `claims` are what the text says as far as it decodes, also of a bad one: without a `key` they are unverified.
 * Nothing of the payload is believed before its signature fits.
 */
export async function verdictOf(text, byKid, at, filters) {
  const verdict = { reason: null, detail: "", claims: null, key: null, marks: [] };
  let message = null;
  try {
    message = readMessage(await inflate(decodeText(text)));
    verdict.key = await signerOf(message, byKid);
    verdict.claims = readClaims(message.payload);
    checkContent(verdict.claims, verdict.key, at);
    await checkRevoked(verdict.claims, verdict.key, filters); // last: only what would be valid is called revoked
    verdict.marks = marksOf(verdict.claims, verdict.key);
  } catch (failure) {
    if (!(failure instanceof CertificateInvalid)) throw failure;
    Object.assign(verdict, { reason: failure.reason, detail: failure.detail });
    verdict.claims ??= message && peek(message.payload);
  }
  return verdict;
}

function peek(payload) {
  try {
    return bareClaims(payload);
  } catch {
    return null;
  }
}

/** The key that signed, tried out among all with that kid (hcert 1.0.8, section 3.3). */
async function signerOf(message, byKid) {
  require(message.kid, "kid_unknown");
  const candidates = byKid.get(base64Of(message.kid)) ?? [];
  require(candidates.length > 0, "kid_unknown", base64Of(message.kid.subarray(0, KID_BYTES_SHOWN)));
  const agreeing = candidates.filter((key) => agrees(message.algorithm, key));
  require(agreeing.length > 0, "algorithm");
  const signed = signedBytes(message);
  for (const key of agreeing) {
    if (await fits(key, message.signature, signed)) return key;
  }
  return refuse("signature");
}

/** The key decides; a header without algorithm cannot disagree with it. */
function agrees(algorithm, key) {
  if (key.algorithm === null) return false;
  return isAbsent(algorithm) || (typeof algorithm === "number" && ALGORITHMS[algorithm] === key.algorithm);
}

function checkContent(claims, key, at) {
  checkStructure(claims.dcc);
  checkValues(claims.dcc);
  const [issuer, country] = [countryCode(claims.issuer), countryCode(key.country)];
  require(!issuer || !country || issuer === country, "issuer", `${issuer} / ${country}`);
  const forbidden = kindsOf(claims.dcc).filter((kind) => !key.kinds.includes(kind));
  require(forbidden.length === 0, "key_usage", forbidden.join());
  // The shell model (hcert 1.0.8, section 3.3): the key is in force from the first second to the last.
  require(key.not_before <= claims.issuedAt && claims.expiresAt <= key.not_after, "dsc_validity");
  checkDates(claims.dcc, Math.max(at, claims.issuedAt)); // a clock that is slow makes no date impossible
  // Last, so that what only these refuse is genuine and in order.
  require(at >= claims.issuedAt, "not_yet_valid");
  require(at <= claims.expiresAt, "expired"); // the very second of expiry still counts
}

/** Only two country codes can contradict each other: in the field, issuers are missing or no country. */
function countryCode(name) {
  const code = trimmed(name ?? "").toUpperCase();
  return /^[A-Z]{2}$/.test(code) ? (SAME_COUNTRY[code] ?? code) : null;
}

/** What a person should know besides; departures from the schema and value sets are for issuers (`signer lint`). */
function marksOf(claims, key) {
  const marks = {
    weak_key: key.algorithm === "PS256" && key.bits < SOUND_RSA_BITS,
    odd_dates: contradicts(claims.dcc, claims.issuedAt),
  };
  return Object.keys(marks).filter((mark) => marks[mark]);
}
