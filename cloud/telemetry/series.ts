import {
  type ChunkHeader,
  type Compressor,
  decodeNumbers,
  readChunkHeader,
} from "../../protocol/chunks/chunk.ts";
import { accept, type Result } from "../../protocol/errors.ts";
import type { Buckets, Summary } from "./buckets.ts";
import { isDense } from "./sealed-chunk.ts";

/**
 * Puts one metric of a chunk into the buckets: from the header when all its readings fall into one, else from the
 * metric's column, which is then the only one decoded. Codes: `chunk.invalid`.
 */
export function addChunk(
  buckets: Buckets,
  bytes: Uint8Array,
  metric: string,
  compressor: Compressor,
): Result<void> {
  const read = readChunkHeader(bytes);
  if (!read.ok) return read;
  const header = read.value;
  const summary = summaryOf(header, metric);
  const index = buckets.indexOf(header.minMs);
  if (summary !== null && index !== null && index === buckets.indexOf(header.maxMs)) {
    buckets.addSummary(index, summary);
    return accept(undefined);
  }
  const points = decodeNumbers(bytes, header, metric, compressor);
  if (!points.ok) return points;
  buckets.addAll(points.value.times, points.value.values);
  return accept(undefined);
}

/**
 * What the header says about a metric that every reading has. Null for others: when the first of them was is only in
 * the column; and null for sums that are not finite, where each value must be looked at.
 */
function summaryOf(header: ChunkHeader, name: string): Summary | null {
  const metric = header.metrics.find((candidate) => candidate.name === name);
  if (metric === undefined || !isDense(metric, header)) return null;
  const { count, min, max, sum } = metric;
  if (min === undefined || max === undefined || sum === undefined || !Number.isFinite(sum)) return null;
  return { firstMs: header.minMs, count, min, max, sum };
}
