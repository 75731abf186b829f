import { TIME_MAX_MS } from "../telemetry/reading.ts";
import { ByteSink, ByteSource } from "./bytes.ts";
import { crc32c } from "./checksum.ts";
import { DamagedError } from "./damage.ts";
import { CHUNK_CELLS_MAX, CHUNK_COLUMNS_MAX, CHUNK_NAME_MAX_BYTES, CHUNK_READINGS_MAX } from "./limits.ts";
import {
  type ColumnRecord,
  type MetricHeader,
  readMetricHeader,
  writeMetricHeader,
} from "./metric-header.ts";
import { readThinnedFields, THINNED_VERSION } from "./thin-header.ts";

/** Version of a chunk of readings, its first byte; thinned ones have {@link THINNED_VERSION}. */
export const CHUNK_VERSION = 1;

/** What a chunk says about itself without decoding. Times are ms since 1970. */
export interface ChunkHeader {
  version: number;
  device: string;
  /** Readings; at least 1. */
  count: number;
  /** Time of the first and the last reading in the order given, which need not be that of time. */
  firstMs: number;
  lastMs: number;
  /** Earliest and latest time. */
  minMs: number;
  maxMs: number;
  /** Of a thinned chunk only: what each of its rows stands for, ms. Its times are in order. */
  spanMs?: number;
  /** One for each metric and type of its values. */
  metrics: MetricHeader[];
  /** Where the columns are; for the decoder. */
  body: BodyLayout;
}

export interface BodyLayout {
  /** From the beginning of the chunk, where the time column begins. */
  offset: number;
  bytes: number;
  timesBytes: number;
  checksum: number;
}

export interface TimeSpan {
  firstMs: number;
  lastMs: number;
  minMs: number;
  maxMs: number;
}

export interface HeaderRecord extends TimeSpan {
  device: string;
  count: number;
  timesBytes: number;
  columns: readonly ColumnRecord[];
}

/** The bytes before the body: version, length, header, its checksum. */
export function writeHeader(sink: ByteSink, record: HeaderRecord, body: Uint8Array): void {
  const inner = new ByteSink();
  inner.uint32(crc32c(body));
  inner.text(record.device);
  inner.varint(record.count);
  const ordered = record.minMs === record.firstMs && record.maxMs === record.lastMs;
  inner.varint(record.columns.length * 2 + (ordered ? 0 : 1));
  inner.varint(record.firstMs);
  if (ordered) inner.varint(record.lastMs - record.firstMs);
  else {
    inner.signed(record.lastMs - record.firstMs);
    inner.varint(Math.min(record.firstMs, record.lastMs) - record.minMs);
    inner.varint(record.maxMs - Math.max(record.firstMs, record.lastMs));
  }
  inner.varint(record.timesBytes);
  for (const column of record.columns) writeMetricHeader(inner, column);
  writeFramed(sink, CHUNK_VERSION, inner);
}

/** What chunks of all versions begin with. */
export function writeFramed(sink: ByteSink, version: number, inner: ByteSink): void {
  sink.byte(version);
  sink.varint(inner.length);
  sink.raw(inner.written());
  sink.uint32(crc32c(sink.bytes, 0, sink.length));
}

export function readHeader(bytes: Uint8Array): ChunkHeader {
  const outer = new ByteSource(bytes);
  const version = outer.byte();
  if (version !== CHUNK_VERSION && version !== THINNED_VERSION) {
    throw new DamagedError(`version ${version}; ${CHUNK_VERSION} and ${THINNED_VERSION} are known`);
  }
  const length = outer.varint();
  const source = new ByteSource(bytes, outer.offset, outer.offset + length);
  outer.raw(length);
  const checksum = crc32c(bytes, 0, outer.offset);
  if (outer.uint32() !== checksum) throw new DamagedError("the header's checksum is wrong");
  const read = version === THINNED_VERSION ? readThinnedFields : readFields;
  const header = read(source, outer.offset);
  if (source.left > 0) throw new DamagedError("the header is longer than what it says");
  if (header.body.bytes !== outer.left) {
    throw new DamagedError(`a body of ${outer.left} bytes, not ${header.body.bytes}`);
  }
  return header;
}

function readFields(source: ByteSource, bodyOffset: number): ChunkHeader {
  const bodyChecksum = source.uint32();
  const device = source.text(CHUNK_NAME_MAX_BYTES);
  const count = source.varint(CHUNK_READINGS_MAX);
  if (count === 0) throw new DamagedError("no readings");
  const head = source.varint(CHUNK_COLUMNS_MAX * 2 + 1);
  const columns = Math.floor(head / 2);
  if (count * columns > CHUNK_CELLS_MAX) {
    throw new DamagedError(`${count} readings by ${columns} columns; at most ${CHUNK_CELLS_MAX}`);
  }
  const span = readSpan(source, head % 2 === 0);
  if (span.minMs < 0 || span.maxMs > TIME_MAX_MS) throw new DamagedError("times outside 1970 to 9999");
  const timesBytes = source.varint();
  const metrics: MetricHeader[] = [];
  let offset = bodyOffset + timesBytes;
  for (let index = 0; index < columns; index += 1) {
    const metric = readMetricHeader(source, offset, count);
    offset += metric.column.bytes;
    metrics.push(metric);
  }
  const body = { offset: bodyOffset, bytes: offset - bodyOffset, timesBytes, checksum: bodyChecksum };
  return { version: CHUNK_VERSION, device, count, ...span, metrics, body };
}

function readSpan(source: ByteSource, ordered: boolean): TimeSpan {
  const firstMs = source.varint();
  if (ordered) {
    const lastMs = firstMs + source.varint();
    return { firstMs, lastMs, minMs: firstMs, maxMs: lastMs };
  }
  const lastMs = firstMs + source.signed();
  const minMs = Math.min(firstMs, lastMs) - source.varint();
  return { firstMs, lastMs, minMs, maxMs: Math.max(firstMs, lastMs) + source.varint() };
}
