import {
  type ChunkHeader,
  type Compressor,
  decodeMetrics,
  encodeChunk,
  readChunkHeader,
} from "../../protocol/chunks/chunk.ts";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import type { Reading, Value } from "../../protocol/telemetry/reading.ts";
import { summaryOf, summaryOfColumn } from "./header-summary.ts";

/**
 * A digest: what the headers of a run of chunks of one device say, so that a long span is answered without reading each
 * of them, and what is left of them when they are thinned. It is itself a chunk, whose readings are the chunks: small,
 * checksummed, and read by the same code.
 *
 *     time       the chunk's earliest time, corrected
 *     chunk      its id
 *     span       ms from its earliest time to its latest
 *     n/METRIC   how many readings it has of the metric; INSIDE when only the column can tell what a point shows
 *     f/METRIC   ms from its earliest time to the earliest of these
 *     a/METRIC, z/METRIC, s/METRIC    the least, the greatest, the sum; 0 without a count
 *     whole      whether every metric is here
 *     clock      by how much the chunk's own times are ahead of the corrected ones; absent when none is corrected
 */

/** Chunks in one digest: two hours of a chunk a minute. */
export const DIGEST_CHUNKS = 128;
/** Beyond these a device's metrics are looked up in its chunks; keeps a digest within what one chunk may hold. */
const METRICS_MAX = 200;
const INSIDE = -1;

/** A chunk of a digest. */
export interface DigestedChunk {
  id: number;
  header: ChunkHeader;
  bytes: Uint8Array;
  skewMs: number;
}

/** What a digest says about one metric, a place for each chunk. `count`: 0 without the metric, -1 to be looked into. */
export interface MetricDigest {
  ids: Float64Array;
  minMs: Float64Array;
  maxMs: Float64Array;
  /** What was taken off the chunk's own times, which makes the others here; null when nothing was of any. */
  skewMs: Float64Array | null;
  /** The earliest time of the metric. */
  firstMs: Float64Array;
  count: Float64Array;
  min: Float64Array;
  max: Float64Array;
  sum: Float64Array;
}

export function encodeDigest(chunks: readonly DigestedChunk[], compressor: Compressor): Uint8Array {
  const names = [
    ...new Set(chunks.flatMap(({ header }) => header.metrics.map((metric) => metric.name))),
  ].sort();
  const kept = names.slice(0, METRICS_MAX);
  const corrected = chunks.some(({ skewMs }) => skewMs !== 0);
  const readings = chunks.map(({ id, header, bytes, skewMs }): Reading => {
    const values: Record<string, Value> = {
      chunk: id,
      span: header.maxMs - header.minMs,
      whole: kept.length === names.length,
      ...(corrected ? { clock: skewMs } : {}),
    };
    for (const name of kept) {
      // The header does not know the first of a metric that some readings lack: its column is looked at, once.
      const summary = summaryOf(header, name) ?? summaryOfColumn(bytes, header, name, compressor);
      const has = header.metrics.some((metric) => metric.name === name && metric.type !== "string");
      values[`n/${name}`] = summary?.count ?? (has ? INSIDE : 0);
      values[`f/${name}`] = summary === null || summary.count === 0 ? 0 : summary.firstMs - header.minMs;
      values[`a/${name}`] = summary?.min ?? 0;
      values[`z/${name}`] = summary?.max ?? 0;
      values[`s/${name}`] = summary?.sum ?? 0;
    }
    return { atMs: header.minMs - skewMs, values };
  });
  return encodeChunk({ device: chunks[0]?.header.device ?? "", readings }, compressor);
}

/** Reads one metric of a digest. Codes: `chunk.invalid`. */
export function decodeDigest(
  bytes: Uint8Array,
  metric: string,
  compressor: Compressor,
): Result<MetricDigest> {
  const read = readChunkHeader(bytes);
  if (!read.ok) return read;
  const header = read.value;
  const columns = ["n", "a", "z", "s", "f"].map((letter) => `${letter}/${metric}`);
  const decoded = decodeMetrics(bytes, header, ["chunk", "span", "clock", ...columns], compressor);
  if (!decoded.ok) return decoded;
  const { value } = decoded;
  const ids = value.get("chunk");
  const spans = value.get("span")?.values;
  const isColumn = (values: unknown): values is Float64Array =>
    values instanceof Float64Array && values.length === header.count;
  if (ids === undefined || !isColumn(ids.values) || !isColumn(spans)) {
    return refuse("chunk.invalid", "not a digest");
  }
  const whole = header.metrics.find((candidate) => candidate.name === "whole")?.first === true;
  // A metric that is not among the columns is in none of the chunks, or there was no room for it.
  const absent = (): Float64Array => new Float64Array(header.count).fill(whole ? 0 : INSIDE);
  const column = (name: string): Float64Array => {
    const values = value.get(name)?.values;
    return isColumn(values) ? values : absent();
  };
  const [count, min, max, sum, first] = columns.map(column);
  const skews = value.get("clock")?.values;
  return accept({
    ids: ids.values,
    minMs: ids.times,
    maxMs: ids.times.map((atMs, place) => atMs + spans[place]!),
    skewMs: isColumn(skews) ? skews : null,
    firstMs: ids.times.map((atMs, place) => atMs + first![place]!),
    count: count!,
    min: min!,
    max: max!,
    sum: sum!,
  });
}

/** The chunks of a digest. Codes: `chunk.invalid`. */
export function digestedChunks(bytes: Uint8Array, compressor: Compressor): Result<number[]> {
  const read = readChunkHeader(bytes);
  if (!read.ok) return read;
  const decoded = decodeMetrics(bytes, read.value, ["chunk"], compressor);
  if (!decoded.ok) return decoded;
  return accept(Array.from(decoded.value.get("chunk")?.values ?? [], Number));
}
