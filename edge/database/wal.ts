/**
 * SQLite's write-ahead log as a file (https://www.sqlite.org/fileformat2.html#walformat). SQLite reads it up to the first
 * frame whose checksum is wrong and takes the rest for a commit that was cut off. When that rest holds the end of a
 * commit, it may be one that was acknowledged: then bytes have changed at rest, and somebody should know.
 */
export interface WalReport {
  /** Frames up to the end that SQLite finds. */
  readable: number;
  /** Frames of the same use of the file behind that. */
  unreadable: number;
  /** Commits that end in an unreadable frame. */
  commits: number;
}

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
/** The checksums of the log are of big-endian words when the lowest bit is set. */
const MAGIC = 0x377f0682;
/** Of header fields, in bytes. */
const SALTS = 16;
const FRAME_SALTS = 8;
const FRAME_COMMIT = 4;

/** Nothing is unreadable in an empty log. */
export function examineWal(bytes: Uint8Array): WalReport {
  const report: WalReport = { readable: 0, unreadable: 0, commits: 0 };
  if (bytes.length < HEADER_BYTES) return report;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const littleEndian = view.getUint32(0) === MAGIC;
  const salts = [view.getUint32(SALTS), view.getUint32(SALTS + 4)] as const;
  const frameBytes = FRAME_HEADER_BYTES + pageBytes(view);
  let sum = checksum(view, 0, HEADER_BYTES - 8, [0, 0], littleEndian);
  let isWhole = sum[0] === view.getUint32(24) && sum[1] === view.getUint32(28);
  for (let at = HEADER_BYTES; at + frameBytes <= bytes.length; at += frameBytes) {
    const same = [0, 1].filter(
      (index) => view.getUint32(at + FRAME_SALTS + 4 * index) === salts[index],
    ).length;
    // Frames of an earlier use of the file have neither salt; one alone was damaged itself.
    if (same === 0) break;
    if (isWhole) {
      sum = checksum(view, at, 8, sum, littleEndian);
      sum = checksum(view, at + FRAME_HEADER_BYTES, frameBytes - FRAME_HEADER_BYTES, sum, littleEndian);
      isWhole = same === 2 && sum[0] === view.getUint32(at + 16) && sum[1] === view.getUint32(at + 20);
    }
    if (isWhole) report.readable += 1;
    else {
      report.unreadable += 1;
      if (view.getUint32(at + FRAME_COMMIT) !== 0) report.commits += 1;
    }
  }
  return report;
}

/** How many of the log's bytes, from its beginning, are its header and the frames that SQLite finds. */
export function readableBytes(bytes: Uint8Array, { readable }: WalReport): number {
  if (readable === 0) return 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return HEADER_BYTES + readable * (FRAME_HEADER_BYTES + pageBytes(view));
}

/** A damaged header may say anything; every database of ours has pages of this size. */
function pageBytes(view: DataView): number {
  const size = view.getUint32(8);
  return size >= 512 && size <= 65_536 && (size & (size - 1)) === 0 ? size : 4_096;
}

type Sum = readonly [number, number];

/** SQLite's: over pairs of 32-bit words. */
function checksum(view: DataView, at: number, length: number, before: Sum, littleEndian: boolean): Sum {
  let [first, second] = before;
  for (let offset = at; offset < at + length; offset += 8) {
    first = (first + view.getUint32(offset, littleEndian) + second) >>> 0;
    second = (second + view.getUint32(offset + 4, littleEndian) + first) >>> 0;
  }
  return [first, second];
}
