import { INTEGER_MAX } from "./integers.ts";

/**
 * Doubles that are short decimals: `m / 10^exponent` with a whole `m`. Division of two exact doubles is rounded
 * correctly, so it gives back the very double that a JSON parser made of the decimal's text; every value is
 * checked bit by bit all the same.
 */

export const EXPONENT_MAX = 15;
/** 10^0 to 10^15, all exact. */
export const POWERS_OF_TEN: readonly number[] = Array.from({ length: EXPONENT_MAX + 1 }, (_, e) =>
  Number(`1e${e}`),
);

/** True when `scaled / power` is `value`, bit by bit; -0 never is. */
function isExact(value: number, scaled: number, power: number): boolean {
  return scaled / power === value && (scaled !== 0 || 1 / value > 0);
}

/**
 * The smallest exponent at which `value` is a short decimal, from `from` on; undefined when there is none, or the
 * number it takes is beyond 2^53.
 */
export function exponentOf(value: number, from: number): number | undefined {
  for (let exponent = from; exponent <= EXPONENT_MAX; exponent += 1) {
    const power = POWERS_OF_TEN[exponent]!;
    const scaled = Math.round(value * power);
    if (Math.abs(scaled) > Number.MAX_SAFE_INTEGER) return undefined;
    if (isExact(value, scaled, power)) return exponent;
  }
  return undefined;
}

/** A column as whole numbers: `first` in units of 10^-exponent, the others relative to it. */
export interface DecimalStatistics {
  exponent: number;
  first: number;
  last: number;
  min: number;
  max: number;
  /** Of the numbers relative to the first. */
  sum: number;
}

/** The same, and what only the doubles themselves tell. */
export interface ScaledDecimals extends DecimalStatistics {
  /** `0 + first + ... + last`, added as doubles. */
  doubleSum: number;
}

/**
 * Scales `values[0, count)` into `out`, all by the same power of ten and relative to the first, and sums up. Undefined
 * when they are not all short decimals, or lie too far apart.
 */
export function scaleDecimals(
  values: Float64Array,
  count: number,
  out: Float64Array,
): ScaledDecimals | undefined {
  let exponent = 0;
  for (;;) {
    const scaled = scaleAll(values, count, exponent, out);
    if (typeof scaled !== "number") return scaled;
    const next = exponentOf(values[scaled]!, exponent + 1);
    if (next === undefined) return undefined;
    exponent = next;
  }
}

/**
 * The index of the first value that does not scale, when one does not. One loop for all of it: the additions of
 * doubles wait for each other, and the rest is done meanwhile.
 */
function scaleAll(
  values: Float64Array,
  count: number,
  exponent: number,
  out: Float64Array,
): ScaledDecimals | number {
  const power = POWERS_OF_TEN[exponent]!;
  const first = Math.round(values[0]! * power);
  let min = 0;
  let max = 0;
  let sum = 0;
  let doubleSum = 0;
  for (let index = 0; index < count; index += 1) {
    const value = values[index]!;
    const scaled = Math.round(value * power);
    if (!isExact(value, scaled, power)) return index;
    const relative = scaled - first;
    if (Math.abs(scaled) > Number.MAX_SAFE_INTEGER || Math.abs(relative) > INTEGER_MAX) return index;
    out[index] = relative;
    sum += relative;
    doubleSum += value;
    if (relative < min) min = relative;
    if (relative > max) max = relative;
  }
  return { exponent, first, last: out[count - 1]!, min, max, sum, doubleSum };
}
