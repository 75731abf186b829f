import { ByteSink, ByteSource } from "./bytes.ts";
import { type Compressor, unpack } from "./compressor.ts";
import { DamagedError } from "./damage.ts";
import {
  applyResiduals,
  candidates,
  PREDICTORS,
  type Prediction,
  readPrediction,
  takeResiduals,
  writePrediction,
} from "./residuals.ts";
import {
  bitLength,
  choose,
  HISTOGRAM_SIZE,
  RICE_PARAMETER_MAX,
  readRice,
  readRuns,
  writeRice,
  writeRuns,
} from "./rice.ts";

/**
 * A column of whole numbers relative to its first, which is therefore 0 and not written. One byte says predictor
 * and coding (and whether a common divisor was taken out), then come their parameters, then the codes.
 */

/** Values and differences of a column stay within this, so that all arithmetic on them is exact in doubles. */
export const INTEGER_MAX = 2 ** 51 - 1;

const CODINGS = ["exact", "rice", "runs", "packed"] as const;
type Coding = (typeof CODINGS)[number];

const PREDICTOR_BITS = 0b0000_0111;
const CODING_SHIFT = 3;
const CODING_BITS = 0b0011_1000;
const DIVISOR_BIT = 0b0100_0000;
const RESERVED_BIT = 0b1000_0000;
/** Residuals that are zero at least this often are priced as runs too. */
const RUNS_FROM = 0.3;
/** Below this many bytes of codes zstd's own header eats what it could save. */
const PACKED_FROM_BYTES = 128;
/** Decompression costs time, so it has to save this much. */
const PACKED_GAIN = 0.95;
/** Longest varint of a residual, in bytes. */
const VARINT_BYTES = 8;

/** The greatest number that divides all of `values[0, count)`; 1 when it is not worth a division. */
function commonDivisor(values: Float64Array, count: number): number {
  let divisor = 0;
  for (let index = 1; index < count; index += 1) {
    let a = Math.abs(values[index]!);
    if (a === 0) continue;
    while (a !== 0) [divisor, a] = [a, divisor % a];
    if (divisor === 1) return 1;
  }
  return divisor === 0 ? 1 : divisor;
}

/** Writes `values[1, count)`; `values[0]` must be 0 and no value beyond ±{@link INTEGER_MAX}. Divides them in place. */
export function writeIntegers(
  sink: ByteSink,
  values: Float64Array,
  count: number,
  compressor: Compressor,
): void {
  const divisor = commonDivisor(values, count);
  if (divisor > 1) for (let index = 1; index < count; index += 1) values[index] = values[index]! / divisor;
  const { prediction, numbers, histogram, k } = bestPrediction(values, count);
  const codes = bestCoding(numbers, count - 1, histogram, k, compressor);
  sink.byte(
    PREDICTORS.indexOf(prediction.predictor) |
      (CODINGS.indexOf(codes.coding) << CODING_SHIFT) |
      (divisor > 1 ? DIVISOR_BIT : 0),
  );
  if (divisor > 1) sink.varint(divisor);
  writePrediction(sink, prediction);
  sink.raw(codes.bytes);
}

function bestPrediction(values: Float64Array, count: number) {
  let best:
    | { prediction: Prediction; numbers: Float64Array<ArrayBuffer>; histogram: Int32Array; k: number }
    | undefined;
  let bestBits = Number.POSITIVE_INFINITY;
  let numbers = new Float64Array(count);
  for (const prediction of candidates(values, count)) {
    if (!takeResiduals(values, count, prediction, numbers)) continue;
    const histogram = new Int32Array(HISTOGRAM_SIZE);
    for (let index = 0; index < count - 1; index += 1) histogram[bitLength(numbers[index]!)]! += 1;
    const { k, bits } = choose(histogram);
    const parameterBits = parameterBytes(prediction) * 8;
    const zeros = histogram[0]!;
    const runBits = zeros * 2 > count ? (count - zeros) * 8 : bits;
    if (Math.min(bits, runBits) + parameterBits >= bestBits) continue;
    bestBits = Math.min(bits, runBits) + parameterBits;
    const spare = best?.numbers ?? new Float64Array(count);
    best = { prediction, numbers, histogram, k };
    numbers = spare;
  }
  // "repeat" is always a candidate and always exact: values are within ±2^51.
  return best!;
}

