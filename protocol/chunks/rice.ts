import { bitLength } from "./bit-length.ts";
import { BitSink, BLOCK, bitsAt, toWords, window32 } from "./bits.ts";
import type { ByteSink, ByteSource } from "./bytes.ts";
import { DamagedError } from "./damage.ts";

/**
 * Golomb-Rice codes for numbers that are mostly small: `u >>> k` zeros, a one, the low `k` bits of `u`. Within a
 * few hundredths of a bit of the entropy for the two-sided geometric residuals that predictors leave, at any
 * chunk length and without tables.
 *
 * Numbers are whole, from 0 to 2^53 - 1. Sixteen zeros instead of the prefix announce a number that is far out:
 * six bits with its length, then its bits.
 */

export const RICE_PARAMETER_MAX = 52;
const ESCAPE_ZEROS = 16;
const ESCAPE_LENGTH_BITS = 6;
/** Up to this parameter a code that is not escaped fits one 32-bit window: 15 zeros, the one, 15 bits. */
const ONE_WINDOW_MAX = 15;

/** 0, -1, 1, -2 ... to 0, 1, 2, 3 ...: signs are random, and a branch on them costs more than all the rest. */
export function zigzag(residual: number): number {
  return Math.abs(2 * residual + 0.5) - 0.5;
}

/** The inverse of {@link zigzag}. */
export function unzigzag(number: number): number {
  if (number < 0x8000_0000) return (number >>> 1) ^ -(number & 1);
  return number % 2 === 0 ? number / 2 : -(number + 1) / 2;
}

/** Counts of numbers by bit length: enough to price every parameter without a second look at the numbers. */
export const HISTOGRAM_SIZE = 54;

/** The cheapest parameter for numbers with this histogram, and about how many bits they take with it. */
export function choose(histogram: Int32Array): { k: number; bits: number } {
  let total = 0;
  for (let length = 0; length < HISTOGRAM_SIZE; length += 1) total += histogram[length]!;
  let median = 0;
  for (let seen = histogram[0]!; seen * 2 < total && median < HISTOGRAM_SIZE - 1; ) {
    median += 1;
    seen += histogram[median]!;
  }
  let best = { k: 0, bits: Number.POSITIVE_INFINITY };
  for (let k = Math.max(0, median - 2); k <= Math.min(median + 1, RICE_PARAMETER_MAX); k += 1) {
    const bits = price(histogram, k);
    if (bits < best.bits) best = { k, bits };
  }
  return best;
}

function price(histogram: Int32Array, k: number): number {
  let bits = 0;
  for (let length = 0; length < HISTOGRAM_SIZE; length += 1) {
    const count = histogram[length]!;
    if (count === 0) continue;
    // Numbers of one bit length are taken to lie evenly between its powers of two.
    const zeros = length <= k ? 0 : length === k + 1 ? 1 : 0.75 * 2 ** (length - k) - 0.5;
    bits += count * (zeros < ESCAPE_ZEROS ? zeros + 1 + k : ESCAPE_ZEROS + ESCAPE_LENGTH_BITS + length);
  }
  return bits;
}

/** Writes `numbers[0, count)` with parameter `k`. */
export function writeRice(sink: ByteSink, numbers: Float64Array, count: number, k: number): void {
  const bits = new BitSink(sink);
  const values = new Int32Array(BLOCK);
  const widths = new Uint8Array(BLOCK);
  const limit = k <= ONE_WINDOW_MAX ? ESCAPE_ZEROS << k : 0;
  const mark = 1 << k;
  let size = 0;
  for (let index = 0; index < count; index += 1) {
    if (size === BLOCK) {
      bits.putAll(values, widths, size);
      size = 0;
    }
    const number = numbers[index]!;
    if (number < limit) {
      values[size] = mark | (number & (mark - 1));
      widths[size] = (number >>> k) + 1 + k;
      size += 1;
      continue;
    }
    bits.putAll(values, widths, size);
    size = 0;
    putRice(bits, number, k);
  }
  bits.putAll(values, widths, size);
  bits.end();
}

/**
 * Reads `count` numbers into `out`, from index `from` on, out of their zigzag form if `signed`; the codes must end in
 * the last byte of `source`.
 */
