import type { ChunkHeader } from "../../protocol/chunks/chunk.ts";
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
