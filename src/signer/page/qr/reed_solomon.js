// Error correction of QR codes: Reed-Solomon over GF(256) with 0x11D, roots from α⁰ (ISO/IEC 18004, section 7.5, annex B).

const EXP = new Uint8Array(510);
const LOG = new Uint8Array(256);
for (let power = 0, value = 1; power < 255; power++) {
  EXP[power] = EXP[power + 255] = value;
  LOG[value] = power;
  value = (value << 1) ^ (value & 0x80 ? 0x11d : 0);
}

function times(a, b) {
  return a && b ? EXP[LOG[a] + LOG[b]] : 0;
}

function inverse(a) {
  return EXP[255 - LOG[a]];
}

/** The value of a polynomial, its lowest coefficient first. */
function valueAt(polynomial, x) {
  return polynomial.reduceRight((sum, coefficient) => times(sum, x) ^ coefficient, 0);
}

/** Gives the bytes of a block (data, then `nCheck` check bytes) without its errors; null where they are too many. */
export function corrected(block, nCheck) {
  const received = Array.from(block).reverse();
  const syndromes = syndromesOf(received, nCheck);
  if (syndromes.every((value) => value === 0)) return block;
  const locator = locatorOf(syndromes);
  const evaluator = product(syndromes, locator).slice(0, nCheck);
  const derivative = locator.map((_, at) => (at % 2 === 0 ? (locator[at + 1] ?? 0) : 0));
  for (let place = 0; place < received.length; place++) {
    const root = inverse(EXP[place]);
    if (valueAt(locator, root) !== 0) continue;
    const slope = valueAt(derivative, root);
    if (slope === 0) return null;
    // Forney: the roots begin at α⁰, hence the factor of the place itself.
    received[place] ^= times(EXP[place], times(valueAt(evaluator, root), inverse(slope)));
  }
  const isRight = syndromesOf(received, nCheck).every((value) => value === 0);
  return isRight ? received.reverse() : null;
}

function syndromesOf(received, nCheck) {
  return Array.from({ length: nCheck }, (_, power) => valueAt(received, EXP[power]));
}

function product(one, other) {
  const result = new Array(one.length + other.length - 1).fill(0);
  one.forEach((a, at) => other.forEach((b, bt) => (result[at + bt] ^= times(a, b))));
  return result;
}

/** The polynomial whose roots tell where the errors are (Berlekamp and Massey). */
function locatorOf(syndromes) {
  let [current, previous] = [[1], [1]];
  let [nErrors, gap, lastDiscrepancy] = [0, 1, 1];
  syndromes.forEach((syndrome, step) => {
    let discrepancy = syndrome;
    for (let at = 1; at <= nErrors; at++) discrepancy ^= times(current[at] ?? 0, syndromes[step - at]);
    if (discrepancy === 0) {
      gap++;
      return;
    }
    const factor = times(discrepancy, inverse(lastDiscrepancy));
    const shifted = [...new Array(gap).fill(0), ...previous.map((value) => times(value, factor))];
    const length = Math.max(current.length, shifted.length);
    const next = Array.from({ length }, (_, at) => (current[at] ?? 0) ^ (shifted[at] ?? 0));
    if (2 * nErrors <= step) {
      [nErrors, previous, lastDiscrepancy, gap] = [step + 1 - nErrors, current, discrepancy, 1];
    } else {
      gap++;
    }
    current = next;
  });
  return current;
}
