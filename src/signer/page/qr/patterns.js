// What every QR code of a size has in the same places (ISO/IEC 18004, section 6.3): finders, timing, alignment.

export function sideOf(version) {
  return 17 + 4 * version;
}

/** Rows and columns of the alignment patterns' centres (annex E); none in version 1. */
export function alignmentPlaces(version) {
  if (version === 1) return [];
  const n = Math.floor(version / 7) + 2;
  const step = version === 32 ? 26 : Math.ceil((version * 4 + 4) / (n * 2 - 2)) * 2;
  const last = sideOf(version) - 7;
  return [6, ...Array.from({ length: n - 1 }, (_, at) => last - (n - 2 - at) * step)];
}

/** The centres [x, y] of the alignment patterns: all crossings but the three where a finder is. */
export function alignmentCentres(version) {
  const places = alignmentPlaces(version);
  const last = places.at(-1);
  const isFinder = (x, y) => (x === 6 && y === 6) || (x === 6 && y === last) || (x === last && y === 6);
  return places.flatMap((y) => places.filter((x) => !isFinder(x, y)).map((x) => [x, y]));
}

/** The modules [x, y, 1 dark or -1 light] of an alignment pattern around its centre at 0, 0. */
export const ALIGNMENT_MODULES = Array.from({ length: 25 }, (_, at) => {
  const [x, y] = [(at % 5) - 2, Math.floor(at / 5) - 2];
  return [x, y, Math.max(Math.abs(x), Math.abs(y)) === 1 ? -1 : 1];
});

/** The same for all alignment and timing patterns of a code. */
export function knownModules(version) {
  const modules = alignmentCentres(version).flatMap(([cx, cy]) =>
    ALIGNMENT_MODULES.map(([x, y, colour]) => [cx + x, cy + y, colour]),
  );
  for (let at = 8; at < sideOf(version) - 8; at++) {
    const colour = at % 2 === 0 ? 1 : -1;
    modules.push([at, 6, colour], [6, at, colour]);
  }
  return modules;
}

/** Which modules hold no data, as a byte a module: all patterns with their margins, format and version. */
export function reservedModules(version) {
  const side = sideOf(version);
  const reserved = new Uint8Array(side * side);
  const fill = (left, top, width, height) => {
    for (let y = top; y < top + height; y++) reserved.fill(1, y * side + left, y * side + left + width);
  };
  fill(0, 0, 9, 9);
  fill(side - 8, 0, 8, 9);
  fill(0, side - 8, 9, 8);
  fill(6, 0, 1, side);
  fill(0, 6, side, 1);
  for (const [x, y] of alignmentCentres(version)) fill(x - 2, y - 2, 5, 5);
  if (version >= 7) {
    fill(side - 11, 0, 3, 6);
    fill(0, side - 11, 6, 3);
  }
  return reserved;
}
