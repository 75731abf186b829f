import { bitLength } from "./bit-length.ts";
import { type Prediction, RESIDUAL_MAX, SLOPE_UNIT, usualStep } from "./residuals.ts";

/**
 * Choosing how to predict a column: every predictor is tried on a sample in one pass, and judged by the summed bit
 * lengths of what it leaves. That is near the cost of any of the codings, and outliers weigh little in it.
 */

/** Windows of consecutive values looked at in a long column, and their length. */
const WINDOWS = 4;
const WINDOW = 64;

/** Bits lost for each byte of parameters. */
const BYTE = 8;

export function choosePrediction(values: Float64Array, count: number): Prediction {
  const step = count < 3 ? 0 : usualStep(values, count);
  const trend = trendOf(values, count);
  const level = Math.round(trend.mean);
  const scores = { repeat: 0, step: 0, slope: 0, level: 0, line: 0 };
  const windows = count <= WINDOWS * WINDOW ? 1 : WINDOWS;
  const length = windows === 1 ? count - 1 : WINDOW;
  for (let window = 0; window < windows; window += 1) {
    const from = windows === 1 ? 1 : 1 + Math.floor((window * (count - 1 - WINDOW)) / (WINDOWS - 1));
    score(values, from, from + length, step, level, trend, scores);
  }
  const stepBits = BYTE * bytesOf(step);
  const candidates: [bits: number, prediction: Prediction][] = [
    [scores.repeat, { predictor: "repeat", offset: 0, slope: 0 }],
    [scores.slope + stepBits, { predictor: "slope", offset: step, slope: 0 }],
    [scores.level + BYTE * bytesOf(level), { predictor: "level", offset: level, slope: 0 }],
  ];
  if (step !== 0) {
    candidates.push([scores.step + stepBits, { predictor: "step", offset: step, slope: 0 }]);
    if (trend.isExact) {
      const { offset, slope } = trend;
      const bits = scores.line + BYTE * (bytesOf(offset) + bytesOf(slope));
      candidates.push([bits, { predictor: "line", offset, slope }]);
    }
  }
  let best = candidates[0]!;
  for (const candidate of candidates) if (candidate[0] < best[0]) best = candidate;
  return best[1];
}

interface Trend {
  mean: number;
  offset: number;
  slope: number;
  /** The line can be computed without rounding. */
  isExact: boolean;
}

/** Points that a line is fitted to, at most twice as many. */
const TREND_POINTS = 256;

/** Least squares over the indexes; every so many in a long column. */
function trendOf(values: Float64Array, count: number): Trend {
  let sum = 0;
  let weighted = 0;
  const stride = Math.max(1, Math.floor(count / TREND_POINTS));
  let points = 0;
  for (let index = 0; index < count; index += stride) {
    const value = values[index]!;
    sum += value;
    weighted += value * points;
    points += 1;
  }
  const mean = sum / points;
  const middle = ((points - 1) * stride) / 2;
  const spread = ((points * (points * points - 1)) / 12) * stride;
  const slope = Math.round(((weighted - (sum * (points - 1)) / 2) / spread) * SLOPE_UNIT);
  const offset = Math.round(mean - (slope * middle) / SLOPE_UNIT);
  const isExact = count > 4 && Math.abs(slope) * count < RESIDUAL_MAX && Math.abs(offset) < RESIDUAL_MAX;
  return { mean, offset, slope, isExact };
}

/** Bit length of a residual's zigzag form; roughly, which is enough to choose by. */
function roughBits(residual: number): number {
  return bitLength(Math.abs(2 * residual));
}

function score(
  values: Float64Array,
  from: number,
  to: number,
  step: number,
  level: number,
  { offset, slope }: Trend,
  scores: { repeat: number; step: number; slope: number; level: number; line: number },
): void {
  let before = values[from - 1]!;
  let last = from > 1 ? before - values[from - 2]! : step;
  let repeatBits = 0;
  let stepBits = 0;
  let slopeBits = 0;
  let levelBits = 0;
  let lineBits = 0;
  for (let index = from; index < to; index += 1) {
    const value = values[index]!;
    const change = value - before;
    repeatBits += roughBits(change);
    stepBits += roughBits(change - step);
    slopeBits += roughBits(change - last);
    levelBits += roughBits(value - level);
    lineBits += roughBits(value - offset - Math.floor((index * slope) / SLOPE_UNIT));
    before = value;
    last = change;
  }
  scores.repeat += repeatBits;
  scores.step += stepBits;
  scores.slope += slopeBits;
  scores.level += levelBits;
  scores.line += lineBits;
}

function bytesOf(parameter: number): number {
  return Math.ceil((bitLength(Math.abs(parameter)) + 1) / 7);
}
