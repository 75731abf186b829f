import { ByteSink, ByteSource } from "./bytes.ts";
import { type Compressor, unpack } from "./compressor.ts";
import { DamagedError } from "./damage.ts";
import { EXPONENT_MAX, exponentOf, POWERS_OF_TEN, scaleDecimals } from "./decimals.ts";
import { type DoubleBits, doublesAt, placesOf } from "./doubles.ts";
import { INTEGER_MAX, readIntegers, writeIntegers } from "./integers.ts";

/**
 * Columns of doubles that are not all short decimals, bit by bit as they came. The first byte of a column says
 * its form:
 *
 * - patched: short decimals but for a few; those are listed beside the decimals.
 * - places: doubles with trailing zero bits (32-bit floats are), as whole numbers: their places among such doubles.
 * - dictionary: few distinct doubles, sorted, then a column of indexes.
 * - halves: the upper 32 bits of the places as whole numbers, the lower 32 as they are.
 */
const FORMS = ["patched", "places", "dictionary", "halves"] as const;

/** Trailing zero bits from which the rest of a double is exact as a whole number. */
const PLACES_FROM_BITS = 12;
/** Values for one distinct one from which a dictionary is tried. */
const DICTIONARY_RATIO = 3;
const PACKED_GAIN = 0.95;
/** One value out of so many may be patched. */
const PATCHED_RATIO = 8;

/** Values looked at to see whether a column has few distinct ones. */
const SAMPLE = 48;

/**
 * Whether decimals that took `bytes` may be shorter as doubles: those with many digits of which there are few
 * distinct ones, such as degrees Fahrenheit computed from tenths of a degree Celsius.
 */
export function mayBeShorter(values: Float64Array, count: number, bytes: number): boolean {
  if (bytes < count * 2 || count < SAMPLE) return false;
  return new Set(values.subarray(0, SAMPLE)).size * 2 < SAMPLE;
}

/** Writes `values[0, count)`, at least two; the first is in the header too. The shortest form is taken. */
export function writeDoubles(
  sink: ByteSink,
  values: Float64Array,
  count: number,
  compressor: Compressor,
): void {
  let best: Uint8Array | undefined;
  for (const form of [asPatched, asPlaces, asDictionary, asHalves]) {
    const bytes = form(values, count, compressor);
    if (bytes !== undefined && (best === undefined || bytes.length < best.length)) best = bytes;
  }
  sink.raw(best!);
}

function begin(form: (typeof FORMS)[number]): ByteSink {
  const sink = new ByteSink();
  sink.byte(FORMS.indexOf(form));
  return sink;
}

/** Exceptions get the decimal before them, so that they cost the column nothing but their place in the list. */
function asPatched(values: Float64Array, count: number, compressor: Compressor): Uint8Array | undefined {
  const regular = values.slice(0, count);
  const exceptions: number[] = [];
  let fill = 0;
  for (let index = count - 1; index >= 0; index -= 1) {
    if (exponentOf(values[index]!, 0) !== undefined) fill = values[index]!;
  }
  for (let index = 0; index < count; index += 1) {
    if (exponentOf(values[index]!, 0) === undefined) {
      exceptions.push(index);
      if (exceptions.length > count / PATCHED_RATIO + 1) return undefined;
      regular[index] = fill;
    } else fill = values[index]!;
  }
  const column = new Float64Array(count);
  const decimal = scaleDecimals(regular, count, column);
  if (decimal === undefined) return undefined;
  const { exponent, first } = decimal;
  const sink = begin("patched");
  sink.byte(exponent);
  sink.byte(first < 0 ? 1 : 0);
  sink.varint(Math.abs(first));
  sink.varint(exceptions.length);
  let before = 0;
  for (const index of exceptions) {
    sink.varint(index - before);
    sink.double(values[index]!);
    before = index;
  }
  writeIntegers(sink, column, count, compressor);
  return sink.written();
}

