import type { Reading, Value } from "../telemetry/reading.ts";
import type { Compressor } from "./compressor.ts";
import { DamagedError } from "./damage.ts";
import { ChunkReader } from "./decode.ts";
import { encodeChunk } from "./encode.ts";
import { type ChunkHeader, readHeader } from "./header.ts";
import { CHUNK_READINGS_MAX } from "./limits.ts";
import type { MetricHeader } from "./metric-header.ts";
import { pointsOf } from "./points.ts";

/** Readings of one metric and type within one span of time. */
export interface ThinRow {
  firstMs: number;
  lastMs: number;
  count: number;
  /** Booleans count as 0 and 1; all three are 0 for texts. */
  min: number;
  max: number;
  sum: number;
  /** The latest text. */
  text: string;
}

/**
 * Rows are a chunk of version 1 without a device, a reading a row at the time of the row's first reading: `count`,
 * `until` (ms to the row's last reading) and, by type, `min`, `max`, `sum`; `sum`, how many were true; `text`.
 */
export function encodeRows(
  { type }: Pick<MetricHeader, "type">,
  rows: readonly ThinRow[],
  compressor: Compressor,
): Uint8Array {
  const readings = rows.map(({ firstMs, lastMs, count, min, max, sum, text }): Reading => {
    const values: Record<string, Value> = { count, until: lastMs - firstMs };
    if (type === "number") Object.assign(values, { min, max, sum });
    else if (type === "boolean") values.sum = sum;
    else values.text = text;
    return { atMs: firstMs, values };
  });
  return encodeChunk({ device: "", readings }, compressor);
}

/** Reads the rows of one metric and type, and checks them against the header. */
export function readRows(
  bytes: Uint8Array,
  header: ChunkHeader,
  metric: MetricHeader,
  compressor: Compressor,
): ThinRow[] {
  const { offset, bytes: length } = metric.column;
  const inner = bytes.subarray(offset, offset + length);
  const innerHeader = readHeader(inner);
  if (innerHeader.spanMs !== undefined || innerHeader.count !== metric.rows) {
    throw new DamagedError(`metric ${metric.name} has other rows than the header says`);
  }
  const reader = new ChunkReader(inner, innerHeader, compressor);
  const times = reader.times();
  const column = (name: string): Float64Array | Value[] => {
    const { values } = pointsOf(reader, innerHeader, name, times);
    if (values.length !== times.length) throw new DamagedError(`rows of ${metric.name} lack their ${name}`);
    return values;
  };
  const numbers = (name: string): Float64Array => {
    const values = column(name);
    if (!(values instanceof Float64Array)) throw new DamagedError(`rows have a ${name} that is no number`);
    return values;
  };
  const isNumber = metric.type === "number";
  const counts = numbers("count");
  const untils = numbers("until");
  const sums = metric.type === "string" ? null : numbers("sum");
  const mins = isNumber ? numbers("min") : null;
  const maxs = isNumber ? numbers("max") : null;
  const texts = metric.type === "string" ? column("text") : null;
  const rows: ThinRow[] = [];
  for (let index = 0; index < times.length; index += 1) {
    const firstMs = times[index]!;
    const count = counts[index]!;
    const sum = sums?.[index] ?? 0;
    rows.push({
      firstMs,
      lastMs: firstMs + untils[index]!,
      count,
      min: mins?.[index] ?? (sums !== null && sum === count ? 1 : 0),
      max: maxs?.[index] ?? (sum > 0 ? 1 : 0),
      sum,
      text: String(texts?.[index] ?? ""),
    });
  }
  checkRows(rows, header, metric);
  return rows;
}

function checkRows(rows: readonly ThinRow[], { spanMs }: ChunkHeader, metric: MetricHeader): void {
  let before = -1;
  let readings = 0;
  for (const { firstMs, lastMs, count, min, max, sum } of rows) {
    const row = Math.floor(firstMs / spanMs!);
    const isSound =
      row > before &&
      Math.floor(lastMs / spanMs!) === row &&
      lastMs >= firstMs &&
      Number.isInteger(lastMs) &&
      Number.isInteger(count) &&
      count >= 1 &&
      min <= max &&
      Number.isFinite(min) &&
      Number.isFinite(max) &&
      Number.isFinite(sum) &&
      (metric.type !== "boolean" || (Number.isInteger(sum) && sum >= 0 && sum <= count));
    if (!isSound) throw new DamagedError(`rows of ${metric.name} contradict themselves`);
    before = row;
    readings += count;
  }
  const isWhole =
    rows[0]?.firstMs === metric.firstMs &&
    rows.at(-1)?.lastMs === metric.lastMs &&
    readings === metric.count &&
    rows.length <= CHUNK_READINGS_MAX;
  if (!isWhole) throw new DamagedError(`rows of ${metric.name} are not those of the header`);
}