export function readRice(
  source: ByteSource,
  out: Float64Array,
  count: number,
  k: number,
  signed: boolean,
  from = 0,
): void {
  const bytes = source.raw(source.left);
  const words = toWords(bytes);
  const end = from + count;
  let position = 0;
  if (k <= ONE_WINDOW_MAX) {
    for (let index = from; index < end; index += 1) {
      const at = window32(words, position);
      const zeros = Math.clz32(at);
      if (zeros < ESCAPE_ZEROS) {
        const number = (zeros << k) | (((at << zeros) & 0x7fffffff) >>> (31 - k));
        out[index] = signed ? (number >>> 1) ^ -(number & 1) : number;
        position += zeros + 1 + k;
      } else {
        const length = bitsAt(words, position + ESCAPE_ZEROS, ESCAPE_LENGTH_BITS);
        const number = escaped(words, position, length);
        out[index] = signed ? unzigzag(number) : number;
        position += ESCAPE_ZEROS + ESCAPE_LENGTH_BITS + length;
      }
    }
  } else {
    const reader = new RiceReader(words, position);
    for (let index = from; index < end; index += 1) {
      const number = reader.next(k);
      out[index] = signed ? unzigzag(number) : number;
    }
    position = reader.position;
  }
  checkEnd(position, bytes.length);
}

function escaped(words: Int32Array, position: number, length: number): number {
  if (length >= HISTOGRAM_SIZE) throw new DamagedError("a number is too long");
  return bitsAt(words, position + ESCAPE_ZEROS + ESCAPE_LENGTH_BITS, length);
}

/** Refuses codes that ended before the column's last byte, or behind it. */
export function checkEnd(position: number, bytes: number): void {
  if ((position + 7) >>> 3 !== bytes) throw new DamagedError("a column's codes do not end where it ends");
}

/**
 * Writes numbers that are mostly zero as pairs: how many zeros (parameter `kRun`), then the number that ends
 * them less one (parameter `k`). Zeros at the end have no such number.
 */
export function writeRuns(
  sink: ByteSink,
  numbers: Float64Array,
  count: number,
  kRun: number,
  k: number,
): void {
  const bits = new BitSink(sink);
  let zeros = 0;
  for (let index = 0; index < count; index += 1) {
    const number = numbers[index]!;
    if (number === 0) {
      zeros += 1;
      continue;
    }
    putRice(bits, zeros, kRun);
    putRice(bits, number - 1, k);
    zeros = 0;
  }
  if (zeros > 0) putRice(bits, zeros, kRun);
  bits.end();
}

/** Reads `count` numbers into `out`, from index `from` on, out of their zigzag form. */
export function readRuns(
  source: ByteSource,
  out: Float64Array,
  count: number,
  kRun: number,
  k: number,
  from = 0,
): void {
  const bytes = source.raw(source.left);
  const reader = new RiceReader(toWords(bytes), 0);
  const end = from + count;
  let index = from;
  while (index < end) {
    const zeros = reader.next(kRun);
    if (zeros > end - index) throw new DamagedError("a run is longer than its column");
    out.fill(0, index, index + zeros);
    index += zeros;
    if (index < end) {
      out[index] = unzigzag(reader.next(k) + 1);
      index += 1;
    }
  }
  checkEnd(reader.position, bytes.length);
}

function putRice(bits: BitSink, number: number, k: number): void {
  const low = Math.max(0, k - ONE_WINDOW_MAX);
  const high = low === 0 ? number : Math.floor(number / 2 ** low);
  const rest = k - low;
  if (high >= ESCAPE_ZEROS * 2 ** rest) {
    const length = bitLength(number);
    bits.put(0, ESCAPE_ZEROS);
    bits.put(length, ESCAPE_LENGTH_BITS);
    bits.putWide(number, length);
    return;
  }
  bits.put((1 << rest) | (high & ((1 << rest) - 1)), (high >>> rest) + 1 + rest);
  if (low > 0) bits.putWide(number - high * 2 ** low, low);
}

class RiceReader {
  position: number;
  readonly #words: Int32Array;

  constructor(words: Int32Array, position: number) {
    this.#words = words;
    this.position = position;
  }

  next(k: number): number {
    const low = Math.max(0, k - ONE_WINDOW_MAX);
    const rest = k - low;
    const at = window32(this.#words, this.position);
    const zeros = Math.clz32(at);
    if (zeros >= ESCAPE_ZEROS) {
      const length = bitsAt(this.#words, this.position + ESCAPE_ZEROS, ESCAPE_LENGTH_BITS);
      const number = escaped(this.#words, this.position, length);
      this.position += ESCAPE_ZEROS + ESCAPE_LENGTH_BITS + length;
      return number;
    }
    const high = (zeros << rest) | (((at << zeros) & 0x7fffffff) >>> (31 - rest));
    this.position += zeros + 1 + rest;
    if (low === 0) return high;
    const number = high * 2 ** low + bitsAt(this.#words, this.position, low);
    this.position += low;
    return number;
  }
}
