import type { Points } from "../../protocol/chunks/chunk.ts";
import type { Buckets } from "./buckets.ts";
import type { Column } from "./thinned-rows.ts";

/** Readings summed up together: a point's border then costs one block to be looked at, and not a chunk. */
const BLOCK_READINGS = 32;
/** What an object and its arrays take besides their numbers. */
const OVERHEAD_BYTES = 600;
/** Numbers a block has in the arrays below. */
const NUMBERS_A_BLOCK = 7;

/** One metric of a chunk, decoded, with a summary for each block of its readings. */
export class ColumnBlocks implements Column {
  readonly isThinned = false;
  readonly #times: Float64Array;
  readonly #values: Float64Array;
  readonly #blocks: number;
  /** For each block: earliest and latest time, then the summary of {@link Buckets.addSummary}. */
  readonly #fromMs: Float64Array;
  readonly #toMs: Float64Array;
  readonly #firstMs: Float64Array;
  readonly #count: Float64Array;
  readonly #min: Float64Array;
  readonly #max: Float64Array;
  readonly #sum: Float64Array;

  constructor({ times, values }: Points<Float64Array>) {
    this.#times = times;
    this.#values = values;
    this.#blocks = Math.ceil(times.length / BLOCK_READINGS);
    const numbers = new Float64Array(this.#blocks * NUMBERS_A_BLOCK);
    const part = (index: number) => numbers.subarray(index * this.#blocks, (index + 1) * this.#blocks);
    this.#fromMs = part(0);
    this.#toMs = part(1);
    this.#firstMs = part(2);
    this.#count = part(3);
    this.#min = part(4);
    this.#max = part(5);
    this.#sum = part(6);
    for (let block = 0; block < this.#blocks; block += 1) this.#sumUp(block);
  }

  get sizeBytes(): number {
    return this.#times.length * 16 + this.#blocks * NUMBERS_A_BLOCK * 8 + OVERHEAD_BYTES;
  }

  addTo(buckets: Buckets): void {
    for (let block = 0; block < this.#blocks; block += 1) {
      const count = this.#count[block]!;
      if (count === 0) continue;
      const index = buckets.indexOf(this.#fromMs[block]!);
      const sum = this.#sum[block]!;
      if (index !== null && index === buckets.indexOf(this.#toMs[block]!) && Number.isFinite(sum)) {
        const firstMs = this.#firstMs[block]!;
        buckets.addSummary(index, { firstMs, count, min: this.#min[block]!, max: this.#max[block]!, sum });
        continue;
      }
      const from = block * BLOCK_READINGS;
      const to = from + BLOCK_READINGS;
      buckets.addAll(this.#times.subarray(from, to), this.#values.subarray(from, to));
    }
  }

  #sumUp(block: number): void {
    let fromMs = Number.POSITIVE_INFINITY;
    let toMs = Number.NEGATIVE_INFINITY;
    let firstMs = Number.POSITIVE_INFINITY;
    let count = 0;
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    let sum = 0;
    const end = Math.min(this.#times.length, (block + 1) * BLOCK_READINGS);
    for (let row = block * BLOCK_READINGS; row < end; row += 1) {
      const atMs = this.#times[row]!;
      const value = this.#values[row]!;
      if (atMs < fromMs) fromMs = atMs;
      if (atMs > toMs) toMs = atMs;
      if (!Number.isFinite(value)) continue;
      if (atMs < firstMs) firstMs = atMs;
      if (value < min) min = value;
      if (value > max) max = value;
      count += 1;
      sum += value;
    }
    this.#fromMs[block] = fromMs;
    this.#toMs[block] = toMs;
    this.#firstMs[block] = firstMs;
    this.#count[block] = count;
    this.#min[block] = min;
    this.#max[block] = max;
    this.#sum[block] = sum;
  }
}
