import {
  type ChunkHeader,
  type Compressor,
  decodeTimes,
  readChunkHeader,
} from "../../protocol/chunks/chunk.ts";

/** Thinning that leaves more rows than this share of what there was wins little. */
const FEW_ROWS = 0.25;
/** Values that take more bytes than that, each, are mostly headers: putting them into one chunk wins by itself. */
const MOSTLY_HEADERS_BYTES = 24;

/**
 * Tells, before the work is done, whether chunks thinned to a span would be smaller: what measures rarely has a row
 * for each reading, and would only cost memory. Null when a chunk is damaged.
 */
export function rowCounter(
  chunks: readonly Uint8Array[],
  compressor: Compressor,
): { isPromising(spanMs: number): boolean } | null {
  const headers: ChunkHeader[] = [];
  const times: Float64Array[] = [];
  for (const bytes of chunks) {
    const header = readChunkHeader(bytes);
    if (!header.ok) return null;
    headers.push(header.value);
    if (header.value.spanMs !== undefined) continue;
    const decoded = decodeTimes(bytes, header.value, compressor);
    if (!decoded.ok) return null;
    times.push(decoded.value);
  }
  const thinned = headers.filter(({ spanMs }) => spanMs !== undefined);
  const parts = headers.reduce((sum, header) => sum + partsOf(header), 0);
  const values = headers.reduce((sum, header) => sum + partsOf(header) * header.metrics.length, 0);
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  return {
    isPromising: (spanMs) => {
      const spans = new Set<number>();
      for (const some of times) for (const atMs of some) spans.add(Math.floor(atMs / spanMs));
      const rows = thinned.reduce((sum, { minMs, maxMs, ...header }) => {
        const most = Math.floor(maxMs / spanMs) - Math.floor(minMs / spanMs) + 1;
        return sum + Math.min(partsOf(header), most);
      }, spans.size);
      return rows <= parts * FEW_ROWS || bytes > values * MOSTLY_HEADERS_BYTES;
    },
  };
}

/** Readings, or rows of the metric that has most. */
function partsOf({ count, metrics }: Pick<ChunkHeader, "count" | "metrics">): number {
  const rows = metrics.map((metric) => metric.rows ?? 0);
  return Math.max(...rows) || count;
}
