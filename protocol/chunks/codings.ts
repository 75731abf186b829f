import { bitLength } from "./bit-length.ts";
import { ByteSink, ByteSource } from "./bytes.ts";
import { type Compressor, unpack } from "./compressor.ts";
import { DamagedError } from "./damage.ts";
import { planHuffman, readHuffman, toHistogram, writeHuffman } from "./huffman.ts";
import {
  choose,
  HISTOGRAM_SIZE,
  RICE_PARAMETER_MAX,
  readRice,
  readRuns,
  unzigzag,
  writeRice,
  writeRuns,
} from "./rice.ts";

/**
 * How the residuals of a column become bytes; the cheapest of:
 *
 * - exact: all are zero, no bytes.
 * - rice: Golomb-Rice codes.
 * - runs: lengths of the runs of zeros, and the numbers between them.
 * - huffman: Huffman codes with their table.
 * - packed: varints, compressed with zstd. Only this finds patterns that repeat.
 */
export const CODINGS = ["exact", "rice", "runs", "huffman", "packed"] as const;
export type Coding = (typeof CODINGS)[number];

export type CodingPlan =
  | { coding: "exact" }
  | { coding: "rice"; k: number }
  | { coding: "runs"; kRun: number; k: number }
  | { coding: "huffman"; lengths: Uint8Array }
  | { coding: "packed"; bytes: Uint8Array };

/** Fewer numbers do not repay a table of code lengths. */
const HUFFMAN_FROM = 128;
/** Rice codes are faster to read, so others have to save this much. */
const GAIN = 0.99;
/** Residuals that are zero at least this often are priced as runs too. */
const RUNS_FROM = 0.3;
/** Below this many bytes of codes zstd's own header eats what it could save. */
const PACKED_FROM_BITS = 1_024;
/** Decompression costs time, so it has to save this much. */
const PACKED_GAIN = 0.95;
/** Longest varint of a residual, in bytes. */
const VARINT_BYTES = 8;

/** Chooses for `numbers[0, count)`, whose symbols are counted in `counts`. */
export function planCoding(
  numbers: Float64Array,
  count: number,
  counts: Int32Array,
  compressor: Compressor,
): CodingPlan {
  const zeros = counts[0]!;
  if (zeros === count) return { coding: "exact" };
  const rice = choose(toHistogram(counts));
  let plan: CodingPlan = { coding: "rice", k: rice.k };
  let bits = rice.bits;
  if (zeros > count * RUNS_FROM) {
    const runs = planRuns(numbers, count);
    if (runs.bits < bits) ({ plan, bits } = runs);
  }
  if (count >= HUFFMAN_FROM) {
    const huffman = planHuffman(counts);
    if (huffman.bits < bits * GAIN) {
      plan = { coding: "huffman", lengths: huffman.lengths };
      bits = huffman.bits;
    }
  }
  if (bits >= PACKED_FROM_BITS && repeats(numbers, count, bits)) {
    const bytes = packVarints(numbers, count, compressor);
    if (bytes.length * 8 < bits * PACKED_GAIN) return { coding: "packed", bytes };
  }
  return plan;
}

function planRuns(numbers: Float64Array, count: number): { plan: CodingPlan; bits: number } {
  const lengths = new Int32Array(HISTOGRAM_SIZE);
  const others = new Int32Array(HISTOGRAM_SIZE);
  let zeros = 0;
  for (let index = 0; index < count; index += 1) {
    const number = numbers[index]!;
    if (number === 0) zeros += 1;
    else {
      lengths[bitLength(zeros)]! += 1;
      others[bitLength(number - 1)]! += 1;
      zeros = 0;
    }
  }
  if (zeros > 0) lengths[bitLength(zeros)]! += 1;
  const run = choose(lengths);
  const other = choose(others);
  // Two bytes of parameters, where Rice codes have theirs in the byte of the form.
  return { plan: { coding: "runs", kRun: run.k, k: other.k }, bits: run.bits + other.bits + 16 };
}