function relate(column: Float64Array, count: number): void {
  const first = column[0]!;
  for (let index = 0; index < count; index += 1) column[index] = column[index]! - first;
}

function readPatched(source: ByteSource, out: Float64Array, count: number, compressor: Compressor): void {
  const exponent = source.byte();
  if (exponent > EXPONENT_MAX) throw new DamagedError(`a decimal exponent of ${exponent}`);
  const sign = source.byte() === 0 ? 1 : -1;
  const first = sign * source.varint();
  const exceptions: { index: number; value: number }[] = [];
  const exceptionCount = source.varint(count);
  for (let index = 0; exceptions.length < exceptionCount; ) {
    index += source.varint(count);
    if (index >= count) throw new DamagedError("an exception lies behind the end of its column");
    exceptions.push({ index, value: source.double() });
  }
  readIntegers(source, out, count, compressor);
  fromDecimals(out, count, first, exponent);
  for (const { index, value } of exceptions) out[index] = value;
}

/** Turns a column of whole numbers relative to `first` into the decimals they stand for, in place. */
export function fromDecimals(column: Float64Array, count: number, first: number, exponent: number): void {
  const power = POWERS_OF_TEN[exponent]!;
  for (let index = 0; index < count; index += 1) column[index] = (first + column[index]!) / power;
}

function trailingZeros(word: number): number {
  return word === 0 ? 32 : 31 - Math.clz32(word & -word);
}

/** Trailing zero bits that all these doubles share, at most 63. */
function sharedZeros({ high, low }: DoubleBits, count: number): number {
  let highBits = 0;
  let lowBits = 0;
  for (let index = 0; index < count; index += 1) {
    // Places of negative doubles have their bits turned over, trailing zeros included.
    const turn = high[index]! >> 31;
    highBits |= high[index]! ^ turn;
    lowBits |= low[index]! ^ turn;
  }
  return lowBits !== 0 ? trailingZeros(lowBits) : Math.min(63, 32 + trailingZeros(highBits));
}

function asPlaces(values: Float64Array, count: number, compressor: Compressor): Uint8Array | undefined {
  const places = placesOf(values, count);
  const zeros = sharedZeros(places, count);
  if (zeros < PLACES_FROM_BITS) return undefined;
  const column = shortPlaces(places, count, zeros);
  relate(column, count);
  for (let index = 0; index < count; index += 1) {
    if (Math.abs(column[index]!) > INTEGER_MAX) return undefined;
  }
  const sink = begin("places");
  sink.byte(zeros);
  writeIntegers(sink, column, count, compressor);
  return sink.written();
}

function shortPlaces({ high, low }: DoubleBits, count: number, zeros: number): Float64Array {
  const column = new Float64Array(count);
  for (let index = 0; index < count; index += 1) {
    column[index] =
      zeros >= 32 ? high[index]! >> (zeros - 32) : high[index]! * 2 ** (32 - zeros) + (low[index]! >>> zeros);
  }
  return column;
}

function readPlaces(
  source: ByteSource,
  out: Float64Array,
  count: number,
  first: number,
  compressor: Compressor,
): void {
  const zeros = source.byte();
  if (zeros < PLACES_FROM_BITS || zeros > 63) throw new DamagedError(`${zeros} trailing zero bits`);
  const start = shortPlaces(placesOf(Float64Array.of(first), 1), 1, zeros)[0]!;
  readIntegers(source, out, count, compressor);
  const places = { high: new Int32Array(count), low: new Uint32Array(count) };
  for (let index = 0; index < count; index += 1) {
    const place = start + out[index]!;
    const turn = place < 0 ? -1 : 0;
    if (zeros >= 32) {
      const fill = turn >>> (64 - zeros);
      places.high[index] = zeros === 32 ? place : (place << (zeros - 32)) | fill;
      places.low[index] = turn;
    } else {
      const high = Math.floor(place / 2 ** (32 - zeros));
      places.high[index] = high;
      places.low[index] = ((place - high * 2 ** (32 - zeros)) << zeros) | (turn >>> (32 - zeros));
    }
  }
  doublesAt(places, out, count);
}

