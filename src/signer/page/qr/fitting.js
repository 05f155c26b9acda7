// From three finders to the pixel of every module: size, perspective, and what is bent besides.
import { distance } from "./finders.js";
import { ALIGNMENT_MODULES, alignmentCentres, alignmentPlaces, knownModules, sideOf } from "./patterns.js";
import { projectionOf } from "./projection.js";

const CLIP = 40; // of 255: beyond this a pixel is as dark or light as can be, so glare weighs no more than print
const MAX_MISS = 0.16; // of a side: so far the fourth corner may be from where the finders' sizes have it
const N_PEAKS = 4;
const VERSIONS_AROUND = [0, 1, -1, 2, -2, 3, -3];
const MAX_SHIFT = 1.5; // modules
const CLEARLY_SEEN = 0.35; // of a score of 1
const FINDER = 3.5; // modules from a corner to the centre of its finder
const ALIGNMENT = 6.5; // and to the centre of the alignment pattern in the fourth corner

/** Gives the likely fits of a triple of finders, best first: {version, place}, where `place` takes modules to pixels. */
export function fitsOf(picture, corners) {
  const guess = versionGuess(picture, corners);
  const versions = VERSIONS_AROUND.map((away) => guess + away).filter((version) => version >= 1 && version <= 40);
  const fits = versions.map((version) => bestFit(picture, corners, version));
  return fits.sort((one, other) => other.score - one.score).slice(0, 2);
}

/** The same fit with every alignment pattern moved to where it is seen: for paper that is not flat. */
export function bentFit(picture, { version, place }) {
  const places = alignmentPlaces(version);
  const shifts = new Map();
  for (const [x, y] of alignmentCentres(version)) shifts.set(`${x},${y}`, seenShift(picture, place, x, y));
  const shiftAt = (x, y) => shifts.get(`${x},${y}`) ?? [0, 0];
  const bent = (x, y) => {
    const [left, right, u] = between(places, x - 0.5);
    const [top, bottom, v] = between(places, y - 0.5);
    const [a, b] = [shiftAt(left, top), shiftAt(right, top)];
    const [c, d] = [shiftAt(left, bottom), shiftAt(right, bottom)];
    const mixed = [0, 1].map((axis) => (a[axis] * (1 - u) + b[axis] * u) * (1 - v) + (c[axis] * (1 - u) + d[axis] * u) * v);
    return place(x + mixed[0], y + mixed[1]);
  };
  return { version, place: bent };
}

/** How dark the picture is where `place` has the point x, y of a code; 0 outside. */
export function darknessAt({ darkness, width, height }, place, x, y) {
  const [px, py] = place(x, y);
  if (!(px >= 0 && px < width && py >= 0 && py < height)) return 0;
  const value = darkness[Math.floor(py) * width + Math.floor(px)];
  return Math.max(-CLIP, Math.min(CLIP, value));
}

/** The version that the finders' distance and the modules' size speak of, seen along the code's own edges. */
function versionGuess(picture, [topLeft, topRight, bottomLeft]) {
  const modules = [
    [topLeft, topRight], [topRight, topLeft], [topLeft, bottomLeft], [bottomLeft, topLeft],
  ].map(([from, to]) => moduleToward(picture, from, to));
  const module = modules.reduce((sum, size) => sum + size) / modules.length;
  const side = (distance(topLeft, topRight) + distance(topLeft, bottomLeft)) / 2 / module + 2 * FINDER;
  return Math.max(1, Math.min(40, Math.round((side - 17) / 4)));
}

/** Pixels a module from a finder's centre toward another's: dark 1.5, light 1, dark 1, both ways. */
function moduleToward(picture, from, to) {
  const length = distance(from, to);
  const [dx, dy] = [(to.x - from.x) / length, (to.y - from.y) / length];
  return (edgeOf(picture, from, dx, dy) + edgeOf(picture, from, -dx, -dy)) / (2 * FINDER);
}

/** Pixels from a finder's centre to its outer edge in a direction. */
function edgeOf({ darkness, width, height }, from, dx, dy) {
  const isDark = (at) => {
    const [x, y] = [Math.floor(from.x + dx * at), Math.floor(from.y + dy * at)];
    return x >= 0 && x < width && y >= 0 && y < height && darkness[y * width + x] > 0;
  };
  let at = 0;
  for (const isInDark of [true, false, true]) {
    while (isDark(at) === isInDark && at < 12 * from.module) at += 0.25;
  }
  return at;
}