/** Numbers looked at, and the share of them that has to continue a repetition for zstd to be tried. */
const REPEATS_SAMPLE = 192;
const REPEATS_SHARE = 0.25;
/** Bits that a group of numbers has to carry, so that it hardly comes twice by chance. */
const GROUP_BITS = 22;
const GROUP_MAX = 64;
const HASH_BITS = 11;
const HASH_FACTOR = 0x2c1b3c6d;
/** Cleared for each column: to make it anew took longer than the look itself. */
const SEEN = new Int32Array(2 ** HASH_BITS);

/** Whether groups of numbers come again and again: zstd costs more time than all the rest, so it is not tried blindly. */
function repeats(numbers: Float64Array, count: number, bits: number): boolean {
  const size = Math.min(count, REPEATS_SAMPLE);
  const group = Math.min(GROUP_MAX, Math.max(3, Math.ceil((GROUP_BITS * count) / bits)));
  const seen = SEEN.fill(0);
  let leaving = 1;
  for (let index = 0; index < group; index += 1) leaving = Math.imul(leaving, HASH_FACTOR);
  let hash = 0;
  let hits = 0;
  for (let index = 0; index < size; index += 1) {
    hash = (Math.imul(hash, HASH_FACTOR) + numbers[index]!) | 0;
    if (index >= group) hash = (hash - Math.imul(leaving, numbers[index - group]!)) | 0;
    const mixed = Math.imul(hash, HASH_FACTOR);
    const place = mixed >>> (32 - HASH_BITS);
    if (seen[place] === mixed) hits += 1;
    else seen[place] = mixed;
  }
  return hits > size * REPEATS_SHARE;
}

function packVarints(numbers: Float64Array, count: number, compressor: Compressor): Uint8Array {
  const varints = new ByteSink(count * 2);
  for (let index = 0; index < count; index += 1) varints.varint(numbers[index]!);
  return compressor.compress(varints.written());
}

/** Writes `numbers[0, count)` as planned. A Rice parameter is the caller's to write. */
export function writeCodes(sink: ByteSink, numbers: Float64Array, count: number, plan: CodingPlan): void {
  switch (plan.coding) {
    case "exact":
      break;
    case "rice":
      writeRice(sink, numbers, count, plan.k);
      break;
    case "runs":
      sink.byte(plan.kRun);
      sink.byte(plan.k);
      writeRuns(sink, numbers, count, plan.kRun, plan.k);
      break;
    case "huffman":
      writeHuffman(sink, numbers, count, plan.lengths);
      break;
    case "packed":
      sink.raw(plan.bytes);
      break;
  }
}

/**
 * Fills `out[1, count]`, out of their zigzag form. `k` is the Rice parameter where the form of the column has it; else it
 * comes first here.
 */
export function readCodes(
  source: ByteSource,
  coding: Coding,
  k: number | undefined,
  out: Float64Array,
  count: number,
  compressor: Compressor,
): void {
  switch (coding) {
    case "exact":
      if (source.left > 0) throw new DamagedError("a column without codes has some");
      out.fill(0, 1, count + 1);
      return;
    case "rice":
      readRice(source, out, count, k ?? readParameter(source), true, 1);
      return;
    case "runs": {
      const kRun = readParameter(source);
      readRuns(source, out, count, kRun, readParameter(source), 1);
      return;
    }
    case "huffman":
      readHuffman(source, out, count, 1);
      return;
    case "packed": {
      const varints = new ByteSource(unpack(source, count * VARINT_BYTES, compressor));
      for (let index = 1; index <= count; index += 1) out[index] = unzigzag(varints.varint());
      if (varints.left > 0) throw new DamagedError("a column has more numbers than readings");
      return;
    }
  }
}

function readParameter(source: ByteSource): number {
  const k = source.byte();
  if (k > RICE_PARAMETER_MAX) throw new DamagedError(`a Rice parameter of ${k}`);
  return k;
}
