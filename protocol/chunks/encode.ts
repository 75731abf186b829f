import { type Reading, TIME_MAX_MS } from "../telemetry/reading.ts";
import { writeBooleans } from "./booleans.ts";
import { ByteSink } from "./bytes.ts";
import {
  type BooleanColumn,
  type Column,
  type NumberColumn,
  type StringColumn,
  toColumns,
} from "./columns.ts";
import type { Compressor } from "./compressor.ts";
import { scaleDecimals } from "./decimals.ts";
import { type TimeSpan, writeHeader } from "./header.ts";
import { writeIntegers } from "./integers.ts";
import {
  CHUNK_CELLS_MAX,
  CHUNK_COLUMNS_MAX,
  CHUNK_NAME_MAX_BYTES,
  CHUNK_READINGS_MAX,
  CHUNK_TEXT_MAX_BYTES,
} from "./limits.ts";
import type { ColumnRecord } from "./metric-header.ts";
import { mayBeShorter, writeDoubles } from "./numbers.ts";
import { Scratch } from "./scratch.ts";
import { statisticsOf, statisticsOfDecimals } from "./statistics.ts";
import { writeStrings } from "./strings.ts";

/** What one chunk is made of. */
export interface ChunkContent {
  device: string;
  /** In the order to keep; at least one. */
  readings: readonly Reading[];
}

/**
 * Seals readings of one device into one chunk. Throws a `RangeError` when they are none, more than one chunk may
 * hold (limits.ts), or a time is not a whole number of ms from 1970 to 9999; a `TypeError` when a value is neither
 * number, boolean nor string.
 */
export function encodeChunk(
  { device, readings }: ChunkContent,
  compressor: Compressor,
): Uint8Array<ArrayBuffer> {
  const count = readings.length;
  if (count === 0 || count > CHUNK_READINGS_MAX) {
    throw new RangeError(`${count} readings; a chunk has 1 to ${CHUNK_READINGS_MAX}`);
  }
  checkText(device, CHUNK_NAME_MAX_BYTES);
  const columns = toColumns(readings);
  checkColumns(columns, count);
  const body = new ByteSink(64 + count * (2 + columns.length * 2));
  const span = writeTimes(body, readings, compressor);
  const timesBytes = body.length;
  let sharedRows: Uint32Array | undefined;
  const records: ColumnRecord[] = [];
  for (const column of columns) {
    const start = body.length;
    const sparse = column.count < count;
    if (sparse) {
      const rows = rowsOf(column);
      writePresence(body, rows, count, sharedRows);
      sharedRows = rows;
    }
    const { content, constant } = writeColumn(body, column, compressor);
    records.push({
      name: column.name,
      count: column.count,
      bytes: body.length - start,
      sparse,
      constant,
      content,
    });
  }
  const chunk = new ByteSink(body.length + 64 + device.length + columns.length * 64);
  writeHeader(chunk, { ...span, device, count, timesBytes, columns: records }, body.written());
  chunk.raw(body.written());
  return chunk.bytes.slice(0, chunk.length);
}

function checkColumns(columns: readonly Column[], count: number): void {
  if (columns.length > CHUNK_COLUMNS_MAX) {
    throw new RangeError(`${columns.length} columns; a chunk has at most ${CHUNK_COLUMNS_MAX}`);
  }
  if (columns.length * count > CHUNK_CELLS_MAX) {
    throw new RangeError(`${count} readings by ${columns.length} columns; at most ${CHUNK_CELLS_MAX}`);
  }
  for (const column of columns) {
    checkText(column.name, CHUNK_NAME_MAX_BYTES);
    if (column.type === "string") for (const text of column.values) checkText(text, CHUNK_TEXT_MAX_BYTES);
  }
}

function checkText(text: string, maxBytes: number): void {
  // UTF-8 takes at most three bytes for a UTF-16 unit, UTF-16 two.
  if (text.length * 3 > maxBytes) throw new RangeError(`a text of ${text.length} characters is too long`);
}

