import { TIME_MAX_MS } from "../telemetry/reading.ts";
import { ByteSink, type ByteSource } from "./bytes.ts";
import type { MetricType } from "./columns.ts";
import { DamagedError } from "./damage.ts";
import type { ChunkHeader } from "./header.ts";
import { CHUNK_CELLS_MAX, CHUNK_COLUMNS_MAX, CHUNK_NAME_MAX_BYTES, CHUNK_TEXT_MAX_BYTES } from "./limits.ts";
import type { MetricHeader } from "./metric-header.ts";

/** Version of a thinned chunk, its first byte. The container is that of version 1. */
export const THINNED_VERSION = 2;
/** Readings that a thinned chunk may stand for. */
export const THINNED_READINGS_MAX = 2 ** 40;
export const SPAN_MAX_MS = 86_400_000;
/** Columns of the rows of a metric; with them rows count as cells. */
export const ROW_CELLS = 6;

const TYPES: readonly MetricType[] = ["number", "boolean", "string"];

/** What is known of a metric of a thinned chunk; of each of its types, where it has several. */
export interface ThinnedMetric extends Omit<MetricHeader, "column"> {
  /** Times of its earliest and its latest reading, to which `first` and `last` belong. */
  firstMs: number;
  lastMs: number;
  rows: number;
  bytes: number;
}

export interface ThinnedRecord {
  device: string;
  count: number;
  spanMs: number;
  minMs: number;
  maxMs: number;
  metrics: readonly ThinnedMetric[];
}

/** The inside of the header; `bodyChecksum` is the CRC-32C of what follows it. */
export function thinnedFields(record: ThinnedRecord, bodyChecksum: number): ByteSink {
  const { minMs, maxMs, metrics } = record;
  const sink = new ByteSink();
  sink.uint32(bodyChecksum);
  sink.text(record.device);
  sink.varint(record.count);
  sink.varint(record.spanMs);
  sink.varint(minMs);
  sink.varint(maxMs - minMs);
  sink.varint(metrics.length);
  for (const metric of metrics) {
    sink.text(metric.name);
    sink.byte(TYPES.indexOf(metric.type));
    sink.varint(metric.count);
    sink.varint(metric.firstMs - minMs);
    sink.varint(maxMs - metric.lastMs);
    sink.varint(metric.rows);
    writeStatistics(sink, metric);
    sink.varint(metric.bytes);
  }
  return sink;
}

function writeStatistics(sink: ByteSink, metric: ThinnedMetric): void {
  const { type, min, max, sum, first, last } = metric;
  switch (type) {
    case "number":
      for (const number of [first, last, min, max, sum]) sink.double(Number(number));
      break;
    case "boolean":
      sink.varint(Number(sum));
      sink.byte(Number(first) + 2 * Number(last));
      break;
    case "string":
      sink.text(String(first));
      sink.text(String(last));
      break;
  }
}

/** Reads what {@link thinnedFields} has written; the columns of a metric are its rows. */
export function readThinnedFields(source: ByteSource, bodyOffset: number): ChunkHeader {
  const checksum = source.uint32();
  const device = source.text(CHUNK_NAME_MAX_BYTES);
  const count = source.varint(THINNED_READINGS_MAX);
  if (count === 0) throw new DamagedError("no readings");
  const spanMs = source.varint(SPAN_MAX_MS);
  if (spanMs === 0) throw new DamagedError("rows without a span");
  const minMs = source.varint(TIME_MAX_MS);
  const maxMs = minMs + source.varint(TIME_MAX_MS);
  if (maxMs > TIME_MAX_MS) throw new DamagedError("times outside 1970 to 9999");
  const metrics: MetricHeader[] = [];
  let offset = bodyOffset;
  let cells = 0;
  for (let left = source.varint(CHUNK_COLUMNS_MAX); left > 0; left -= 1) {
    const metric = readMetric(source, { count, minMs, maxMs, offset });
    offset += metric.column.bytes;
    cells += metric.rows! * ROW_CELLS;
    if (cells > CHUNK_CELLS_MAX) throw new DamagedError(`over ${CHUNK_CELLS_MAX} numbers in rows`);
    metrics.push(metric);
  }
  const body = { offset: bodyOffset, bytes: offset - bodyOffset, timesBytes: 0, checksum };
  const times = { firstMs: minMs, lastMs: maxMs, minMs, maxMs };
  return { version: THINNED_VERSION, device, count, ...times, spanMs, metrics, body };
}

interface Around {
  count: number;
  minMs: number;
  maxMs: number;
  offset: number;
}

function readMetric(source: ByteSource, { count: whole, minMs, maxMs, offset }: Around): MetricHeader {
  const name = source.text(CHUNK_NAME_MAX_BYTES);
  const type = TYPES[source.byte()];
  if (type === undefined) throw new DamagedError(`metric ${name} has an unknown type`);
  const count = source.varint(whole);
  const firstMs = minMs + source.varint();
  const lastMs = maxMs - source.varint();
  if (firstMs > lastMs) throw new DamagedError(`metric ${name} ends before it begins`);
  const rows = source.varint(count);
  if (rows === 0) throw new DamagedError(`metric ${name} has no rows`);
  const statistics = readStatistics(source, type, count);
  const column = { offset, bytes: source.varint(), sparse: count < whole, constant: false };
  return { name, type, count, ...statistics, firstMs, lastMs, rows, column };
}

function readStatistics(
  source: ByteSource,
  type: MetricType,
  count: number,
): Pick<MetricHeader, "first" | "last" | "min" | "max" | "sum"> {
  switch (type) {
    case "number": {
      const first = source.double();
      const last = source.double();
      const min = source.double();
      const max = source.double();
      const sum = source.double();
      if (![first, last, min, max, sum].every(Number.isFinite) || min > max) {
        throw new DamagedError("numbers of rows contradict themselves");
      }
      return { first, last, min, max, sum };
    }
    case "boolean": {
      const sum = source.varint(count);
      const ends = source.byte();
      if (ends > 3) throw new DamagedError("a metric has unknown flags");
      const min = sum === count ? 1 : 0;
      return { first: ends % 2 === 1, last: ends >= 2, min, max: sum === 0 ? 0 : 1, sum };
    }
    case "string":
      return { first: source.text(CHUNK_TEXT_MAX_BYTES), last: source.text(CHUNK_TEXT_MAX_BYTES) };
  }
}
