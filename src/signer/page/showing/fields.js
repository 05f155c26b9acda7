// What a certificate says, as rows of label and value for people to read; codes in words where they are known.
import { isTime } from "../verifying/claims.js";
import { kindsOf } from "../verifying/dcc.js";

const CODES = { tg: "diseases", vp: "vaccines", mp: "products", ma: "manufacturers" };
const LOCALES = { en: "en-GB", vi: "vi-VN" };
const CLOCK = {
  day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short",
};
const WITH_ZONE = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;
const FIELDS = {
  v: ["tg", "vp", "mp", "ma", "dose", "dt", "co", "is", "ci"],
  t: ["tg", "tt", "nm", "tma", "sc", "tr", "tc", "co", "is", "ci"],
  r: ["tg", "fr", "df", "du", "co", "is", "ci"],
};

/** Gives [label, value] for all that is filled; `words` are those of the value sets in the reader's `language`. */
export function fieldRows(claims, words, language) {
  const dcc = claims.dcc;
  const entries = dcc ? kindsOf(dcc).flatMap((kind) => entryRows(kind, dcc.get(kind), words, language)) : [];
  const rows = [
    ...(dcc ? personRows(dcc) : []),
    ...entries,
    ["issuer", country(shown(claims.issuer), language)],
    ["issued_at", moment(claims.issuedAt, language)],
    ["expires_at", moment(claims.expiresAt, language)],
  ];
  return rows.filter(([, value]) => value !== "");
}

/** Seconds since 1970 as a time where the reader is; empty for what is no time. */
function moment(seconds, language) {
  return isTime(seconds) ? new Intl.DateTimeFormat(LOCALES[language], CLOCK).format(seconds * 1000) : "";
}

/** A time as a certificate writes it, where the reader is; what is no time with a time zone stays as it is. */
function sampled(written, language) {
  const seconds = WITH_ZONE.test(written) ? Date.parse(written) / 1000 : NaN;
  return moment(seconds, language) || written;
}

/** The name of a country with its code; what is no code of one stays as it is. */
function country(code, language) {
  if (!/^[A-Z]{2}$/.test(code)) return code;
  const name = new Intl.DisplayNames(LOCALES[language], { type: "region", fallback: "none" }).of(code);
  return name ? `${name} (${code})` : code;
}

function personRows(dcc) {
  const name = dcc.get("nam") instanceof Map ? dcc.get("nam") : new Map();
  const joined = (...parts) => parts.map((part) => shown(name.get(part))).filter(Boolean).join(" ");
  return [
    ["name", joined("fn", "gn")],
    ["name_latin", joined("fnt", "gnt").replaceAll("<", " ")],
    ["birth", shown(dcc.get("dob"))],
  ];
}

function entryRows(kind, entries, words, language) {
  const maps = Array.isArray(entries) ? entries.filter((entry) => entry instanceof Map) : [];
  return maps.flatMap((entry) => [
    [kind, " "], // a heading
    ...FIELDS[kind].map((field) => [field, fieldValue(entry, field, words, language)]),
  ]);
}

function fieldValue(entry, field, words, language) {
  if (field === "dose") return [entry.get("dn"), entry.get("sd")].map(shown).filter(Boolean).join(" / ");
  if (field === "tma") return shown(entry.get("ma"));
  const value = shown(entry.get(field));
  if (field === "co") return country(value, language);
  if (field === "sc") return sampled(value, language);
  const known = words[CODES[field]];
  return known && Object.hasOwn(known, value) ? `${known[value]} (${value})` : value;
}

/** A value as text; empty for what is none. What could steer the display, such as a change of direction, is dropped. */
function shown(value) {
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  return typeof value === "string" ? value.replace(/[\p{Cc}\p{Cf}]/gu, "").trim() : "";
}
