// Shows a verdict: a colour, its name and its reason, and below what the certificate says. Values become text, never markup.
import { fieldRows } from "./fields.js";
import { TEXTS } from "./texts.js";

const IN_TIME_AGAIN = ["expired", "not_yet_valid"]; // genuine all the same
const SIGNS = { green: "✓", yellow: "!", red: "✗" };

/** The colour of a verdict: green is genuine and in force; yellow is genuine, with a remark; red is all else. */
export function colourOf({ reason, marks }) {
  if (reason === null) return marks.length > 0 ? "yellow" : "green";
  return IN_TIME_AGAIN.includes(reason) ? "yellow" : "red";
}

/** Fills the result's section and puts the reader there. */
export function showVerdict(section, verdict, language, words) {
  const texts = TEXTS[language];
  const colour = colourOf(verdict);
  const headline = colour === "yellow" && verdict.reason === null ? "yellow_marked" : colour;
  section.className = `result ${colour}`;
  section.dataset.verdict = verdict.reason === null ? "valid" : "invalid";
  section.dataset.reason = verdict.reason ?? "";
  section.replaceChildren(
    headlineOf(SIGNS[colour], texts[headline]),
    ...sentences(verdict, colour, texts).map((sentence) => element("p", sentence)),
    ...(verdict.claims ? [fieldList(verdict, texts, words[language], language)] : []),
  );
}

/** Shows that there is no verdict, and why. */
export function showNote(section, text) {
  section.className = "result note";
  section.dataset.verdict = "none";
  section.dataset.reason = "";
  section.replaceChildren(element("p", text));
}

export function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function headlineOf(sign, text) {
  const headline = element("h2", "");
  const mark = element("span", sign);
  mark.setAttribute("aria-hidden", "true"); // the words say the same
  headline.append(mark, ` ${text}`);
  return headline;
}

function sentences({ reason, detail, marks, key, claims }, colour, texts) {
  const found = [reason === null ? texts.genuine : texts.reasons[reason]];
  if (reason !== null) found.push(detail ? `${reason}: ${detail}` : reason);
  found.push(...marks.map((mark) => texts.marks[mark]));
  if (colour !== "red") found.push(texts.person);
  else if (claims && !key) found.push(texts.unverified);
  return found;
}

function fieldList({ claims, key }, texts, words, language) {
  const list = document.createElement("dl");
  if (!key) list.className = "unverified";
  const signed = key ? [["key", `${key.kid} (${key.country ?? "?"}, ${key.algorithm})`]] : [];
  for (const [label, value] of [...fieldRows(claims, words, language), ...signed]) {
    const row = document.createElement("div");
    if (value === " ") row.className = "heading";
    row.append(element("dt", texts[label]), element("dd", value.trim()));
    list.append(row);
  }
  return list;
}
