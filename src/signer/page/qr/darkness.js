// From a picture to how dark each pixel is against its surroundings: above 0 is dark, below is light.

const WHITE = 255;
const CLEAR_ENOUGH = 3; // of 255: paper and sensors are never quite even

/** A picture in grey: `grey` has a byte a pixel, row by row; what is transparent is seen on white. */
export function greyOf({ data, width, height }) {
  const grey = new Uint8Array(width * height);
  for (let pixel = 0, at = 0; pixel < grey.length; pixel++, at += 4) {
    const luminance = 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2];
    grey[pixel] = WHITE + ((luminance - WHITE) * data[at + 3]) / 255;
  }
  return { grey, width, height };
}

/** Against one threshold for all (Otsu's: the one that parts the histogram best): for pictures made by programs. */
export function darknessOverall({ grey, width, height }) {
  const threshold = otsuThreshold(grey);
  return { darkness: Int16Array.from(grey, (value) => threshold - value), width, height };
}

/** Against the mean of the square of `side` pixels around: for photographs, where light falls unevenly. */
export function darknessAround({ grey, width, height }, side) {
  const sums = sumsOf(grey, width, height);
  const darkness = new Int16Array(width * height);
  const reach = side >> 1;
  for (let y = 0; y < height; y++) {
    const [top, bottom] = [Math.max(0, y - reach), Math.min(height, y + reach + 1)];
    for (let x = 0; x < width; x++) {
      const [left, right] = [Math.max(0, x - reach), Math.min(width, x + reach + 1)];
      const upper = sums[top * (width + 1) + right] - sums[top * (width + 1) + left];
      const lower = sums[bottom * (width + 1) + right] - sums[bottom * (width + 1) + left];
      const mean = (lower - upper) / ((bottom - top) * (right - left));
      darkness[y * width + x] = mean - CLEAR_ENOUGH - grey[y * width + x];
    }
  }
  return { darkness, width, height };
}

/** The same with dark and light exchanged, for codes drawn in white on black. */
export function inverted({ darkness, width, height }) {
  return { darkness: darkness.map((value) => -value), width, height };
}

/** Sums over all rectangles from the corner: (height + 1) × (width + 1), so that any mean takes four look-ups. */
function sumsOf(grey, width, height) {
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      row += grey[y * width + x];
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + row;
    }
  }
  return sums;
}

function otsuThreshold(grey) {
  const counts = new Float64Array(256);
  for (const value of grey) counts[value]++;
  const total = counts.reduce((sum, count, value) => sum + count * value, 0);
  let [best, first, last] = [-1, 0, 0];
  for (let value = 0, below = 0, sumBelow = 0; value < 256; value++) {
    below += counts[value];
    sumBelow += counts[value] * value;
    const above = grey.length - below;
    if (!below || !above) continue;
    const between = below * above * (sumBelow / below - (total - sumBelow) / above) ** 2;
    if (between > best) [best, first] = [between, value];
    if (between === best) last = value; // between two clear colours all thresholds are equal: take the middle
  }
  return (first + last) / 2 + 0.5;
}