function parameterBytes({ predictor, offset, slope }: Prediction): number {
  const offsetBytes = predictor === "repeat" ? 0 : varintBytes(offset);
  return predictor === "line" ? offsetBytes + varintBytes(slope) : offsetBytes;
}

function varintBytes(signed: number): number {
  return Math.max(1, Math.ceil((bitLength(Math.abs(signed)) + 1) / 7));
}

function bestCoding(
  numbers: Float64Array,
  count: number,
  histogram: Int32Array,
  k: number,
  compressor: Compressor,
): { coding: Coding; bytes: Uint8Array } {
  const zeros = histogram[0]!;
  if (zeros === count) return { coding: "exact", bytes: new Uint8Array(0) };
  let best: { coding: Coding; bytes: Uint8Array } = {
    coding: "rice",
    bytes: written((sink) => {
      sink.byte(k);
      writeRice(sink, numbers, count, k);
    }),
  };
  if (zeros > count * RUNS_FROM) {
    const runs = packRuns(numbers, count);
    if (runs.length < best.bytes.length) best = { coding: "runs", bytes: runs };
  }
  if (best.bytes.length >= PACKED_FROM_BYTES) {
    const packed = packVarints(numbers, count, compressor);
    if (packed.length < best.bytes.length * PACKED_GAIN) best = { coding: "packed", bytes: packed };
  }
  return best;
}

function packRuns(numbers: Float64Array, count: number): Uint8Array {
  const runLengths = new Int32Array(HISTOGRAM_SIZE);
  const others = new Int32Array(HISTOGRAM_SIZE);
  let zeros = 0;
  for (let index = 0; index < count; index += 1) {
    const number = numbers[index]!;
    if (number === 0) zeros += 1;
    else {
      runLengths[bitLength(zeros)]! += 1;
      others[bitLength(number - 1)]! += 1;
      zeros = 0;
    }
  }
  const kRun = choose(runLengths).k;
  const k = choose(others).k;
  return written((sink) => {
    sink.byte(kRun);
    sink.byte(k);
    writeRuns(sink, numbers, count, kRun, k);
  });
}

function packVarints(numbers: Float64Array, count: number, compressor: Compressor): Uint8Array {
  const varints = written((sink) => {
    for (let index = 0; index < count; index += 1) sink.varint(numbers[index]!);
  });
  return compressor.compress(varints);
}

function written(write: (sink: ByteSink) => void): Uint8Array {
  const sink = new ByteSink();
  write(sink);
  return sink.written();
}

/** Reads `count` values into `out[0, count)`. The column must fill `source` to its end. */
export function readIntegers(
  source: ByteSource,
  out: Float64Array,
  count: number,
  compressor: Compressor,
): void {
  const mode = source.byte();
  const predictor = PREDICTORS[mode & PREDICTOR_BITS];
  const coding = CODINGS[(mode & CODING_BITS) >>> CODING_SHIFT];
  if (predictor === undefined || coding === undefined || (mode & RESERVED_BIT) !== 0) {
    throw new DamagedError(`a column has the unknown form ${mode}`);
  }
  const divisor = (mode & DIVISOR_BIT) === 0 ? 1 : source.varint();
  const prediction = readPrediction(source, predictor);
  const numbers = new Float64Array(count - 1);
  readCodes(source, coding, numbers, compressor);
  applyResiduals(numbers, count, prediction, out);
  if (divisor !== 1) for (let index = 1; index < count; index += 1) out[index] = out[index]! * divisor;
}

function readCodes(source: ByteSource, coding: Coding, numbers: Float64Array, compressor: Compressor): void {
  switch (coding) {
    case "exact":
      if (source.left > 0) throw new DamagedError("a column without codes has some");
      return;
    case "rice":
      readRice(source, numbers, numbers.length, readParameter(source));
      return;
    case "runs": {
      const kRun = readParameter(source);
      readRuns(source, numbers, numbers.length, kRun, readParameter(source));
      return;
    }
    case "packed": {
      const varints = new ByteSource(unpack(source, numbers.length * VARINT_BYTES, compressor));
      for (let index = 0; index < numbers.length; index += 1) numbers[index] = varints.varint();
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
