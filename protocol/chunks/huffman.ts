import { BitSink, bitsAt, toWords, window32 } from "./bits.ts";
import type { ByteSink, ByteSource } from "./bytes.ts";
import { DamagedError } from "./damage.ts";
import { checkEnd, HISTOGRAM_SIZE, unzigzag } from "./rice.ts";
import { BASES, EXTRA_BITS, lengthOf, SHORT_BASES, SYMBOLS, symbolOf } from "./symbols.ts";

/**
 * Canonical Huffman codes for numbers whose sizes follow no simple law: mixtures of quiet and bursts, counters that
 * step by 5 or 6. A number below 16 is a symbol of its own; a larger one is a symbol for its bit length and second
 * highest bit, followed by the rest of its bits as they are.
 *
 * The code lengths come first, four bits for each symbol in order, 0 for none, each 0 followed by four bits that
 * say how many more 0 there are.
 */

/** Longest code in bits: the reader's table has 2^10 places. */
const LENGTH_MAX = 10;
const NIBBLE = 4;

/** Of `numbers[0, count)`. */
export function countSymbols(numbers: Float64Array, count: number): Int32Array {
  const counts = new Int32Array(SYMBOLS);
  // Neighbours often have the same symbol; two tables spare them the wait for each other's count.
  const others = new Int32Array(SYMBOLS);
  const pairs = count & ~1;
  for (let index = 0; index < pairs; index += 2) {
    counts[symbolOf(numbers[index]!)]! += 1;
    others[symbolOf(numbers[index + 1]!)]! += 1;
  }
  if (pairs < count) counts[symbolOf(numbers[pairs]!)]! += 1;
  for (let symbol = 0; symbol < SYMBOLS; symbol += 1) counts[symbol]! += others[symbol]!;
  return counts;
}

/** Counts by bit length, from counts by symbol. */
export function toHistogram(counts: Int32Array): Int32Array {
  const histogram = new Int32Array(HISTOGRAM_SIZE);
  for (let symbol = 0; symbol < SYMBOLS; symbol += 1) {
    histogram[lengthOf(symbol)]! += counts[symbol]!;
  }
  return histogram;
}

/** Code lengths for symbols that occur so often, and the bits that the code with its table takes. */
export function planHuffman(counts: Int32Array): { lengths: Uint8Array; bits: number } {
  const lengths = codeLengths(counts);
  let bits = 0;
  let last = 0;
  for (let symbol = 0; symbol < SYMBOLS; symbol += 1) {
    if (counts[symbol] === 0) continue;
    bits += counts[symbol]! * (lengths[symbol]! + EXTRA_BITS[symbol]!);
    // A gap takes two nibbles; gaps of more than 16 take more, which is rare enough to be left out.
    bits += NIBBLE * (symbol > last + 1 ? 3 : 1);
    last = symbol;
  }
  return { lengths, bits };
}

/** Huffman's algorithm over symbols sorted by count; codes that come out too long are evened out afterwards. */
function codeLengths(counts: Int32Array): Uint8Array {
  const symbols = new Float64Array(SYMBOLS);
  let size = 0;
  for (let symbol = 0; symbol < SYMBOLS; symbol += 1) {
    // Count and symbol in one number sort without a comparison function.
    if (counts[symbol]! > 0) symbols[size++] = counts[symbol]! * 128 + symbol;
  }
  symbols.subarray(0, size).sort();
  const weights = new Float64Array(size);
  for (let index = 0; index < size; index += 1) {
    weights[index] = Math.floor(symbols[index]! / 128);
    symbols[index]! %= 128;
  }
  const lengths = new Uint8Array(SYMBOLS);
  if (size === 1) lengths[symbols[0]!] = 1;
  if (size < 2) return lengths;
  const depths = treeDepths(weights);
  let room = 2 ** LENGTH_MAX;
  for (let index = 0; index < size; index += 1) {
    const length = Math.min(depths[index]!, LENGTH_MAX);
    lengths[symbols[index]!] = length;
    room -= 2 ** (LENGTH_MAX - length);
  }
  // Lengthening the rarest codes that still can be makes room for those that were cut (Kraft's inequality).
  for (let index = 0; room < 0; index = (index + 1) % size) {
    const symbol = symbols[index]!;
    if (lengths[symbol]! >= LENGTH_MAX) continue;
    room += 2 ** (LENGTH_MAX - lengths[symbol]! - 1);
    lengths[symbol]! += 1;
  }
  return lengths;
}

/** Depths of the leaves of a Huffman tree; `weights` rise. */
function treeDepths(weights: Float64Array): Int32Array {
  const size = weights.length;
  const parents = new Int32Array(2 * size);
  const sums = new Float64Array(2 * size);
  sums.set(weights);
  let leaf = 0;
  let inner = size;
  for (let next = size; next < 2 * size - 1; next += 1) {
    for (let child = 0; child < 2; child += 1) {
      const takeLeaf = leaf < size && (inner >= next || sums[leaf]! <= sums[inner]!);
      const node = takeLeaf ? leaf : inner;
      if (takeLeaf) leaf += 1;
      else inner += 1;
      sums[next]! += sums[node]!;
      parents[node] = next;
    }
  }
  const depths = new Int32Array(2 * size);
  for (let node = 2 * size - 3; node >= 0; node -= 1) depths[node] = depths[parents[node]!]! + 1;
  return depths.subarray(0, size);
}

