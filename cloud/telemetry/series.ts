import {
  type ChunkHeader,
  type Compressor,
  decodeNumbers,
  decodeRows,
  readChunkHeader,
} from "../../protocol/chunks/chunk.ts";
import { accept, type Result } from "../../protocol/errors.ts";
import type { Buckets } from "./buckets.ts";
import { ColumnBlocks } from "./column-blocks.ts";
import type { Corrections } from "./corrections.ts";
import type { MetricDigest } from "./digest.ts";
import { summaryOf } from "./header-summary.ts";
import { type Column, ThinnedRows } from "./thinned-rows.ts";

/** Puts one metric of a chunk into the buckets, from its header. False when its column must be looked at. */
export function addHeader(buckets: Buckets, header: ChunkHeader, metric: string): boolean {
  if (!buckets.touches(header.minMs, header.maxMs)) return true;
  if (!header.metrics.some(({ name, type }) => name === metric && type !== "string")) return true;
  const summary = summaryOf(header, metric);
  const index = buckets.indexOf(header.minMs);
  if (summary === null || index === null || index !== buckets.indexOf(header.maxMs)) return false;
  buckets.addSummary(index, summary);
  return true;
}

/** Whose times an answer has, and what it says about those that were corrected. */
export interface Times {
  clock: "corrected" | "gateway";
  corrections: Corrections;
}

/**
 * Puts what a digest knows into the buckets; returns the chunks whose column must be looked at. Of a thinned one there
 * are none: what crosses a border then counts where its first reading lies, so that it counts once, whatever is asked.
 */
export function addDigest(
  buckets: Buckets,
  digest: MetricDigest,
  thinned: boolean,
  { clock, corrections }: Times,
): number[] {
  const { ids, minMs, maxMs, skewMs, firstMs, count, min, max, sum } = digest;
  const rest: number[] = [];
  buckets.aheadMs = 0;
  for (let place = 0; place < ids.length; place += 1) {
    const readings = count[place]!;
    const earliestMs = minMs[place]!;
    const latestMs = maxMs[place]!;
    // Its times are corrected already.
    if (skewMs !== null && clock === "gateway") buckets.aheadMs = -skewMs[place]!;
    if (readings === 0 || !buckets.touches(earliestMs, latestMs)) continue;
    if (skewMs !== null) corrections.note(skewMs[place]!, earliestMs, latestMs);
    const index = buckets.indexOf(thinned ? firstMs[place]! : earliestMs);
    if (readings > 0 && index !== null && (thinned || index === buckets.indexOf(latestMs))) {
      buckets.addValues(index, firstMs[place]!, readings, min[place]!, max[place]!, sum[place]!);
    } else if (!thinned) rest.push(ids[place]!);
  }
  return rest;
}

/** One metric of a chunk, decoded. Codes: `chunk.invalid`. */
export function readColumn(bytes: Uint8Array, metric: string, compressor: Compressor): Result<Column> {
  const header = readChunkHeader(bytes);
  if (!header.ok) return header;
  if (header.value.spanMs !== undefined) {
    const rows = decodeRows(bytes, header.value, metric, compressor);
    return rows.ok ? accept(new ThinnedRows(rows.value)) : rows;
  }
  const points = decodeNumbers(bytes, header.value, metric, compressor);
  return points.ok ? accept(new ColumnBlocks(points.value)) : points;
}
