import type { ByteSink, ByteSource } from "./bytes.ts";
import { DamagedError } from "./damage.ts";
import { type DecimalStatistics, EXPONENT_MAX, POWERS_OF_TEN, type ScaledDecimals } from "./decimals.ts";
import { doubleAfter, placesBetween } from "./doubles.ts";

/** What the header says about a column of numbers, so that a query need not decode it. */
export interface Statistics {
  first: number;
  last: number;
  /** The first of the smallest, by `<`: NaN is passed over unless there is nothing else, and 0 equals -0. */
  min: number;
  max: number;
  /** `0 + first + ... + last`: added as doubles, in the order of the readings. */
  sum: number;
}

export function statisticsOf(values: Float64Array, count: number): Statistics {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (let index = 0; index < count; index += 1) {
    const value = values[index]!;
    sum += value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  // No value was found smaller or larger: all are NaN.
  if (min > max) [min, max] = [Number.NaN, Number.NaN];
  return { first: values[0]!, last: values[count - 1]!, min, max, sum };
}

/** What {@link statisticsOf} gives for decimals, from what scaling them has found: division gives back each double. */
export function statisticsOfDecimals(decimals: ScaledDecimals): Statistics {
  const { exponent, first, last, min, max, doubleSum } = decimals;
  const power = POWERS_OF_TEN[exponent]!;
  return {
    first: first / power,
    last: (first + last) / power,
    min: (first + min) / power,
    max: (first + max) / power,
    sum: doubleSum,
  };
}

/** `exact` are the statistics of the same column as doubles; their sum is what the reader gets back. */
export function writeDecimalStatistics(
  sink: ByteSink,
  decimal: DecimalStatistics,
  exact: Statistics,
  count: number,
  constant: boolean,
): void {
  sink.varint(Math.abs(decimal.first));
  if (!constant) {
    sink.signed(decimal.last);
    sink.varint(Math.min(0, decimal.last) - decimal.min);
    sink.varint(decimal.max - Math.max(0, decimal.last));
  }
  const off = Math.abs(decimal.sum) > SUM_MAX ? undefined : placesBetween(nearSum(decimal, count), exact.sum);
  if (off === undefined) {
    sink.varint(0);
    sink.double(exact.sum);
    return;
  }
  sink.varint(off < 0 ? -2 * off : 2 * off + 1);
  if (!constant) sink.signed(decimal.sum);
}

/** Beyond this the sum of the whole numbers might not be exact. */
const SUM_MAX = 2 ** 52;

/** The sum but for what the additions of doubles rounded: a few places off at most. */
function nearSum({ exponent, first, sum }: DecimalStatistics, count: number): number {
  return (first * count + sum) / POWERS_OF_TEN[exponent]!;
}

export function readDecimalStatistics(
  source: ByteSource,
  sign: 1 | -1,
  exponent: number,
  count: number,
  constant: boolean,
): { decimal: DecimalStatistics; exact: Statistics } {
  if (exponent > EXPONENT_MAX) throw new DamagedError(`a decimal exponent of ${exponent}`);
  const first = sign * source.varint();
  const last = constant ? 0 : source.signed();
  const min = constant ? 0 : Math.min(0, last) - source.varint();
  const max = constant ? 0 : Math.max(0, last) + source.varint();
  const head = source.varint();
  const sum = head === 0 || constant ? 0 : source.signed();
  const decimal = { exponent, first, last, min, max, sum };
  const off = head % 2 === 0 ? -head / 2 : (head - 1) / 2;
  const power = POWERS_OF_TEN[exponent]!;
  return {
    decimal,
    exact: {
      first: first / power,
      last: (first + last) / power,
      min: (first + min) / power,
      max: (first + max) / power,
      sum: head === 0 ? source.double() : doubleAfter(nearSum(decimal, count), off),
    },
  };
}

export function writeDoubleStatistics(sink: ByteSink, statistics: Statistics, constant: boolean): void {
  sink.double(statistics.first);
  if (!constant) {
    sink.double(statistics.last);
    sink.double(statistics.min);
    sink.double(statistics.max);
  }
  sink.double(statistics.sum);
}

export function readDoubleStatistics(source: ByteSource, constant: boolean): Statistics {
  const first = source.double();
  const last = constant ? first : source.double();
  const min = constant ? first : source.double();
  const max = constant ? first : source.double();
  return { first, last, min, max, sum: source.double() };
}
