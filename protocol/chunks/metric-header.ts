import type { Value } from "../telemetry/reading.ts";
import type { ByteSink, ByteSource } from "./bytes.ts";
import type { MetricType } from "./columns.ts";
import { DamagedError } from "./damage.ts";
import type { DecimalStatistics } from "./decimals.ts";
import { CHUNK_NAME_MAX_BYTES, CHUNK_TEXT_MAX_BYTES } from "./limits.ts";
import {
  readDecimalStatistics,
  readDoubleStatistics,
  type Statistics,
  writeDecimalStatistics,
  writeDoubleStatistics,
} from "./statistics.ts";

/**
 * What the header says about one column: a metric's values of one type. A metric that changed its type within the
 * chunk has a header for each of its types.
 */
export interface MetricHeader {
  name: string;
  type: MetricType;
  /** Readings that have a value in this column; at least 1. */
  count: number;
  /** By `<`; booleans count as 0 and 1. Absent for strings. */
  min?: number;
  max?: number;
  /**
   * `0 + first + ... + last`, added as doubles in the order of the readings, so it equals the sum of the raw
   * values taken that way to the bit. Booleans count as 0 and 1. Absent for strings.
   */
  sum?: number;
  /** The value of the first and the last reading (in the order of the chunk, which need not be that of time). */
  first: Value;
  last: Value;
  /** Of a thinned chunk only: the times of `first` and `last`, which there are the earliest and the latest, and its rows. */
  firstMs?: number;
  lastMs?: number;
  rows?: number;
  /** Where and how the values are stored; for the decoder. */
  column: ColumnLayout;
}

export interface ColumnLayout {
  /** From the beginning of the chunk. */
  offset: number;
  bytes: number;
  /** Some readings lack the metric. */
  sparse: boolean;
  /** All values are the first, bit by bit. */
  constant: boolean;
  /** For numbers that are short decimals. */
  decimal?: DecimalStatistics;
}

/** What the encoder knows of a column when it writes the header. */
export interface ColumnRecord {
  name: string;
  count: number;
  bytes: number;
  sparse: boolean;
  constant: boolean;
  content:
    | { kind: "decimal"; decimal: DecimalStatistics; statistics: Statistics }
    | { kind: "double"; statistics: Statistics }
    | { kind: "boolean"; first: boolean; last: boolean; sum: number }
    | { kind: "string"; first: string; last: string };
}

const KINDS = ["decimal", "double", "boolean", "string"] as const;
const KIND_BITS = 0b0000_0011;
const SPARSE_BIT = 0b0000_0100;
const CONSTANT_BIT = 0b0000_1000;
/** decimal: the first number is negative; boolean: the first value; string: the last is the first. */
const FIRST_BIT = 0b0001_0000;
/** boolean: the last value. */
const LAST_BIT = 0b0010_0000;
/** decimal: the exponent, or 7 when it has a byte of its own. */
const EXPONENT_SHIFT = 5;
const EXPONENT_ELSEWHERE = 7;

function isTrue(flags: number, bit: number): boolean {
  return (flags & bit) !== 0;
}

export function writeMetricHeader(sink: ByteSink, record: ColumnRecord): void {
  const { content, constant } = record;
  sink.text(record.name);
  sink.byte(
    KINDS.indexOf(content.kind) |
      (record.sparse ? SPARSE_BIT : 0) |
      (constant ? CONSTANT_BIT : 0) |
      contentFlags(content),
  );
  if (record.sparse) sink.varint(record.count);
  switch (content.kind) {
    case "decimal":
      if (content.decimal.exponent >= EXPONENT_ELSEWHERE) sink.byte(content.decimal.exponent);
      writeDecimalStatistics(sink, content.decimal, content.statistics, record.count, constant);
      break;
    case "double":
      writeDoubleStatistics(sink, content.statistics, constant);
      break;
    case "boolean":
      if (!constant) sink.varint(content.sum);
      break;
    case "string":
      sink.text(content.first);
      if (content.last !== content.first) sink.text(content.last);
      break;
  }
  if (record.sparse || !constant) sink.varint(record.bytes);
}

function contentFlags(content: ColumnRecord["content"]): number {
  switch (content.kind) {
    case "decimal":
      return (
        (content.decimal.first < 0 ? FIRST_BIT : 0) |
        (Math.min(content.decimal.exponent, EXPONENT_ELSEWHERE) << EXPONENT_SHIFT)
      );
    case "double":
      return 0;
    case "boolean":
      return (content.first ? FIRST_BIT : 0) | (content.last ? LAST_BIT : 0);
    case "string":
      return content.first === content.last ? FIRST_BIT : 0;
  }
}

/** Reads one metric's header. `offset` is where its column begins, `chunkCount` the readings of the chunk. */
export function readMetricHeader(source: ByteSource, offset: number, chunkCount: number): MetricHeader {
  const name = source.text(CHUNK_NAME_MAX_BYTES);
  const flags = source.byte();
  const sparse = isTrue(flags, SPARSE_BIT);
  const constant = isTrue(flags, CONSTANT_BIT);
  const count = sparse ? source.varint(chunkCount) : chunkCount;
  if (count === 0) throw new DamagedError(`metric ${name} has no readings`);
  if (count === 1 && !constant) throw new DamagedError(`metric ${name} has one reading, yet varies`);
  const column: ColumnLayout = { offset, bytes: 0, sparse, constant };
  const metric = readContent(source, flags, name, count, column);
  if (sparse || !constant) column.bytes = source.varint();
  return metric;
}

/** `column` gets the decimal statistics, where there are any. */
function readContent(
  source: ByteSource,
  flags: number,
  name: string,
  count: number,
  column: ColumnLayout,
): MetricHeader {
  const { constant } = column;
  const first = isTrue(flags, FIRST_BIT);
  switch (KINDS[flags & KIND_BITS]!) {
    case "decimal": {
      const inline = flags >>> EXPONENT_SHIFT;
      const exponent = inline === EXPONENT_ELSEWHERE ? source.byte() : inline;
      const { decimal, exact } = readDecimalStatistics(source, first ? -1 : 1, exponent, count, constant);
      column.decimal = decimal;
      return numberHeader(name, count, exact, column);
    }
    case "double":
      checkReserved(flags >>> 4);
      return numberHeader(name, count, readDoubleStatistics(source, constant), column);
    case "boolean": {
      checkReserved(flags >>> 6);
      const last = isTrue(flags, LAST_BIT);
      if (constant && first !== last) throw new DamagedError("a constant column ends with another value");
      const sum = constant ? (first ? count : 0) : source.varint(count);
      const min = sum === count ? 1 : 0;
      return { name, type: "boolean", count, min, max: sum === 0 ? 0 : 1, sum, first, last, column };
    }
    case "string": {
      checkReserved(flags >>> 5);
      const text = source.text(CHUNK_TEXT_MAX_BYTES);
      const last = first ? text : source.text(CHUNK_TEXT_MAX_BYTES);
      return { name, type: "string", count, first: text, last, column };
    }
  }
}

function numberHeader(
  name: string,
  count: number,
  { first, last, min, max, sum }: Statistics,
  column: ColumnLayout,
): MetricHeader {
  return { name, type: "number", count, min, max, sum, first, last, column };
}

function checkReserved(bits: number): void {
  if (bits !== 0) throw new DamagedError("a metric has unknown flags");
}
