import type { Reading, Value } from "../telemetry/reading.ts";
import { readBooleans } from "./booleans.ts";
import { ByteSource } from "./bytes.ts";
import { crc32c } from "./checksum.ts";
import type { Compressor } from "./compressor.ts";
import { DamagedError } from "./damage.ts";
import type { ChunkHeader } from "./header.ts";
import { readIntegers } from "./integers.ts";
import type { MetricHeader } from "./metric-header.ts";
import { fromDecimals, readDoubles } from "./numbers.ts";
import { readStrings } from "./strings.ts";

/** Values of one column: numbers as they are, booleans as 0 and 1, texts as they are. */
type ColumnValues = Float64Array | Uint8Array | string[];

/** Reads the columns of one chunk whose header is known. Every method throws a `DamagedError` on damage. */
export class ChunkReader {
  readonly #bytes: Uint8Array;
  readonly #header: ChunkHeader;
  readonly #compressor: Compressor;

  constructor(bytes: Uint8Array, header: ChunkHeader, compressor: Compressor) {
    this.#bytes = bytes;
    this.#header = header;
    this.#compressor = compressor;
  }

  checkBody(): void {
    checkBody(this.#bytes, this.#header);
  }

  times(): Float64Array {
    const { count, firstMs, minMs, maxMs, body } = this.#header;
    const times = new Float64Array(count);
    const source = new ByteSource(this.#bytes, body.offset, body.offset + body.timesBytes);
    if (minMs < maxMs) readIntegers(source, times, count, this.#compressor);
    checkAllRead(source);
    for (let index = 0; index < count; index += 1) {
      const atMs = firstMs + times[index]!;
      if (!(atMs >= minMs && atMs <= maxMs)) throw new DamagedError("a time is not within the header's span");
      times[index] = atMs;
    }
    return times;
  }

  /** The indexes of the readings that have this metric; undefined when all have it. */
  rows(metric: MetricHeader): Uint32Array | undefined {
    if (!metric.column.sparse) return undefined;
    const before = this.#header.metrics.filter(
      (other) => other.column.sparse && other.column.offset <= metric.column.offset,
    );
    for (const owner of before.reverse()) {
      const source = this.#source(owner);
      const head = source.varint();
      if (head > 0) return this.#readRows(new ByteSource(source.raw(Math.floor(head / 2))), head % 2, metric);
    }
    throw new DamagedError("no column says which readings have a metric");
  }

  values(metric: MetricHeader): ColumnValues {
    const { count, column, first, last } = metric;
    const source = this.#source(metric);
    if (column.sparse) source.raw(Math.floor(source.varint() / 2));
    let values: ColumnValues;
    switch (metric.type) {
      case "number":
        values = this.#numbers(source, metric);
        break;
      case "boolean":
        values = new Uint8Array(count).fill(first === true ? 1 : 0);
        if (!column.constant) readBooleans(source, values, count);
        break;
      case "string":
        values = column.constant
          ? Array.from({ length: count }, () => String(first))
          : readStrings(source, count, String(first), String(last), this.#compressor);
        break;
    }
    checkAllRead(source);
    return values;
  }

  #numbers(source: ByteSource, { count, column, first }: MetricHeader): Float64Array {
    const values = new Float64Array(count);
    if (column.constant) return values.fill(Number(first));
    if (column.decimal === undefined) {
      readDoubles(source, values, count, Number(first), this.#compressor);
      return values;
    }
    readIntegers(source, values, count, this.#compressor);
    fromDecimals(values, count, column.decimal.first, column.decimal.exponent);
    return values;
  }

  #source({ column }: MetricHeader): ByteSource {
    return new ByteSource(this.#bytes, column.offset, column.offset + column.bytes);
  }

  #readRows(source: ByteSource, firstPresent: number, metric: MetricHeader): Uint32Array {
    const present = new Uint8Array(this.#header.count);
    present[0] = firstPresent;
    readBooleans(source, present, present.length);
    const rows = new Uint32Array(metric.count);
    let found = 0;
    for (let row = 0; row < present.length; row += 1) {
      if (present[row] === 0) continue;
      rows[found] = row;
      found += 1;
    }
    if (found !== metric.count)
      throw new DamagedError(`${found} readings of ${metric.name}, not ${metric.count}`);
    return rows;
  }
}

/** Whether the columns are those the header was written for, without decoding them. */
export function checkBody(chunk: Uint8Array, { body }: ChunkHeader): void {
  const { offset, bytes, checksum } = body;
  if (offset + bytes !== chunk.length) throw new DamagedError("the header is of another chunk");
  if (crc32c(chunk, offset) !== checksum) throw new DamagedError("the body's checksum is wrong");
}

function checkAllRead(source: ByteSource): void {
  if (source.left > 0) throw new DamagedError("a column is longer than its values");
}

/** The readings of the whole chunk, in the order in which they were given. */
export function toReadings(reader: ChunkReader, header: ChunkHeader): Reading[] {
  const readings: Reading[] = Array.from(reader.times(), (atMs) => ({ atMs, values: {} }));
  for (const metric of header.metrics) {
    const rows = reader.rows(metric);
    const values = toValues(reader.values(metric));
    for (let index = 0; index < metric.count; index += 1) {
      setValue(readings[rows?.[index] ?? index]!.values, metric.name, values[index]!);
    }
  }
  return readings;
}

/** Numbers stay in their array. */
export function toValues(values: ColumnValues): Float64Array | Value[] {
  if (!(values instanceof Uint8Array)) return values;
  // A loop, since Array.from takes ten times as long.
  const booleans: boolean[] = [];
  for (let index = 0; index < values.length; index += 1) booleans.push(values[index] === 1);
  return booleans;
}

function setValue(values: Record<string, Value>, name: string, value: Value): void {
  // Assigning to this name would set the object's prototype instead.
  if (name === "__proto__") {
    Object.defineProperty(values, name, { value, enumerable: true, configurable: true, writable: true });
  } else values[name] = value;
}
