import { type ChunkHeader, type Compressor, decodeNumbers, decodeRows } from "../../protocol/chunks/chunk.ts";
import type { Summary } from "./buckets.ts";
import { isDense } from "./sealed-chunk.ts";

/**
 * What the header says about a metric that every reading has. Null for others: when the first of them was is only in
 * the column; and null for sums that are not finite, where each value must be looked at.
 */
export function summaryOf(header: ChunkHeader, name: string): Summary | null {
  const metric = header.metrics.find((candidate) => candidate.name === name);
  if (metric === undefined || !isDense(metric, header)) return null;
  const { count, min, max, sum } = metric;
  if (min === undefined || max === undefined || sum === undefined || !Number.isFinite(sum)) return null;
  return { firstMs: header.minMs, count, min, max, sum };
}

/**
 * The same by looking at each value, those that are not finite passed over; `count` may be 0. Null when the column
 * cannot be read, or its sum leaves the range of doubles.
 */
export function summaryOfColumn(
  bytes: Uint8Array,
  header: ChunkHeader,
  name: string,
  compressor: Compressor,
): Summary | null {
  const found: Summary = {
    firstMs: Number.POSITIVE_INFINITY,
    count: 0,
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
    sum: 0,
  };
  if (header.spanMs !== undefined) {
    const rows = decodeRows(bytes, header, name, compressor);
    return rows.ok ? totalOf(rows.value, found, header) : null;
  }
  const points = decodeNumbers(bytes, header, name, compressor);
  if (!points.ok) return null;
  const { times, values } = points.value;
  for (let row = 0; row < times.length; row += 1) {
    const value = values[row]!;
    if (!Number.isFinite(value)) continue;
    found.firstMs = Math.min(found.firstMs, times[row]!);
    found.count += 1;
    found.min = Math.min(found.min, value);
    found.max = Math.max(found.max, value);
    found.sum += value;
  }
  return totalOf([], found, header);
}

/** `rows` added to what was found already. */
function totalOf(rows: readonly Summary[], found: Summary, header: ChunkHeader): Summary | null {
  for (const { firstMs, count, min, max, sum } of rows) {
    found.firstMs = Math.min(found.firstMs, firstMs);
    found.count += count;
    found.min = Math.min(found.min, min);
    found.max = Math.max(found.max, max);
    found.sum += sum;
  }
  if (found.count === 0) return { ...found, firstMs: header.minMs, min: 0, max: 0 };
  return Number.isFinite(found.sum) ? found : null;
}
