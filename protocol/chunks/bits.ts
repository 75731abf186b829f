import type { ByteSink } from "./bytes.ts";
import { symbolOf } from "./symbols.ts";

/** Codes that writers collect before they put them all. */
export const BLOCK = 128;

/** By symbol: what to add to its numbers, and how many bits to put; 0 bits where a word has no room for them. */
export interface CodeTable {
  starts: Int32Array;
  widths: Uint8Array;
}

/** Bits in the order of writing, most significant first; the last byte is filled up with zeros. */
export class BitSink {
  readonly #sink: ByteSink;
  #word = 0;
  #free = 32;

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  /**
   * The low `widths[i]` bits of each `values[i]`, up to 32 of them, which must be all that is set. Both are
   * consecutive, so that the loop keeps its state in registers.
   */
  putAll(values: Int32Array, widths: Uint8Array, count: number): void {
    const sink = this.#sink;
    sink.reserve(count * 4 + 4);
    const { bytes } = sink;
    let at = sink.length;
    let word = this.#word;
    let free = this.#free;
    for (let index = 0; index < count; index += 1) {
      const value = values[index]!;
      const over = widths[index]! - free;
      if (over < 0) {
        free = -over;
        word |= value << free;
        continue;
      }
      word |= value >>> over;
      bytes[at] = word >>> 24;
      bytes[at + 1] = word >>> 16;
      bytes[at + 2] = word >>> 8;
      bytes[at + 3] = word;
      at += 4;
      free = 32 - over;
      word = over === 0 ? 0 : value << free;
    }
    sink.length = at;
    this.#word = word;
    this.#free = free;
  }

  /**
   * Numbers from `numbers[from, count)` by the table of their symbols, until one whose symbol is too wide for it; gives
   * its index. A number of symbol `s` is put as the low `widths[s]` bits, at most 32, of `starts[s]` and itself. One loop
   * from number to byte, so that nothing is stored in between.
   */
  putByTable(numbers: Float64Array, from: number, count: number, { starts, widths }: CodeTable): number {
    const sink = this.#sink;
    sink.reserve((count - from) * 4 + 4);
    const { bytes } = sink;
    let at = sink.length;
    let word = this.#word;
    let free = this.#free;
    let index = from;
    for (; index < count; index += 1) {
      const number = numbers[index]!;
      const symbol = symbolOf(number);
      const width = widths[symbol]!;
      if (width === 0) break;
      const value = (starts[symbol]! + number) | 0;
      const over = width - free;
      if (over < 0) {
        free = -over;
        word |= value << free;
        continue;
      }
      word |= value >>> over;
      bytes[at] = word >>> 24;
      bytes[at + 1] = word >>> 16;
      bytes[at + 2] = word >>> 8;
      bytes[at + 3] = word;
      at += 4;
      free = 32 - over;
      word = over === 0 ? 0 : value << free;
    }
    sink.length = at;
    this.#word = word;
    this.#free = free;
    return index;
  }

  /** A whole number below 2^`width`, `width` up to 32; the number may come as signed or unsigned 32 bits. */
  put(value: number, width: number): void {
    const over = width - this.#free;
    if (over < 0) {
      this.#free = -over;
      this.#word |= value << this.#free;
      return;
    }
    this.#flush(this.#word | (value >>> over));
    this.#free = 32 - over;
    this.#word = over === 0 ? 0 : value << this.#free;
  }

  /** A whole number below 2^`width`, `width` up to 54. */
  putWide(value: number, width: number): void {
    if (width > 32) {
      const high = Math.floor(value / 0x1_0000_0000);
      this.put(high, width - 32);
      this.put((value % 0x1_0000_0000) | 0, 32);
    } else this.put(value | 0, width);
  }

  /** Fills the last byte. Nothing may be put afterwards. */
  end(): void {
    const bytes = (32 - this.#free + 7) >>> 3;
    this.#flush(this.#word);
    this.#sink.length -= 4 - bytes;
  }

  #flush(word: number): void {
    const sink = this.#sink;
    sink.reserve(4);
    const at = sink.length;
    sink.bytes[at] = word >>> 24;
    sink.bytes[at + 1] = word >>> 16;
    sink.bytes[at + 2] = word >>> 8;
    sink.bytes[at + 3] = word;
    sink.length = at + 4;
  }
}

/**
 * The bytes as big-endian 32-bit words, for readers that take bits from two neighbouring words at once. Reading
 * past the last word gives zeros, so loops check their position once, after the last value.
 */
export function toWords(bytes: Uint8Array): Int32Array {
  const words = new Int32Array((bytes.length >>> 2) + 3);
  const whole = bytes.length >>> 2;
  for (let index = 0, at = 0; index < whole; index += 1, at += 4) {
    words[index] = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  }
  let last = 0;
  for (let at = whole << 2, shift = 24; at < bytes.length; at += 1, shift -= 8) last |= bytes[at]! << shift;
  words[whole] = last;
  return words;
}

/** The 32 bits from bit `position` on. */
export function window32(words: Int32Array, position: number): number {
  const index = position >>> 5;
  const shift = position & 31;
  return (words[index]! << shift) | ((words[index + 1]! >>> 1) >>> (31 - shift));
}

/** The `width` bits (0 to 54) from bit `position` on, as a number. */
export function bitsAt(words: Int32Array, position: number, width: number): number {
  if (width === 0) return 0;
  if (width <= 32) return window32(words, position) >>> (32 - width);
  const high = window32(words, position) >>> (64 - width);
  return high * 0x1_0000_0000 + (window32(words, position + width - 32) >>> 0);
}
