// Reads the text of a QR code in a picture (ISO/IEC 18004), on a screen, on paper, slanted or bent.
import { darknessAround, darknessOverall, greyOf, inverted } from "./darkness.js";
import { findTriples } from "./finders.js";
import { bentFit, darknessAt, fitsOf } from "./fitting.js";
import { sideOf } from "./patterns.js";
import { dataBytes } from "./symbol.js";
import { textOf } from "./text.js";

const AROUND_CENTRE = [[0.5, 0.5], [0.3, 0.5], [0.7, 0.5], [0.5, 0.3], [0.5, 0.7]]; // of a module: one pixel can lie

/** The ways to tell dark from light, the likeliest first; a picture gets all of them, a camera one a frame. */
export const WAYS = [
  (grey) => darknessAround(grey, shorterSide(grey) >> 3),
  (grey) => darknessOverall(grey),
  (grey) => darknessAround(grey, shorterSide(grey) >> 5),
  (grey) => inverted(darknessOverall(grey)),
];

/** Gives the text of a code in a picture ({data, width, height} as a canvas gives it), or null. */
export function readCode(imageData, ways = WAYS) {
  const grey = greyOf(imageData);
  for (const way of ways) {
    const text = readDarkness(way(grey));
    if (text !== null) return text;
  }
  return null;
}

function shorterSide({ width, height }) {
  return Math.min(width, height);
}

function readDarkness(picture) {
  for (const corners of findTriples(picture)) {
    for (const fit of fitsOf(picture, corners)) {
      const text = readFit(picture, fit) ?? readFit(picture, bentFit(picture, fit));
      if (text !== null) return text;
    }
  }
  return null;
}

/** The text of a code in place; also of one seen in a mirror, whose rows are its columns. */
function readFit(picture, { version, place }) {
  const side = sideOf(version);
  const modules = Array.from({ length: side * side }, (_, at) => moduleAt(picture, place, at % side, Math.floor(at / side)));
  for (const isDark of [(x, y) => modules[y * side + x], (x, y) => modules[x * side + y]]) {
    const data = dataBytes(version, isDark);
    if (data) return textOf(data, version);
  }
  return null;
}

/** 1 for dark, 0 for light: what most of the points around its centre say. */
function moduleAt(picture, place, x, y) {
  let sum = 0;
  for (const [right, down] of AROUND_CENTRE) sum += darknessAt(picture, place, x + right, y + down);
  return sum > 0 ? 1 : 0;
}
