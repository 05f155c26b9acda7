// The dates in a certificate held against each other and against the time of the check.
import { LATEST } from "./claims.js";
import { kindsOf, trimmed } from "./dcc.js";
import { require } from "./refusal.js";

const DAY_OF_EVENT = { v: "dt", t: "sc", r: "fr" }; // the shot, the sample, the first positive test
const AHEAD = 86_400; // seconds: a day has begun in Kiribati while in UTC it is still the one before

/** Refuses with `dates` what has not happened by the time `at`, in seconds, or happened to somebody not yet born. */
export function checkDates(dcc, at) {
  const [latest, born] = [latestDay(at), certainOf(dcc.get("dob"))];
  for (const [field, day] of events(dcc)) {
    require(day <= latest, "dates", field);
    require(born <= day.slice(0, born.length), "dates", `dob / ${field}`);
  }
}

/** Whether something is said to have happened after it was certified, or to end before it begins: it is in the field. */
export function contradicts(dcc, issuedAt) {
  const latest = latestDay(issuedAt);
  const recoveries = kindsOf(dcc).includes("r") ? dcc.get("r") : [];
  return (
    events(dcc).some(([, day]) => day > latest) ||
    recoveries.some((entry) => dayOf(entry.get("df")) > dayOf(entry.get("du")))
  );
}

function events(dcc) {
  return kindsOf(dcc).flatMap((kind) => {
    const field = DAY_OF_EVENT[kind];
    return dcc.get(kind).map((entry) => [`${kind}/${field}`, dayOf(entry.get(field))]);
  });
}

/** The date without its time; as text it sorts like what it means. */
function dayOf(text) {
  return trimmed(text).slice(0, 10);
}

function latestDay(seconds) {
  return dayOf(new Date(Math.min((seconds + AHEAD) * 1000, LATEST)).toISOString());
}

/** What is known of a birth, of which month and day can be missing or XX. */
function certainOf(birth) {
  return /^[\d-]*/.exec(dayOf(birth))[0];
}
