import type { ByteSink, ByteSource } from "./bytes.ts";
import { CODINGS, type CodingPlan, planCoding, readCodes, writeCodes } from "./codings.ts";
import type { Compressor } from "./compressor.ts";
import { DamagedError } from "./damage.ts";
import { countSymbols } from "./huffman.ts";
import { choosePrediction } from "./prediction.ts";
import {
  applyResiduals,
  PREDICTORS,
  type Prediction,
  readPrediction,
  takeResiduals,
  writePrediction,
} from "./residuals.ts";
import { Scratch } from "./scratch.ts";

/**
 * A column of whole numbers relative to its first, which is therefore 0 and not written. One byte says predictor
 * and coding (and whether a common divisor was taken out), then come their parameters, then the codes.
 */

/** Values and differences of a column stay within this, so that all arithmetic on them is exact in doubles. */
export const INTEGER_MAX = 2 ** 50 - 1;

/**
 * The first byte, for the commonest form (Rice codes, no divisor, parameter up to 15): 0, three bits of predictor,
 * four of parameter. For all others: 1, one bit of divisor, three of coding, three of predictor.
 */
const LONG_BIT = 0b1000_0000;
const DIVISOR_BIT = 0b0100_0000;
const CODING_SHIFT = 3;
const PREDICTOR_BITS = 0b0000_0111;
const SHORT_PREDICTOR_SHIFT = 4;
const SHORT_PARAMETER_MAX = 15;

/** The greatest number that divides all of `values[0, count)`; 1 when it is not worth a division. */
function commonDivisor(values: Float64Array, count: number): number {
  let divisor = 0;
  for (let index = 1; index < count; index += 1) {
    let rest = Math.abs(values[index]!);
    if (rest === 0) continue;
    while (rest !== 0) [divisor, rest] = [rest, divisor % rest];
    if (divisor === 1) return 1;
  }
  return Math.max(1, divisor);
}

/** Writes `values[1, count)`; `values[0]` must be 0 and no value beyond ±{@link INTEGER_MAX}. Divides them in place. */
export function writeIntegers(
  sink: ByteSink,
  values: Float64Array,
  count: number,
  compressor: Compressor,
): void {
  let divisor = 1;
  let { prediction, numbers, counts } = predict(values, count);
  if (counts[0]! < count - 1) {
    divisor = commonDivisor(values, count);
    if (divisor > 1) {
      for (let index = 1; index < count; index += 1) values[index] = values[index]! / divisor;
      ({ prediction, numbers, counts } = predict(values, count));
    }
  }
  const plan = planCoding(numbers, count - 1, counts, compressor);
  writeForm(sink, prediction, plan, divisor);
  writeCodes(sink, numbers, count - 1, plan);
}

function writeForm(sink: ByteSink, prediction: Prediction, plan: CodingPlan, divisor: number): void {
  const predictor = PREDICTORS.indexOf(prediction.predictor);
  if (plan.coding === "rice" && divisor === 1 && plan.k <= SHORT_PARAMETER_MAX) {
    sink.byte((predictor << SHORT_PREDICTOR_SHIFT) | plan.k);
    writePrediction(sink, prediction);
    return;
  }
  const coding = CODINGS.indexOf(plan.coding);
  sink.byte(LONG_BIT | (divisor > 1 ? DIVISOR_BIT : 0) | (coding << CODING_SHIFT) | predictor);
  if (divisor > 1) sink.varint(divisor);
  writePrediction(sink, prediction);
  if (plan.coding === "rice") sink.byte(plan.k);
}

const RESIDUALS = new Scratch();

/** The residuals of `values`, and how they were made. */
function predict(values: Float64Array, count: number) {
  const numbers = RESIDUALS.take(count - 1);
  let prediction = choosePrediction(values, count);
  if (!takeResiduals(values, count, prediction, numbers)) {
    prediction = { predictor: "repeat", offset: 0, slope: 0 };
    // Exact for every column: values are within ±2^50.
    takeResiduals(values, count, prediction, numbers);
  }
  return { prediction, numbers, counts: countSymbols(numbers, count - 1) };
}

/** Reads `count` values into `out[0, count)`. The column must fill `source` to its end. */
export function readIntegers(
  source: ByteSource,
  out: Float64Array,
  count: number,
  compressor: Compressor,
): void {
  const form = source.byte();
  const isLong = (form & LONG_BIT) !== 0;
  const predictor = PREDICTORS[isLong ? form & PREDICTOR_BITS : form >>> SHORT_PREDICTOR_SHIFT];
  const coding = isLong ? CODINGS[(form >>> CODING_SHIFT) & 7] : "rice";
  if (predictor === undefined || coding === undefined) {
    throw new DamagedError(`a column has the unknown form ${form}`);
  }
  const divisor = isLong && (form & DIVISOR_BIT) !== 0 ? source.varint() : 1;
  const prediction = readPrediction(source, predictor);
  readCodes(source, coding, isLong ? undefined : form & SHORT_PARAMETER_MAX, out, count - 1, compressor);
  applyResiduals(out, count, prediction);
  if (divisor !== 1) for (let index = 1; index < count; index += 1) out[index] = out[index]! * divisor;
}