/** The codes of all symbols, in the order of length, then symbol. Throws a `DamagedError` when they do not fit. */
function canonicalCodes(lengths: Uint8Array): Int32Array {
  const next = new Int32Array(LENGTH_MAX + 2);
  for (let symbol = 0; symbol < SYMBOLS; symbol += 1) next[lengths[symbol]! + 1]! += 1;
  // From how many codes each length has to the first of the length: next[length + 1] is still a count when read.
  next[1] = 0;
  let code = 0;
  for (let length = 1; length <= LENGTH_MAX; length += 1) {
    const count = next[length + 1]!;
    next[length] = code;
    code += count;
    if (code > 2 ** length) throw new DamagedError("a code table holds too many codes");
    code *= 2;
  }
  const codes = new Int32Array(SYMBOLS);
  for (let symbol = 0; symbol < SYMBOLS; symbol += 1) {
    const length = lengths[symbol]!;
    if (length === 0) continue;
    codes[symbol] = next[length]!;
    next[length]! += 1;
  }
  return codes;
}

/** Writes `numbers[0, count)` with the lengths that {@link planHuffman} gave. */
export function writeHuffman(
  sink: ByteSink,
  numbers: Float64Array,
  count: number,
  lengths: Uint8Array,
): void {
  const bits = new BitSink(sink);
  writeLengths(bits, lengths);
  const codes = canonicalCodes(lengths);
  // What to add to a number of a symbol to have its code before its extra bits, and the bits of both.
  const starts = new Int32Array(SYMBOLS);
  const widths = new Uint8Array(SYMBOLS);
  for (let symbol = 0; symbol < SYMBOLS; symbol += 1) {
    const extra = EXTRA_BITS[symbol]!;
    if (lengths[symbol] === 0 || extra > 32 - LENGTH_MAX) continue;
    starts[symbol] = (codes[symbol]! << extra) - SHORT_BASES[symbol]!;
    widths[symbol] = lengths[symbol]! + extra;
  }
  for (let index = 0; index < count; index += 1) {
    index = bits.putByTable(numbers, index, count, { starts, widths });
    if (index === count) break;
    const number = numbers[index]!;
    const symbol = symbolOf(number);
    bits.put(codes[symbol]!, lengths[symbol]!);
    bits.putWide(number - BASES[symbol]!, EXTRA_BITS[symbol]!);
  }
  bits.end();
}

function writeLengths(bits: BitSink, lengths: Uint8Array): void {
  for (let symbol = 0; symbol < SYMBOLS; ) {
    const length = lengths[symbol]!;
    bits.put(length, NIBBLE);
    symbol += 1;
    if (length > 0) continue;
    let more = 0;
    while (more < 15 && symbol < SYMBOLS && lengths[symbol] === 0) {
      more += 1;
      symbol += 1;
    }
    bits.put(more, NIBBLE);
  }
}

/**
 * Reads `count` numbers into `out`, from index `from` on, out of their zigzag form; the codes must end in the last byte
 * of `source`.
 */
export function readHuffman(source: ByteSource, out: Float64Array, count: number, from = 0): void {
  const bytes = source.raw(source.left);
  const words = toWords(bytes);
  const { lengths, position: start } = readLengths(words);
  const table = readerTable(lengths);
  const end = from + count;
  let position = start;
  // The next 32 bits, and `left` more in `behind`: so the next code does not wait for two words to be loaded.
  let at = 0;
  let behind = 0;
  let left = 0;
  for (let index = from; index < end; index += 1) {
    if (left === 0) {
      const shift = position & 31;
      at = window32(words, position);
      behind = words[(position >>> 5) + 1]! << shift;
      left = 32 - shift;
    }
    const entry = table[at >>> (32 - LENGTH_MAX)]!;
    if (entry === 0) throw new DamagedError("bits that are no code of their table");
    const length = entry & 15;
    const extra = (entry >>> 4) & 63;
    const taken = length + extra;
    if (extra <= 32 - LENGTH_MAX) {
      // Shifted in two steps, so that no extra bits need no branch.
      const number = SHORT_BASES[entry >>> 10]! + (((at << length) >>> 1) >>> (31 - extra));
      out[index] = (number >>> 1) ^ -(number & 1);
    } else out[index] = unzigzag(BASES[entry >>> 10]! + bitsAt(words, position + length, extra));
    position += taken;
    if (taken < left) {
      at = (at << taken) | (behind >>> (32 - taken));
      behind <<= taken;
      left -= taken;
    } else left = 0;
  }
  checkEnd(position, bytes.length);
}

function readLengths(words: Int32Array): { lengths: Uint8Array; position: number } {
  const lengths = new Uint8Array(SYMBOLS);
  let position = 0;
  for (let symbol = 0; symbol < SYMBOLS; ) {
    const length = bitsAt(words, position, NIBBLE);
    position += NIBBLE;
    if (length > LENGTH_MAX) throw new DamagedError(`a code of ${length} bits`);
    lengths[symbol] = length;
    symbol += 1;
    if (length > 0) continue;
    symbol += bitsAt(words, position, NIBBLE);
    position += NIBBLE;
    if (symbol > SYMBOLS) throw new DamagedError("a code table is too long");
  }
  return { lengths, position };
}

/** For each beginning of 10 bits: symbol, bits that follow it, length of its code. 0 where no code begins so. */
function readerTable(lengths: Uint8Array): Int32Array {
  const codes = canonicalCodes(lengths);
  const table = new Int32Array(2 ** LENGTH_MAX);
  for (let symbol = 0; symbol < SYMBOLS; symbol += 1) {
    const length = lengths[symbol]!;
    if (length === 0) continue;
    const from = codes[symbol]! << (LENGTH_MAX - length);
    table.fill((symbol << 10) | (EXTRA_BITS[symbol]! << 4) | length, from, from + 2 ** (LENGTH_MAX - length));
  }
  return table;
}
