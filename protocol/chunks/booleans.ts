import { bitLength } from "./bit-length.ts";
import { BitSink, bitsAt, toWords } from "./bits.ts";
import { ByteSink, type ByteSource } from "./bytes.ts";
import { DamagedError } from "./damage.ts";
import { choose, HISTOGRAM_SIZE, RICE_PARAMETER_MAX, readRice, writeRice } from "./rice.ts";

/**
 * Sequences of yes and no (booleans, and which readings have a metric): one bit each, or the lengths of the runs,
 * whichever is shorter. The first byte says which: 255 for bits; else run lengths follow, coded with that Rice
 * parameter, each less one, the last left out. The first value is in the header.
 */
const BITS = 255;

/** Writes `values[1, count)`. Values are 0 or 1. */
export function writeBooleans(sink: ByteSink, values: Uint8Array, count: number): void {
  const runs = new Float64Array(count);
  let runCount = 0;
  let start = 0;
  for (let index = 1; index < count; index += 1) {
    if (values[index] === values[index - 1]) continue;
    runs[runCount] = index - start - 1;
    runCount += 1;
    start = index;
  }
  const histogram = new Int32Array(HISTOGRAM_SIZE);
  for (let run = 0; run < runCount; run += 1) histogram[bitLength(runs[run]!)]! += 1;
  const { k } = choose(histogram);
  const asRuns = new ByteSink();
  asRuns.byte(k);
  asRuns.varint(runCount);
  writeRice(asRuns, runs, runCount, k);
  const bitBytes = 1 + Math.ceil((count - 1) / 8);
  if (asRuns.length <= bitBytes) {
    sink.raw(asRuns.written());
    return;
  }
  sink.byte(BITS);
  const bits = new BitSink(sink);
  for (let index = 1; index < count; index += 1) bits.put(values[index]!, 1);
  bits.end();
}

/** Reads values into `out[1, count)`; `out[0]` is set by the caller. The values must fill `source` to its end. */
export function readBooleans(source: ByteSource, out: Uint8Array, count: number): void {
  const form = source.byte();
  if (form === BITS) {
    const bytes = source.raw(source.left);
    if (bytes.length !== Math.ceil((count - 1) / 8)) throw new DamagedError("yes and no have a wrong length");
    const words = toWords(bytes);
    for (let index = 1; index < count; index += 1) out[index] = bitsAt(words, index - 1, 1);
    return;
  }
  if (form > RICE_PARAMETER_MAX) throw new DamagedError(`yes and no have the unknown form ${form}`);
  const runs = new Float64Array(source.varint(count - 1));
  readRice(source, runs, runs.length, form, false);
  let index = 0;
  let value = out[0]!;
  for (let run = 0; run < runs.length; run += 1) {
    const length = runs[run]! + 1;
    if (length >= count - index) throw new DamagedError("a run is longer than its column");
    out.fill(value, index, index + length);
    index += length;
    value ^= 1;
  }
  out.fill(value, index, count);
}