function asDictionary(values: Float64Array, count: number, compressor: Compressor): Uint8Array | undefined {
  const indexes = new Map<number, number>();
  for (let index = 0; index < count; index += 1) {
    const value = values[index]!;
    // A Map takes -0 for 0.
    if (Object.is(value, -0)) return undefined;
    indexes.set(value, 0);
    if (indexes.size * DICTIONARY_RATIO > count) return undefined;
  }
  const distinct = Float64Array.from(indexes.keys()).sort();
  const sink = begin("dictionary");
  sink.varint(distinct.length);
  for (const [index, value] of distinct.entries()) {
    sink.double(value);
    indexes.set(value, index);
  }
  const column = new Float64Array(count);
  for (let index = 0; index < count; index += 1) column[index] = indexes.get(values[index]!)!;
  sink.varint(column[0]!);
  relate(column, count);
  writeIntegers(sink, column, count, compressor);
  return sink.written();
}

function readDictionary(source: ByteSource, out: Float64Array, count: number, compressor: Compressor): void {
  const distinct = new Float64Array(source.varint(count));
  for (let index = 0; index < distinct.length; index += 1) distinct[index] = source.double();
  const first = source.varint(count);
  readIntegers(source, out, count, compressor);
  for (let index = 0; index < count; index += 1) {
    const value = distinct[first + out[index]!];
    if (value === undefined) throw new DamagedError("a dictionary lacks a number");
    out[index] = value;
  }
}

function asHalves(values: Float64Array, count: number, compressor: Compressor): Uint8Array {
  const { high, low } = placesOf(values, count);
  const column = Float64Array.from(high);
  relate(column, count);
  const upper = new ByteSink();
  writeIntegers(upper, column, count, compressor);
  const lower = new ByteSink(count * 4);
  for (let index = 1; index < count; index += 1) lower.uint32(low[index]!);
  const packed = compressor.compress(lower.written());
  const pays = packed.length < lower.length * PACKED_GAIN;
  const sink = begin("halves");
  sink.varint(upper.length * 2 + (pays ? 1 : 0));
  sink.raw(upper.written());
  sink.raw(pays ? packed : lower.written());
  return sink.written();
}

function readHalves(
  source: ByteSource,
  out: Float64Array,
  count: number,
  first: number,
  compressor: Compressor,
): void {
  const head = source.varint();
  const upper = new ByteSource(source.raw(Math.floor(head / 2)));
  readIntegers(upper, out, count, compressor);
  const lowerBytes = (count - 1) * 4;
  const lower = new ByteSource(
    head % 2 === 0 ? source.raw(source.left) : unpack(source, lowerBytes, compressor),
  );
  if (lower.left !== lowerBytes) throw new DamagedError("the lower halves have a wrong length");
  const start = placesOf(Float64Array.of(first), 1);
  const places = { high: new Int32Array(count), low: new Uint32Array(count) };
  for (let index = 0; index < count; index += 1) {
    places.high[index] = start.high[0]! + out[index]!;
    places.low[index] = index === 0 ? start.low[0]! : lower.uint32();
  }
  doublesAt(places, out, count);
}

/** Reads `count` doubles, of which the first is known. The column must fill `source` to its end. */
export function readDoubles(
  source: ByteSource,
  out: Float64Array,
  count: number,
  first: number,
  compressor: Compressor,
): void {
  const form = source.byte();
  switch (FORMS[form]) {
    case "patched":
      readPatched(source, out, count, compressor);
      return;
    case "places":
      readPlaces(source, out, count, first, compressor);
      return;
    case "dictionary":
      readDictionary(source, out, count, compressor);
      return;
    case "halves":
      readHalves(source, out, count, first, compressor);
      return;
    case undefined:
      throw new DamagedError(`doubles have the unknown form ${form}`);
  }
}
