/** Of SQLite's write-ahead log (https://www.sqlite.org/fileformat2.html#walformat) what a drill needs. */

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

/**
 * Where the newest frame of a write-ahead log is, its header included. Frames behind it are of an earlier use of the
 * file: their salts are not the header's.
 */
export function lastFrame(bytes: Uint8Array): { offset: number; length: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = FRAME_HEADER_BYTES + view.getUint32(8);
  let frames = 0;
  for (;;) {
    const offset = HEADER_BYTES + frames * length;
    if (offset + length > bytes.length) break;
    if (
      view.getUint32(offset + 8) !== view.getUint32(16) ||
      view.getUint32(offset + 12) !== view.getUint32(20)
    )
      break;
    frames += 1;
  }
  if (frames === 0) throw new Error("the write-ahead log is empty");
  return { offset: HEADER_BYTES + (frames - 1) * length, length };
}
