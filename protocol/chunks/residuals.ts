import type { ByteSink, ByteSource } from "./bytes.ts";

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

const SLOPE_UNIT = 65_536;
/** Beyond this a residual or its zigzag form would not be exact in a double. */
export const RESIDUAL_MAX = 2 ** 52 - 1;
/** Numbers sampled to guess the step: enough to outvote gaps and bursts. */
const STEP_SAMPLES = 15;

/** The predictions worth pricing for `values[0, count)`, the likeliest first. */
export function candidates(values: Float64Array, count: number): Prediction[] {
  const repeat: Prediction = { predictor: "repeat", offset: 0, slope: 0 };
  if (count < 3) return [repeat];
  const step = usualStep(values, count);
  const found: Prediction[] = [repeat];
  if (step !== 0) {
    found.push({ predictor: "step", offset: step, slope: 0 });
    found.push({ predictor: "slope", offset: step, slope: 0 });
  } else found.push({ predictor: "slope", offset: 0, slope: 0 });
  if (count < 6) return found;
  let sum = 0;
  let weighted = 0;
  for (let index = 0; index < count; index += 1) {
    const value = values[index]!;
    sum += value;
    weighted += value * index;
  }
  const mean = sum / count;
  found.push({ predictor: "level", offset: Math.round(mean), slope: 0 });
  if (step !== 0) {
    const middle = (count - 1) / 2;
    const slope = (weighted - sum * middle) / ((count * (count * count - 1)) / 12);
    const units = Math.round(slope * SLOPE_UNIT);
    const offset = Math.round(mean - (units * middle) / SLOPE_UNIT);
    if (Math.abs(units) * count < RESIDUAL_MAX && Math.abs(offset) < RESIDUAL_MAX) {
      found.push({ predictor: "line", offset, slope: units });
    }
  }
  return found;
}

function usualStep(values: Float64Array, count: number): number {
  const samples = Math.min(STEP_SAMPLES, count - 1);
  const steps = new Float64Array(samples);
  for (let sample = 0; sample < samples; sample += 1) {
    const index = 1 + Math.floor((sample * (count - 1)) / samples);
    steps[sample] = values[index]! - values[index - 1]!;
  }
  return steps.sort()[samples >>> 1]!;
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
  let before = 0;
  let step = offset;
  for (let index = 1; index < count; index += 1) {
    const value = values[index]!;
    let residual: number;
    switch (predictor) {
      case "repeat":
      case "step":
        residual = value - before - offset;
        break;
      case "slope":
        residual = value - before - step;
        step = value - before;
        break;
      case "level":
        residual = value - offset;
        break;
      case "line":
        residual = value - offset - Math.floor((index * slope) / SLOPE_UNIT);
        break;
    }
    before = value;
    const zigzag = residual < 0 ? -2 * residual - 1 : 2 * residual;
    if (zigzag > worst) worst = zigzag;
    out[index - 1] = zigzag;
  }
  return worst <= 2 * RESIDUAL_MAX;
}

/** The inverse: turns the zigzag residuals in `numbers[0, count - 1)` into values, in `out[0, count)`. */
export function applyResiduals(
  numbers: Float64Array,
  count: number,
  { predictor, offset, slope }: Prediction,
  out: Float64Array,
): void {
  let before = 0;
  let step = offset;
  out[0] = 0;
  for (let index = 1; index < count; index += 1) {
    const zigzag = numbers[index - 1]!;
    const residual = zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
    let value: number;
    switch (predictor) {
      case "repeat":
      case "step":
        value = before + offset + residual;
        break;
      case "slope":
        value = before + step + residual;
        step = value - before;
        break;
      case "level":
        value = offset + residual;
        break;
      case "line":
        value = offset + Math.floor((index * slope) / SLOPE_UNIT) + residual;
        break;
    }
    before = value;
    out[index] = value;
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
