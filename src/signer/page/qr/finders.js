// Where the three finder patterns of a QR code may lie (ISO/IEC 18004, section 6.3.3): dark 1, light 1, dark 3, light 1, dark 1.

const SHAPE = [1, 1, 3, 1, 1]; // in modules
const MODULES = 7;
const TOLERANCE = 0.7; // of a module, for blurred and slanted pictures
const MAX_CANDIDATES = 12;
const MAX_TRIPLES = 8;

/** Gives likely triples of finder centres, best first: [top left, top right, bottom left], each {x, y, module}. */
export function findTriples(picture) {
  const candidates = findCandidates(picture).slice(0, MAX_CANDIDATES);
  const triples = [];
  for (let a = 0; a < candidates.length; a++) {
    for (let b = a + 1; b < candidates.length; b++) {
      for (let c = b + 1; c < candidates.length; c++) {
        triples.push(orderedTriple([candidates[a], candidates[b], candidates[c]]));
      }
    }
  }
  const likely = triples.filter(({ misfit }) => misfit < 2);
  return likely.sort((one, other) => one.misfit - other.misfit).slice(0, MAX_TRIPLES).map(({ corners }) => corners);
}

/** The corners in order, and how far they are from the half of a square seen from the front. */
function orderedTriple(points) {
  const byOpposite = points.map((point, at) => [point, distance(points[(at + 1) % 3], points[(at + 2) % 3])]);
  const [[topLeft, hypotenuse], [one], [other]] = byOpposite.sort((p, q) => q[1] - p[1]);
  const turn = (one.x - topLeft.x) * (other.y - topLeft.y) - (one.y - topLeft.y) * (other.x - topLeft.x);
  const corners = turn > 0 ? [topLeft, one, other] : [topLeft, other, one];
  const [across, down] = [distance(topLeft, corners[1]), distance(topLeft, corners[2])];
  const modules = points.map(({ module }) => module);
  const misfit =
    Math.abs(1 - hypotenuse ** 2 / (across ** 2 + down ** 2)) * 2 +
    Math.abs(Math.log(across / down)) +
    Math.abs(Math.log(Math.max(...modules) / Math.min(...modules))) * 2 +
    (Math.min(across, down) < 13 * Math.min(...modules) ? 2 : 0);
  return { corners, misfit };
}

export function distance(one, other) {
  return Math.hypot(one.x - other.x, one.y - other.y);
}

/** Centres that look like a finder both along a row and along a column, those seen in most rows first. */
function findCandidates(picture) {
  const found = [];
  const step = picture.height > 900 ? 2 : 1;
  for (let y = 0; y < picture.height; y += step) {
    for (const x of centresInRow(picture, y)) {
      const centre = confirmed(picture, x, y);
      if (centre) add(found, centre);
    }
  }
  const sure = found.filter(({ count }) => count > 1);
  return (sure.length >= 3 ? sure : found).sort((one, other) => other.count - one.count);
}

function* centresInRow({ darkness, width }, y) {
  const runs = [0, 0, 0, 0, 0];
  let isDark = false;
  for (let x = 0, at = y * width; x <= width; x++, at++) {
    if (x < width && darkness[at] > 0 === isDark) {
      runs[4]++;
      continue;
    }
    if (isDark && hasShape(runs)) yield x - runs[4] - runs[3] - runs[2] / 2;
    runs.shift();
    runs.push(1);
    isDark = !isDark;
  }
}

function hasShape(runs) {
  const module = (runs[0] + runs[1] + runs[2] + runs[3] + runs[4]) / MODULES;
  return module >= 1 && SHAPE.every((size, at) => Math.abs(runs[at] - size * module) < TOLERANCE * module * Math.sqrt(size));
}

/** The centre made exact by a look along the column, the row and the column again; null if no finder is there. */
function confirmed(picture, x, y) {
  const column = runsThrough(picture, Math.floor(x), y, 0, 1);
  if (!column) return null;
  const row = runsThrough(picture, Math.floor(x), Math.floor(y + column.shift), 1, 0);
  if (!row || row.length > 2.5 * column.length || column.length > 2.5 * row.length) return null;
  const module = (row.length + column.length) / 2 / MODULES;
  const centre = { x: Math.floor(x) + 0.5 + row.shift, y: y + 0.5 + column.shift, module, count: 1 };
  return runsThrough(picture, Math.floor(centre.x), Math.floor(centre.y), 1, 1) ? centre : null;
}

/** The five runs through a dark pixel in a direction: their length, and how far their centre is from the pixel. */
function runsThrough(picture, x, y, dx, dy) {
  const before = runsFrom(picture, x, y, -dx, -dy);
  const after = runsFrom(picture, x, y, dx, dy);
  const runs = [before[2], before[1], before[0] + after[0] - 1, after[1], after[2]];
  if (before[0] === 0 || !runs.every(Boolean) || !hasShape(runs)) return null;
  return { length: runs.reduce((sum, run) => sum + run), shift: (after[0] - before[0]) / 2 };
}

/** Lengths of the dark, light and dark run from a pixel on. */
function runsFrom({ darkness, width, height }, x, y, dx, dy) {
  const runs = [0, 0, 0];
  for (let part = 0; part < 3; part++) {
    while (x >= 0 && x < width && y >= 0 && y < height && darkness[y * width + x] > 0 === (part !== 1)) {
      runs[part]++;
      x += dx;
      y += dy;
    }
  }
  return runs;
}

function add(found, centre) {
  const near = found.find((known) => distance(known, centre) < 2 * known.module && ratio(known, centre) < 1.6);
  if (!near) {
    found.push(centre);
    return;
  }
  const count = near.count + 1;
  for (const name of ["x", "y", "module"]) near[name] += (centre[name] - near[name]) / count;
  near.count = count;
}

function ratio(one, other) {
  return Math.max(one.module / other.module, other.module / one.module);
}