/** The projection of a version that meets its known modules best, and how well: 1 at most. */
function bestFit(picture, corners, version) {
  const known = knownModules(version);
  const scored = (target) => {
    const place = projectionTo(corners, version, target);
    return { version, target, place, score: scoreOf(picture, place, known) };
  };
  const starts = [fourthCorner(corners, version, 0, 0), ...peaks(picture, corners, version)].map(scored);
  const best = starts.reduce((one, other) => (other.score > one.score ? other : one));
  return climbed(best, scored, corners[0].module);
}

/**
 * Where the fourth alignment pattern should be, moved by so many modules, by the sizes in which the finders are seen.
 *
 * What is w times as far away has lengths of 1/w and, seen as slanted as the rest, areas of 1/w³; w grows evenly over a
 * plane, and so does w times the place.
 */
function fourthCorner(corners, version, right, down) {
  const [topLeft, topRight, bottomLeft] = corners;
  const [wRight, wDown] = [topRight, bottomLeft].map(({ module }) => (topLeft.module / module) ** (2 / 3));
  const w = Math.max(0.4, wRight + wDown - 1);
  const span = sideOf(version) - 2 * FINDER;
  const square = ["x", "y"].map((axis) => (wRight * topRight[axis] + wDown * bottomLeft[axis] - topLeft[axis]) / w);
  const inward = (ALIGNMENT - FINDER) / span;
  return ["x", "y"].map((axis, at) => {
    const [across, along] = [topRight[axis] - topLeft[axis], bottomLeft[axis] - topLeft[axis]];
    return square[at] + across * (right / span - inward) + along * (down / span - inward);
  });
}

function projectionTo([topLeft, topRight, bottomLeft], version, target) {
  const side = sideOf(version);
  const from = [[FINDER, FINDER], [side - FINDER, FINDER], [FINDER, side - FINDER], [side - ALIGNMENT, side - ALIGNMENT]];
  const to = [[topLeft.x, topLeft.y], [topRight.x, topRight.y], [bottomLeft.x, bottomLeft.y], target];
  return projectionOf(from, to);
}

/** The places where something looks most like the fourth alignment pattern. */
function peaks(picture, corners, version) {
  if (version === 1) return [];
  const span = sideOf(version) - 2 * FINDER;
  const reach = Math.ceil(MAX_MISS * span);
  const found = [];
  for (let right = -reach; right <= reach; right += 0.75) {
    for (let down = -reach; down <= reach; down += 0.75) {
      const shape = (x, y) => fourthCorner(corners, version, right + x, down + y);
      found.push({ target: shape(0, 0), score: scoreOf(picture, shape, ALIGNMENT_MODULES, 0) });
    }
  }
  found.sort((one, other) => other.score - one.score);
  return found.slice(0, N_PEAKS).map(({ target }) => target);
}

/** Moves the fourth corner as long as the score rises, by ever smaller steps. */
function climbed(best, scored, module) {
  for (let step = module; step > module / 12; step /= 2) {
    for (let moves = 0; moves < 12; moves++) {
      const [x, y] = best.target;
      const around = [[x + step, y], [x - step, y], [x, y + step], [x, y - step]].map(scored);
      const next = around.reduce((one, other) => (other.score > one.score ? other : one));
      if (next.score <= best.score) break;
      best = next;
    }
  }
  return best;
}

/** How well modules [x, y, colour] are met, from -1 to 1; a module's centre lies half a module from its corner. */
function scoreOf(picture, place, modules, centre = 0.5) {
  let sum = 0;
  for (const [x, y, colour] of modules) sum += colour * darknessAt(picture, place, x + centre, y + centre);
  return sum / CLIP / modules.length;
}

/** By how many modules an alignment pattern is off, amid all shifts that fit alike; none where it is not seen clearly. */
function seenShift(picture, place, cx, cy) {
  const tried = [];
  for (let right = -MAX_SHIFT; right <= MAX_SHIFT; right += 0.25) {
    for (let down = -MAX_SHIFT; down <= MAX_SHIFT; down += 0.25) {
      const shifted = (x, y) => place(cx + x + right, cy + y + down);
      tried.push({ right, down, score: scoreOf(picture, shifted, ALIGNMENT_MODULES) });
    }
  }
  const best = Math.max(...tried.map(({ score }) => score));
  if (best < CLEARLY_SEEN) return [0, 0];
  const alike = tried.filter(({ score }) => score > best - 0.03);
  return ["right", "down"].map((axis) => alike.reduce((sum, shift) => sum + shift[axis], 0) / alike.length);
}

/** The two places around a value, and how far it is from the one to the other: 0 to 1. */
function between(places, value) {
  const at = Math.max(0, places.findLastIndex((place, index) => place <= value && index < places.length - 1));
  const [low, high] = [places[at], places[at + 1]];
  return [low, high, Math.max(0, Math.min(1, (value - low) / (high - low)))];
}
