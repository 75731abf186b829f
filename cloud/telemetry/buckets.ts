import type { SeriesPoint } from "../../protocol/telemetry/series.ts";

/** What is known of some readings of one metric without looking at each. `firstMs`: the earliest time among them. */
export interface Summary {
  firstMs: number;
  count: number;
  min: number;
  max: number;
  sum: number;
}

/** Sums are kept smaller by this power of two, which costs no bit, so that huge values cannot overflow them. */
const SUM_SCALE = 2 ** 24;

/**
 * A span of time in equal parts, and what fell into each: least, greatest, sum and number of the values, and the
 * earliest time. Both ends of the span belong to it.
 */
export class Buckets {
  /** By how much the times that are given next are ahead of those of the span. */
  aheadMs = 0;
  readonly #fromMs: number;
  readonly #toMs: number;
  readonly #spanMs: number;
  readonly #last: number;
  readonly #firstMs: Float64Array;
  readonly #count: Float64Array;
  readonly #min: Float64Array;
  readonly #max: Float64Array;
  readonly #sum: Float64Array;
  /** What rounding took from `sum` (Neumaier), so that a mean is good whatever the order and number of parts. */
  readonly #lost: Float64Array;

  constructor(fromMs: number, toMs: number, count: number) {
    this.#fromMs = fromMs;
    this.#toMs = toMs;
    this.#spanMs = Math.max(1, toMs - fromMs);
    this.#last = count - 1;
    this.#firstMs = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
    this.#count = new Float64Array(count);
    this.#min = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
    this.#max = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
    this.#sum = new Float64Array(count);
    this.#lost = new Float64Array(count);
  }

  /** Which part a time falls into; null outside the span. Never falls as the time grows. */
  indexOf(givenMs: number): number | null {
    const atMs = givenMs - this.aheadMs;
    if (!(atMs >= this.#fromMs && atMs <= this.#toMs)) return null;
    // Multiplied before divided: whole numbers, so a time on a border falls to the same side everywhere.
    const index = Math.floor(((atMs - this.#fromMs) * (this.#last + 1)) / this.#spanMs);
    return Math.min(this.#last, index);
  }

  /** Takes readings one by one; those outside the span and values that are not finite are passed over. */
  addAll(times: Float64Array, values: Float64Array): void {
    // Readings come in runs that fall into one part: its borders are computed once a run, and the run is summed up here.
    let begins = Number.POSITIVE_INFINITY;
    let ends = Number.NEGATIVE_INFINITY;
    let index = 0;
    let run = emptyRun();
    for (let row = 0; row < times.length; row += 1) {
      const atMs = times[row]!;
      const value = values[row]!;
      if (!(atMs >= begins && atMs < ends)) {
        if (run.count > 0) this.#addRun(index, run);
        run = emptyRun();
        const found = this.indexOf(atMs);
        begins = found === null ? Number.POSITIVE_INFINITY : this.#beginOf(found) + this.aheadMs;
        ends = found === null ? Number.NEGATIVE_INFINITY : this.#beginOf(found + 1) + this.aheadMs;
        if (found === null) continue;
        index = found;
      }
      if (!Number.isFinite(value)) continue;
      const scaled = value / SUM_SCALE;
      const sum = run.sum + scaled;
      run.lost += Math.abs(run.sum) >= Math.abs(scaled) ? run.sum - sum + scaled : scaled - sum + run.sum;
      run.sum = sum;
      run.count += 1;
      if (atMs < run.firstMs) run.firstMs = atMs;
      if (value < run.min) run.min = value;
      if (value > run.max) run.max = value;
    }
    if (run.count > 0) this.#addRun(index, run);
  }

  /** Whether readings from the first time to the last can fall into the span. */
  touches(minMs: number, maxMs: number): boolean {
    return maxMs - this.aheadMs >= this.#fromMs && minMs - this.aheadMs <= this.#toMs;
  }

  /** Takes readings that all fall into part `index`. */
  addSummary(index: number, { firstMs, count, min, max, sum }: Summary): void {
    this.addValues(index, firstMs, count, min, max, sum);
  }

  /** As {@link addSummary}, without an object: it is called for each of some ten thousand chunks. */
  addValues(index: number, firstMs: number, count: number, min: number, max: number, sum: number): void {
    this.#add(index, firstMs, count, min, max, sum / SUM_SCALE, 0);
  }

  /** The parts into which something fell, in order of time. */
  points(): SeriesPoint[] {
    const points: SeriesPoint[] = [];
    for (let index = 0; index <= this.#last; index += 1) {
      const count = this.#count[index]!;
      if (count === 0) continue;
      const min = this.#min[index]!;
      const max = this.#max[index]!;
      const mean = ((this.#sum[index]! + this.#lost[index]!) / count) * SUM_SCALE;
      // Rounding may carry a mean just over the edge.
      points.push([this.#firstMs[index]!, min, Math.min(max, Math.max(min, mean)), max, count]);
    }
    return points;
  }

  /** The first time that falls into part `index`; just after the span for the part after the last. */
  #beginOf(index: number): number {
    if (index > this.#last) return this.#toMs + 1;
    const parts = this.#last + 1;
    const whole = index * this.#spanMs;
    // Divided without rounding, so that it agrees with indexOf however long the span is.
    const rest = whole % parts;
    return this.#fromMs + (whole - rest) / parts + (rest > 0 ? 1 : 0);
  }

  #addRun(index: number, { firstMs, count, min, max, sum, lost }: Run): void {
    this.#add(index, firstMs, count, min, max, sum, lost);
  }

  #add(
    index: number,
    firstMs: number,
    count: number,
    min: number,
    max: number,
    value: number,
    lost: number,
  ): void {
    const sum = this.#sum[index]!;
    const next = sum + value;
    this.#lost[index]! += lost + (Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum);
    this.#sum[index] = next;
    this.#count[index]! += count;
    const atMs = firstMs - this.aheadMs;
    if (atMs < this.#firstMs[index]!) this.#firstMs[index] = atMs;
    if (min < this.#min[index]!) this.#min[index] = min;
    if (max > this.#max[index]!) this.#max[index] = max;
  }
}

/** A summary whose sum is scaled, with what rounding took from it. */
interface Run extends Summary {
  lost: number;
}

function emptyRun(): Run {
  return {
    firstMs: Number.POSITIVE_INFINITY,
    count: 0,
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
    sum: 0,
    lost: 0,
  };
}
