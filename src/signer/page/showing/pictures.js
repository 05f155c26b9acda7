// Looks for a code in a picture file and in what the camera sees.
import { WAYS, readCode } from "../qr/reading.js";

const PICTURE_SIDES = [1600, 3200, 900]; // longest side in pixels: first what is quick, then the finer and the coarser
const FRAME_SIDE = 1280;
const PAUSE_MS = 60; // between two looks, for the page to answer

/** Gives the text of a code in a picture file, or null; rejects where the browser cannot show the file. */
export async function textOfPicture(file) {
  const bitmap = await createImageBitmap(file);
  const tried = new Set();
  for (const side of PICTURE_SIDES) {
    const pixels = pixelsOf(bitmap, bitmap.width, bitmap.height, side);
    if (tried.has(pixels.width)) continue;
    tried.add(pixels.width);
    const text = readCode(pixels);
    if (text !== null) return text;
  }
  return null;
}

/** Gives the text of the first code before the camera, shown in `video`; null when `signal` stops it. Rejects without one. */
export async function textOfCamera(video, signal) {
  const wanted = { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } };
  const stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
  try {
    if (signal.aborted) return null;
    video.srcObject = stream;
    await video.play();
    for (let frame = 0; !signal.aborted; frame++) {
      const pixels = pixelsOf(video, video.videoWidth, video.videoHeight, FRAME_SIDE);
      const text = readCode(pixels, [WAYS[frame % WAYS.length]]);
      if (text !== null) return text;
      await new Promise((done) => setTimeout(done, PAUSE_MS));
    }
    return null;
  } finally {
    for (const track of stream.getTracks()) track.stop();
    if (video.srcObject === stream) video.srcObject = null; // else the camera was begun anew
  }
}

/** The pixels of a picture or frame, made smaller where a side is longer than `side`. */
function pixelsOf(source, width, height, side) {
  const scale = Math.min(1, side / Math.max(width, height));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height].map((length) => Math.max(1, Math.round(length * scale)));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
