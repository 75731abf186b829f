import { ByteSink, ByteSource } from "./bytes.ts";
import { type Compressor, unpack } from "./compressor.ts";
import { DamagedError } from "./damage.ts";
import { readIntegers, writeIntegers } from "./integers.ts";

/**
 * A column of texts: the distinct ones once, in the order of their first appearance, then a column of whole
 * numbers that index them. The first text of the column is index 0; the last, when it differs, is index 1. Both
 * are in the header and not repeated here.
 */

/** Texts of a column together, before compression, in bytes. A larger dictionary is stored as it is. */
const DICTIONARY_MAX_BYTES = 16 * 1024 * 1024;
const PACKED_FROM_BYTES = 96;

/** Writes `values`, at least two of them. */
export function writeStrings(sink: ByteSink, values: readonly string[], compressor: Compressor): void {
  const last = values.at(-1)!;
  const indexes = new Map<string, number>([[values[0]!, 0]]);
  if (!indexes.has(last)) indexes.set(last, 1);
  const known = indexes.size;
  const column = new Float64Array(values.length);
  const texts = new ByteSink();
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at]!;
    let index = indexes.get(value);
    if (index === undefined) {
      index = indexes.size;
      indexes.set(value, index);
      texts.text(value);
    }
    column[at] = index;
  }
  sink.varint(indexes.size - known);
  if (indexes.size > known) writeDictionary(sink, texts.written(), compressor);
  writeIntegers(sink, column, values.length, compressor);
}

function writeDictionary(sink: ByteSink, texts: Uint8Array, compressor: Compressor): void {
  if (texts.length >= PACKED_FROM_BYTES && texts.length <= DICTIONARY_MAX_BYTES) {
    const packed = compressor.compress(texts);
    if (packed.length < texts.length) {
      sink.varint(packed.length * 2 + 1);
      sink.raw(packed);
      return;
    }
  }
  sink.varint(texts.length * 2);
  sink.raw(texts);
}

/** Reads `count` texts. The column must fill `source` to its end. */
export function readStrings(
  source: ByteSource,
  count: number,
  first: string,
  last: string,
  compressor: Compressor,
): string[] {
  const texts = first === last ? [first] : [first, last];
  const known = texts.length;
  const others = source.varint(count);
  if (others > 0) {
    const head = source.varint();
    const stored = source.raw(Math.floor(head / 2));
    const dictionary = new ByteSource(
      head % 2 === 0 ? stored : unpack(new ByteSource(stored), DICTIONARY_MAX_BYTES, compressor),
    );
    for (let index = 0; index < others; index += 1) texts.push(dictionary.text(dictionary.bytes.length));
    if (dictionary.left > 0) throw new DamagedError("a dictionary has more texts than it says");
  }
  const column = new Float64Array(count);
  readIntegers(source, column, count, compressor);
  const values: string[] = [];
  for (let at = 0; at < count; at += 1) {
    const index = column[at]!;
    const value = texts[index];
    if (value === undefined) throw new DamagedError(`text ${index} of ${known + others} is not there`);
    values.push(value);
  }
  return values;
}
