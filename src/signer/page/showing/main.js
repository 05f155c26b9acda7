// The page itself: takes a text, a picture or the camera, and shows the verdict. Nothing leaves the page or stays in it.
import { openFilter } from "../verifying/revoked.js";
import { keysByKid } from "../verifying/trust.js";
import { verdictOf } from "../verifying/verify.js";
import { textOfCamera, textOfPicture } from "./pictures.js";
import { showNote, showVerdict } from "./result.js";
import { TEXTS, filled, firstLanguage } from "./texts.js";

const STALE_DAYS = 7;
const SECONDS_A_DAY = 86_400;

const at = (id) => document.getElementById(id);
const trust = JSON.parse(at("trust-list").textContent);
const words = JSON.parse(at("words").textContent);
const byKid = keysByKid(trust.keys);
const filters = JSON.parse(at("revoked-filters").textContent).map(openFilter);

let language = firstLanguage(navigator.languages);
let show = () => {}; // shows the last answer again, for another language
let asked = new AbortController(); // what was asked for last; all before it is stopped

function begin() {
  at("check").addEventListener("submit", (event) => {
    event.preventDefault();
    judge(pasted(at("text").value), anew());
  });
  at("picture").addEventListener("change", (event) => judgePicture(event.target));
  at("camera").addEventListener("click", () => (at("video").hidden ? judgeCamera() : stopCamera()));
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => speak(button.dataset.language));
  }
  speak(language);
  if (!globalThis.crypto?.subtle || !globalThis.DecompressionStream) answer(() => note("no_crypto"));
}

/** A text out of the clipboard, without what surrounds it: base45 has no line breaks, and never ends in a blank. */
function pasted(text) {
  return text.replace(/[\r\n\t]/g, "").trim();
}

/** Stops what was asked for before, the camera too, so that no late answer takes the place of a newer one. */
function anew() {
  asked.abort();
  asked = new AbortController();
  showCamera(false);
  return asked.signal;
}

async function judge(text, signal) {
  try {
    const verdict = await verdictOf(text, byKid, Date.now() / 1000, filters);
    if (signal.aborted) return;
    answer(() => showVerdict(at("result"), verdict, language, words));
  } catch {
    if (signal.aborted) return;
    answer(() => note("no_crypto")); // the browser cannot do it: no verdict is better than a guess
  }
  at("result").focus();
}

async function judgePicture(input) {
  const [file] = input.files;
  if (!file) return;
  const signal = anew();
  input.value = ""; // so that the same file can be chosen again
  answer(() => note("reading"));
  await new Promise((done) => setTimeout(done)); // reading takes the page's time, so first it is said
  try {
    const text = await textOfPicture(file);
    if (text !== null) await judge(text, signal);
    else if (!signal.aborted) answer(() => note("no_code"));
  } catch {
    if (!signal.aborted) answer(() => note("no_picture"));
  }
}

async function judgeCamera() {
  const signal = anew();
  showCamera(true);
  answer(() => note("searching"));
  let text = null;
  try {
    text = await textOfCamera(at("video"), signal);
  } catch {
    if (!signal.aborted) answer(() => note("no_camera"));
  }
  if (signal.aborted) return;
  showCamera(false);
  if (text !== null) await judge(text, signal);
}

function stopCamera() {
  anew();
  answer(() => at("result").replaceChildren());
}

function showCamera(isOn) {
  const button = at("camera");
  at("video").hidden = !isOn;
  button.dataset.text = isOn ? "stop" : "camera";
  button.textContent = TEXTS[language][button.dataset.text];
}

function answer(how) {
  show = how;
  show();
}

function note(name) {
  showNote(at("result"), TEXTS[language][name]);
}

/** Puts all texts into a language. */
function speak(chosen) {
  language = chosen;
  document.documentElement.lang = language;
  document.title = TEXTS[language].title;
  for (const place of document.querySelectorAll("[data-text]")) place.textContent = TEXTS[language][place.dataset.text];
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", button.dataset.language === language);
  }
  speakOfTrust();
  speakOfRevoked();
  show();
}

function daysSince(madeAt) {
  return Math.floor((Date.now() - Date.parse(madeAt)) / 1000 / SECONDS_A_DAY);
}

function speakOfTrust() {
  const days = daysSince(trust.made_at);
  const countries = new Set(trust.keys.map(({ country }) => country).filter(Boolean)).size;
  const told = { days, countries, keys: trust.keys.length, made: trust.made_at.slice(0, 10), digest: trust.sha256.slice(0, 16) };
  at("trust").textContent = filled(TEXTS[language].trust, told);
  at("stale").hidden = days <= STALE_DAYS;
  at("stale").textContent = filled(TEXTS[language].stale, told);
}

function speakOfRevoked() {
  const texts = TEXTS[language];
  const numbers = new Intl.NumberFormat(language);
  const told = filters.map(({ country, made_at, entries, rate }) => filled(texts.revoked_list, {
    country, made: made_at.slice(0, 10), entries: numbers.format(entries), one_in: numbers.format(Math.round(1 / rate)),
  }));
  at("revoked").textContent = told.join(" ") || texts.no_revoked_list;
  const days = Math.max(0, ...filters.map(({ made_at }) => daysSince(made_at)));
  at("revoked-stale").hidden = days <= STALE_DAYS;
  at("revoked-stale").textContent = filled(texts.revoked_stale, { days });
}

begin();
