// The digital covid certificate itself: a check of its structure, as tolerant as the field demands.
import { isAbsent } from "./claims.js";
import { require } from "./refusal.js";

const KINDS = ["v", "t", "r"]; // vaccination, test, recovery
const VERSION = /^[ \t-\r]*\d+\.\d+\.\d+[ \t-\r]*$/;
const DISEASES = ["840539006"]; // COVID-19 is all that certificates speak of
const RESULTS = ["260415000", "260373001"]; // not detected, detected (EU value sets 2.12.0)
const BIRTH = /^(\d{4}(-[\dX]{2}(-[\dX]{2}(T.*)?)?)?)?$/;
const BLANKS = " \t\n\v\f\r"; // what may stand around a value: readers differ about all other blanks
const NO_BLANK = /[^\s\x1c-\x1f\x85]/; // a character that is a blank to no reader: to some these separators are
const DAY = /^(\d{4})-(\d{2})-(\d{2})/;

/** The kinds of entries in a certificate; null and empty groups count as absent. */
export function kindsOf(dcc) {
  return KINDS.filter((kind) => isFilledGroup(dcc.get(kind)));
}

/**
 * Refuses with `schema` a certificate that lacks what a reader needs (schema 1.3.3), whatever else it has.
 *
 * Survived on purpose: null groups, blanks around values, births and doses with a time of day, dose numbers as
 * floats, unknown products, any shape of certificate identifier.
 */
export function checkStructure(dcc) {
  require(isText(dcc.get("ver")) && VERSION.test(dcc.get("ver")), "schema", "ver");
  require(isText(dcc.get("dob")) && BIRTH.test(trimmed(dcc.get("dob"))), "schema", "dob");
  checkName(dcc.get("nam"));
  const kinds = kindsOf(dcc);
  require(kinds.length === 1, "schema", `${kinds.length} kinds of entries`);
  const [kind] = kinds;
  require(Array.isArray(dcc.get(kind)), "schema", kind);
  for (const entry of dcc.get(kind)) checkEntry(kind, entry);
}

/** Refuses with `value_set` what nobody can understand: an unknown disease or result. Blanks around do not count. */
export function checkValues(dcc) {
  for (const kind of kindsOf(dcc)) {
    for (const entry of dcc.get(kind)) {
      require(DISEASES.includes(trimmed(entry.get("tg"))), "value_set", `${kind}/tg`);
      require(kind !== "t" || RESULTS.includes(trimmed(entry.get("tr"))), "value_set", "t/tr");
    }
  }
}

/** A text without the blanks around it. */
export function trimmed(text) {
  let [start, end] = [0, text.length];
  while (start < end && BLANKS.includes(text[start])) start++;
  while (start < end && BLANKS.includes(text[end - 1])) end--;
  return text.slice(start, end);
}

function checkName(name) {
  require(name instanceof Map, "schema", "nam");
  require(isFilled(name.get("fnt")) || isFilled(name.get("gnt")), "schema", "nam/fnt");
  for (const part of ["fn", "gn", "fnt", "gnt"]) {
    require(isAbsent(name.get(part)) || isText(name.get(part)), "schema", `nam/${part}`);
  }
}

function checkEntry(kind, entry) {
  require(entry instanceof Map, "schema", kind);
  for (const [check, fields] of CHECKS[kind]) {
    for (const field of fields) require(check(entry.get(field)), "schema", `${kind}/${field}`);
  }
}

function isFilledGroup(group) {
  return !isAbsent(group) && !(Array.isArray(group) && group.length === 0);
}

function isText(value) {
  return typeof value === "string";
}

function isFilled(value) {
  return isText(value) && NO_BLANK.test(value);
}

/** A full date, with or without a time of day and a time zone behind it. */
function isDate(value) {
  const found = isText(value) && DAY.exec(trimmed(value));
  if (!found) return false;
  const [year, month, day] = found.slice(1).map(Number);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function isDose(value) {
  return Number.isSafeInteger(value) && value >= 0;
}

const CHECKS = {
  v: [[isText, ["tg", "vp", "mp", "ma", "co", "is"]], [isDose, ["dn", "sd"]], [isDate, ["dt"]], [isFilled, ["ci"]]],
  t: [[isText, ["tg", "tt", "tr", "co", "is"]], [isDate, ["sc"]], [isFilled, ["ci"]]],
  r: [[isText, ["tg", "co", "is"]], [isDate, ["fr", "df", "du"]], [isFilled, ["ci"]]],
};