function writeTimes(body: ByteSink, readings: readonly Reading[], compressor: Compressor): TimeSpan {
  const count = readings.length;
  const times = new Float64Array(count);
  const firstMs = readings[0]!.atMs;
  let minMs = firstMs;
  let maxMs = firstMs;
  for (let index = 0; index < count; index += 1) {
    const atMs = readings[index]!.atMs;
    if (!(Number.isInteger(atMs) && atMs >= 0 && atMs <= TIME_MAX_MS)) {
      throw new RangeError(`${atMs} is not a time in ms since 1970`);
    }
    if (atMs < minMs) minMs = atMs;
    if (atMs > maxMs) maxMs = atMs;
    times[index] = atMs - firstMs;
  }
  const lastMs = readings[count - 1]!.atMs;
  if (minMs < maxMs) writeIntegers(body, times, count, compressor);
  return { firstMs, lastMs, minMs, maxMs };
}

/**
 * Which readings have a metric: a varint of twice the length, plus one when the first reading has it, then yes and
 * no for the others. Length 0 says: the same readings as the sparse column before.
 */
function writePresence(
  body: ByteSink,
  rows: Uint32Array,
  count: number,
  shared: Uint32Array | undefined,
): void {
  if (shared !== undefined && isSame(rows, shared)) {
    body.varint(0);
    return;
  }
  const present = new Uint8Array(count);
  for (const row of rows) present[row] = 1;
  const sink = new ByteSink();
  writeBooleans(sink, present, count);
  body.varint(sink.length * 2 + present[0]!);
  body.raw(sink.written());
}

function isSame(a: Uint32Array, b: Uint32Array): boolean {
  return a.length === b.length && a.every((row, index) => row === b[index]);
}

function rowsOf({ rows, count }: Column): Uint32Array {
  return rows === undefined ? Uint32Array.from({ length: count }, (_, row) => row) : rows.subarray(0, count);
}

type Written = Pick<ColumnRecord, "content" | "constant">;

function writeColumn(body: ByteSink, column: Column, compressor: Compressor): Written {
  switch (column.type) {
    case "number":
      return writeNumberColumn(body, column, compressor);
    case "boolean":
      return writeBooleanColumn(body, column);
    case "string":
      return writeStringColumn(body, column, compressor);
  }
}

const SCALED = new Scratch();

function writeNumberColumn(body: ByteSink, column: NumberColumn, compressor: Compressor): Written {
  const { values, count } = column;
  if (isConstant(values, count)) return constantNumber(column);
  const scaled = SCALED.take(count);
  const decimal = scaleDecimals(values, count, scaled);
  if (decimal === undefined) {
    writeDoubles(body, values, count, compressor);
    return { content: { kind: "double", statistics: statisticsOf(values, count) }, constant: false };
  }
  const statistics = statisticsOfDecimals(decimal);
  const start = body.length;
  writeIntegers(body, scaled, count, compressor);
  if (mayBeShorter(values, count, body.length - start)) {
    const doubles = new ByteSink();
    writeDoubles(doubles, values, count, compressor);
    if (doubles.length < body.length - start) {
      body.length = start;
      body.raw(doubles.written());
      return { content: { kind: "double", statistics }, constant: false };
    }
  }
  return { content: { kind: "decimal", decimal, statistics }, constant: false };
}

function constantNumber({ values, count }: NumberColumn): Written {
  const statistics = statisticsOf(values, count);
  const decimal = scaleDecimals(values, 1, new Float64Array(1));
  if (decimal === undefined) return { content: { kind: "double", statistics }, constant: true };
  return { content: { kind: "decimal", decimal, statistics }, constant: true };
}

function isConstant(values: Float64Array, count: number): boolean {
  const first = values[0]!;
  for (let index = 1; index < count; index += 1) if (!Object.is(values[index], first)) return false;
  return true;
}

function writeBooleanColumn(body: ByteSink, { values, count }: BooleanColumn): Written {
  let sum = 0;
  for (let index = 0; index < count; index += 1) sum += values[index]!;
  const constant = sum === 0 || sum === count;
  if (!constant) writeBooleans(body, values, count);
  const first = values[0] === 1;
  return { content: { kind: "boolean", first, last: values[count - 1] === 1, sum }, constant };
}

function writeStringColumn(body: ByteSink, { values }: StringColumn, compressor: Compressor): Written {
  const first = values[0]!;
  const constant = values.every((value) => value === first);
  if (!constant) writeStrings(body, values, compressor);
  return { content: { kind: "string", first, last: values.at(-1)! }, constant };
}
