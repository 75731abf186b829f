/**
 * Telemetry chunks: readings of one device, sealed. One time column is shared by one column a metric; a header says
 * count, first, last, min, max and sum of each, so that most questions are answered without decoding. The edge seals
 * them; the same bytes travel and rest in the cloud.
 *
 * Promises: what comes out is what went in, bit by bit, in the order given. Damage is found by checksums, and any
 * bytes at all, damaged or made to harm, give a refusal (`chunk.invalid`) in bounded time and memory, never an
 * exception. A chunk of version 1 stays readable for ever (testdata/chunks). A thinned chunk (thin.ts) stands for many
 * readings in the same container; its counts, least, greatest and sums stay theirs.
 *
 * Never does I/O; zstd comes in as a {@link Compressor}. The format, to the byte: docs/chunk-format.md.
 */
import { accept, type Result, refuse } from "../errors.ts";
import type { Reading, Value } from "../telemetry/reading.ts";
import type { Compressor } from "./compressor.ts";
import { DamagedError } from "./damage.ts";
import { ChunkReader, checkBody, toReadings } from "./decode.ts";
import { type ChunkContent, encodeChunk } from "./encode.ts";
import { type ChunkHeader, readHeader } from "./header.ts";
import { numbersOf, type Points, pointsOf } from "./points.ts";
import { readRows, type ThinRow } from "./thin-rows.ts";

export type { MetricType } from "./columns.ts";
export type { Compressor } from "./compressor.ts";
export { CHUNK_VERSION, type ChunkHeader } from "./header.ts";
export {
  CHUNK_CELLS_MAX,
  CHUNK_COLUMNS_MAX,
  CHUNK_NAME_MAX_BYTES,
  CHUNK_READINGS_MAX,
  CHUNK_TEXT_MAX_BYTES,
} from "./limits.ts";
export type { MetricHeader } from "./metric-header.ts";
export type { Points } from "./points.ts";
export { THIN_SPANS_MS, thinChunks } from "./thin.ts";
export { THINNED_VERSION } from "./thin-header.ts";
export type { ThinRow } from "./thin-rows.ts";
export { type ChunkContent, encodeChunk };

/**
 * As {@link encodeChunk}, but in as many chunks as the limits ask for: halves the readings until they fit, so a
 * device that invents a metric a message cannot stop the sealing. Throws for a single reading that does not fit.
 */
export function encodeChunks(
  { device, readings }: ChunkContent,
  compressor: Compressor,
): Uint8Array<ArrayBuffer>[] {
  try {
    return [encodeChunk({ device, readings }, compressor)];
  } catch (error) {
    if (!(error instanceof RangeError) || readings.length < 2) throw error;
    const middle = readings.length >>> 1;
    return [
      ...encodeChunks({ device, readings: readings.slice(0, middle) }, compressor),
      ...encodeChunks({ device, readings: readings.slice(middle) }, compressor),
    ];
  }
}

/** Reads the header; its checksum and the chunk's length are checked, the columns are not looked at. */
export function readChunkHeader(bytes: Uint8Array): Result<ChunkHeader> {
  return orRefusal(() => readHeader(bytes));
}

/** Reads the header and checks both checksums without decoding a column: what a receiver does with a chunk. */
export function checkChunk(bytes: Uint8Array): Result<ChunkHeader> {
  return orRefusal(() => {
    const header = readHeader(bytes);
    checkBody(bytes, header);
    return header;
  });
}

/** The times of all readings, ms since 1970, in the order given. `header` is that of the same bytes. */
export function decodeTimes(
  bytes: Uint8Array,
  header: ChunkHeader,
  compressor: Compressor,
): Result<Float64Array> {
  return orRefusal(() => checkedReader(bytes, header, compressor).times());
}

/**
 * Times and values of one metric, of the readings that have it. Numbers come as a `Float64Array`; booleans, strings
 * and metrics whose type changes as an array of values. Empty when the chunk lacks the metric.
 */
export function decodeMetric(
  bytes: Uint8Array,
  header: ChunkHeader,
  name: string,
  compressor: Compressor,
): Result<Points<Float64Array | Value[]>> {
  return orRefusal(() => {
    const reader = checkedReader(bytes, header, compressor);
    return pointsOf(reader, header, name, reader.times());
  });
}

/** As {@link decodeMetric} for several metrics, by name: times are decoded once. */
export function decodeMetrics(
  bytes: Uint8Array,
  header: ChunkHeader,
  names: readonly string[],
  compressor: Compressor,
): Result<Map<string, Points<Float64Array | Value[]>>> {
  return orRefusal(() => {
    const reader = checkedReader(bytes, header, compressor);
    const times = reader.times();
    return new Map(names.map((name) => [name, pointsOf(reader, header, name, times)]));
  });
}

/**
 * Times and values of one metric as numbers: booleans as 0 and 1, readings with a text left out. What charts show,
 * and what min, max and sum of the header are about.
 */
export function decodeNumbers(
  bytes: Uint8Array,
  header: ChunkHeader,
  name: string,
  compressor: Compressor,
): Result<Points<Float64Array>> {
  return orRefusal(() => {
    const reader = checkedReader(bytes, header, compressor);
    return numbersOf(reader, header, name, reader.times());
  });
}

/**
 * The rows of one metric of a thinned chunk (`header.spanMs` is set), booleans as 0 and 1, texts left out; of a metric
 * with several types those of each. The functions above refuse a thinned chunk: its readings are gone.
 */
export function decodeRows(
  bytes: Uint8Array,
  header: ChunkHeader,
  name: string,
  compressor: Compressor,
): Result<ThinRow[]> {
  return orRefusal(() => {
    if (header.spanMs === undefined) throw new DamagedError("the chunk has readings, not rows");
    checkBody(bytes, header);
    return header.metrics
      .filter((metric) => metric.name === name && metric.type !== "string")
      .flatMap((metric) => readRows(bytes, header, metric, compressor));
  });
}

/** The whole chunk, as it was given to {@link encodeChunk}. */
export function decodeChunk(
  bytes: Uint8Array,
  compressor: Compressor,
): Result<{ device: string; readings: Reading[] }> {
  return orRefusal(() => {
    const header = readHeader(bytes);
    return { device: header.device, readings: toReadings(checkedReader(bytes, header, compressor), header) };
  });
}

function checkedReader(bytes: Uint8Array, header: ChunkHeader, compressor: Compressor): ChunkReader {
  if (header.spanMs !== undefined) throw new DamagedError("the chunk is thinned: it has rows, not readings");
  const reader = new ChunkReader(bytes, header, compressor);
  reader.checkBody();
  return reader;
}

function orRefusal<T>(read: () => T): Result<T> {
  try {
    return accept(read());
  } catch (error) {
    if (error instanceof DamagedError) return refuse("chunk.invalid", error.message);
    throw error;
  }
}
