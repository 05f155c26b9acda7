// What a certificate says, as rows of label and value for people to read; codes in words where they are known.
import { isTime } from "../verifying/claims.js";
import { kindsOf } from "../verifying/dcc.js";

const CODES = { tg: "diseases", vp: "vaccines", mp: "products", ma: "manufacturers" };
const FIELDS = {
  v: ["tg", "vp", "mp", "ma", "dose", "dt", "co", "is", "ci"],
  t: ["tg", "tt", "nm", "tma", "sc", "tr", "tc", "co", "is", "ci"],
  r: ["tg", "fr", "df", "du", "co", "is", "ci"],
};

/** Gives [label, value] for all that is filled; `words` are those of the value sets in the reader's language. */
export function fieldRows(claims, words) {
  const dcc = claims.dcc;
  const rows = dcc ? [...personRows(dcc), ...kindsOf(dcc).flatMap((kind) => entryRows(kind, dcc.get(kind), words))] : [];
  rows.push(["issuer", shown(claims.issuer)], ["issued_at", moment(claims.issuedAt)], ["expires_at", moment(claims.expiresAt)]);
  return rows.filter(([, value]) => value !== "");
}

/** Seconds since 1970 as a time to read; empty for what is no time. */
export function moment(seconds) {
  return isTime(seconds) ? `${new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC` : "";
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

function entryRows(kind, entries, words) {
  const maps = Array.isArray(entries) ? entries.filter((entry) => entry instanceof Map) : [];
  return maps.flatMap((entry) => [
    [kind, " "], // a heading
    ...FIELDS[kind].map((field) => [field, fieldValue(entry, field, words)]),
  ]);
}

function fieldValue(entry, field, words) {
  if (field === "dose") return [entry.get("dn"), entry.get("sd")].map(shown).filter(Boolean).join(" / ");
  if (field === "tma") return shown(entry.get("ma"));
  const value = shown(entry.get(field));
  const known = words[CODES[field]];
  return known && Object.hasOwn(known, value) ? `${known[value]} (${value})` : value;
}

/** A value as text; empty for what is none. What could steer the display, such as a change of direction, is dropped. */
function shown(value) {
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  return typeof value === "string" ? value.replace(/[\p{Cc}\p{Cf}]/gu, "").trim() : "";
}
