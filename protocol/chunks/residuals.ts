import type { ByteSink, ByteSource } from "./bytes.ts";
import { zigzag } from "./rice.ts";

/**
 * Predictors: what the next whole number of a column is expected to be. A column stores only how far off the
 * expectation was, as a zigzag number (0, -1, 1, -2 ... become 0, 1, 2, 3 ...). Every column begins with 0: its
 * first number is in the header, and the others are relative to it.
 */
export const PREDICTORS = ["repeat", "step", "slope", "level", "line"] as const;

/**
 * - repeat: the number before (states, walks).
 * - step: the number before and a fixed step (times of a timer, counters of even load).
 * - slope: as far on as the last two were apart (counters, times after a change of period).
 * - level: a fixed number (noise around a set point).
 * - line: offset + floor(index * slope / 2^16) (times of a schedule, where jitter does not add up).
 */
export type Predictor = (typeof PREDICTORS)[number];

export interface Prediction {
  predictor: Predictor;
  /** step: the step; slope: the step expected first; level, line: the offset; repeat: 0. */
  offset: number;
  /** line: in units of 2^-16 per index; else 0. */
  slope: number;
}

/** Slopes are counted in this part of a whole number. */
export const SLOPE_UNIT = 65_536;
/** Beyond this a residual or its zigzag form, made without branches, would not be exact in a double. */
export const RESIDUAL_MAX = 2 ** 51 - 1;
/** Numbers sampled to guess the step: enough to outvote gaps and bursts. */
const STEP_SAMPLES = 15;

/** The most frequent way from one value to the next, or near it: the median of a few. */
export function usualStep(values: Float64Array, count: number): number {
  const samples = Math.min(STEP_SAMPLES, count - 1);
  const steps = new Float64Array(STEP_SAMPLES);
  for (let sample = 0; sample < samples; sample += 1) {
    const index = 1 + Math.floor((sample * (count - 1)) / samples);
    const step = values[index]! - values[index - 1]!;
    let place = sample;
    for (; place > 0 && steps[place - 1]! > step; place -= 1) steps[place] = steps[place - 1]!;
    steps[place] = step;
  }
  return steps[samples >>> 1]!;
}

/**
 * Fills `out[0, count - 1)` with the zigzag residuals of `values[1, count)`. False when one of them is too large
 * to be exact.
 */
export function takeResiduals(
  values: Float64Array,
  count: number,
  { predictor, offset, slope }: Prediction,
  out: Float64Array,
): boolean {
  let worst = 0;
  switch (predictor) {
    case "repeat":
    case "step": {
      let before = 0;
      for (let index = 1; index < count; index += 1) {
        const value = values[index]!;
        const number = zigzag(value - before - offset);
        before = value;
        if (number > worst) worst = number;
        out[index - 1] = number;
      }
      break;
    }
    case "slope": {
      let before = 0;
      let step = offset;
      for (let index = 1; index < count; index += 1) {
        const value = values[index]!;
        const number = zigzag(value - before - step);
        step = value - before;
        before = value;
        if (number > worst) worst = number;
        out[index - 1] = number;
      }
      break;
    }
    case "level":
    case "line":
      for (let index = 1; index < count; index += 1) {
        const number = zigzag(values[index]! - offset - Math.floor((index * slope) / SLOPE_UNIT));
        if (number > worst) worst = number;
        out[index - 1] = number;
      }
      break;
  }
  return worst <= 2 * RESIDUAL_MAX;
}

/** The inverse, but for the zigzag form: turns residuals in `out[1, count)` into values in `out[0, count)`. */
export function applyResiduals(
  out: Float64Array,
  count: number,
  { predictor, offset, slope }: Prediction,
): void {
  out[0] = 0;
  switch (predictor) {
    case "repeat":
    case "step": {
      let value = 0;
      for (let index = 1; index < count; index += 1) {
        value += offset + out[index]!;
        out[index] = value;
      }
      break;
    }
    case "slope": {
      let value = 0;
      let step = offset;
      for (let index = 1; index < count; index += 1) {
        step += out[index]!;
        value += step;
        out[index] = value;
      }
      break;
    }
    case "level":
    case "line":
      for (let index = 1; index < count; index += 1) {
        out[index] = offset + Math.floor((index * slope) / SLOPE_UNIT) + out[index]!;
      }
      break;
  }
}

export function writePrediction(sink: ByteSink, { predictor, offset, slope }: Prediction): void {
  if (predictor !== "repeat") sink.signed(offset);
  if (predictor === "line") sink.signed(slope);
}

export function readPrediction(source: ByteSource, predictor: Predictor): Prediction {
  const offset = predictor === "repeat" ? 0 : source.signed();
  const slope = predictor === "line" ? source.signed() : 0;
  return { predictor, offset, slope };
}
