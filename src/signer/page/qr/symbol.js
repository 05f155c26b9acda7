// From the modules of a QR code to its data: format, mask, blocks (ISO/IEC 18004, sections 7.6 to 7.10 and 12).
import { reservedModules, sideOf } from "./patterns.js";
import { corrected } from "./reed_solomon.js";

const FORMAT_MASK = 0x5412;
const FORMAT_GENERATOR = 0x537;
const MAX_FORMAT_ERRORS = 3;
const LEVELS = ["M", "L", "H", "Q"]; // by the two bits of the format

const CHECK_BYTES = {
  L: [7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30],
  M: [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28],
  Q: [13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30, 28, 30, 30, 30, 30, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30],
  H: [17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28, 30, 24, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30],
}; // of each block, by version from 1 (table 9)
const N_BLOCKS = {
  L: [1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25],
  M: [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49],
  Q: [1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12, 17, 16, 18, 21, 20, 23, 23, 25, 27, 29, 34, 34, 35, 38, 40, 43, 45, 48, 51, 53, 56, 59, 62, 65, 68],
  H: [1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18, 16, 19, 21, 25, 25, 25, 34, 30, 32, 35, 37, 40, 42, 45, 48, 51, 54, 57, 60, 63, 66, 70, 74, 77, 81],
};

const MASKS = [
  (x, y) => (x + y) % 2 === 0,
  (x, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(y / 2) + Math.floor(x / 3)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

/** Gives the data bytes of a code; `isDark(x, y)` tells its modules. Null where they cannot be read. */
export function dataBytes(version, isDark) {
  const format = formatOf(version, isDark);
  if (!format) return null;
  const codewords = codewordsOf(version, isDark, MASKS[format.mask]);
  const data = [];
  for (const { block, nCheck } of blocksOf(codewords, version, format.level)) {
    const right = corrected(block, nCheck);
    if (!right) return null;
    data.push(...right.slice(0, right.length - nCheck));
  }
  return Uint8Array.from(data);
}

/** Level and mask out of both copies of the format, by the nearest of the 32 words that there are (section 7.9). */
function formatOf(version, isDark) {
  const last = sideOf(version) - 1;
  const bits = (places) => places.reduce((word, [x, y]) => (word << 1) | isDark(x, y), 0);
  const upTo = (n) => Array.from({ length: n }, (_, at) => at);
  const inCorner = [
    ...upTo(6).map((x) => [x, 8]), [7, 8], [8, 8], [8, 7],
    ...upTo(6).map((y) => [8, 5 - y]),
  ];
  const beside = [...upTo(7).map((y) => [8, last - y]), ...upTo(8).map((x) => [last - 7 + x, 8])];
  const seen = [bits(inCorner), bits(beside)];
  const nearest = upTo(32)
    .map((data) => ({ data, away: Math.min(...seen.map((word) => bitsSet(word ^ formatWord(data)))) }))
    .reduce((one, other) => (other.away < one.away ? other : one));
  if (nearest.away > MAX_FORMAT_ERRORS) return null;
  return { level: LEVELS[nearest.data >> 3], mask: nearest.data & 7 };
}

function formatWord(data) {
  let remainder = data;
  for (let step = 0; step < 10; step++) remainder = (remainder << 1) ^ (remainder >> 9) * FORMAT_GENERATOR;
  return ((data << 10) | remainder) ^ FORMAT_MASK;
}

function bitsSet(word) {
  let count = 0;
  for (; word; word &= word - 1) count++;
  return count;
}

/** The bytes along the zigzag of double columns from the right, without the mask (section 7.7.3). */
function codewordsOf(version, isDark, mask) {
  const side = sideOf(version);
  const reserved = reservedModules(version);
  const bytes = [];
  let [byte, nBits, isUpward] = [0, 0, true];
  for (let right = side - 1; right > 0; right -= 2) {
    if (right === 6) right--; // the column of the timing pattern
    for (let row = 0; row < side; row++) {
      const y = isUpward ? side - 1 - row : row;
      for (const x of [right, right - 1]) {
        if (reserved[y * side + x]) continue;
        byte = (byte << 1) | (isDark(x, y) ^ mask(x, y));
        if (++nBits === 8) {
          bytes.push(byte);
          [byte, nBits] = [0, 0];
        }
      }
    }
    isUpward = !isUpward;
  }
  return bytes;
}

/** The blocks whose bytes were dealt out in turn; the later ones can have a data byte more (section 7.6). */
function blocksOf(codewords, version, level) {
  const nBlocks = N_BLOCKS[level][version - 1];
  const nCheck = CHECK_BYTES[level][version - 1];
  const nShort = nBlocks - (codewords.length % nBlocks);
  const nData = Math.floor(codewords.length / nBlocks) - nCheck;
  const blocks = Array.from({ length: nBlocks }, () => ({ block: [], nCheck }));
  let next = 0;
  for (let at = 0; at <= nData; at++) {
    blocks.forEach(({ block }, place) => {
      if (at < nData || place >= nShort) block.push(codewords[next++]);
    });
  }
  for (let at = 0; at < nCheck; at++) for (const { block } of blocks) block.push(codewords[next++]);
  return blocks;
}
