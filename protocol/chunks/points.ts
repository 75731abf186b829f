import type { Value } from "../telemetry/reading.ts";
import { type ChunkReader, toValues } from "./decode.ts";
import type { ChunkHeader } from "./header.ts";
import type { MetricHeader } from "./metric-header.ts";

/** Points of one metric, in the order of the readings. Metrics of one answer may share their `times`. */
export interface Points<Values> {
  times: Float64Array;
  values: Values;
}

/** `times` are those of all readings. */
export function pointsOf(
  reader: ChunkReader,
  header: ChunkHeader,
  name: string,
  times: Float64Array,
): Points<Float64Array | Value[]> {
  const metrics = header.metrics.filter((metric) => metric.name === name);
  const [only] = metrics;
  if (only === undefined) return { times: new Float64Array(0), values: new Float64Array(0) };
  if (metrics.length > 1) return merge(metrics, reader, times);
  return { times: timesOf(times, reader.rows(only)), values: toValues(reader.values(only)) };
}

/** As {@link pointsOf}, with booleans as 0 and 1 and without texts. */
export function numbersOf(
  reader: ChunkReader,
  header: ChunkHeader,
  name: string,
  times: Float64Array,
): Points<Float64Array> {
  const metrics = header.metrics.filter((metric) => metric.name === name && metric.type !== "string");
  const [only] = metrics;
  if (only === undefined) return { times: new Float64Array(0), values: new Float64Array(0) };
  if (metrics.length > 1) {
    const merged = merge(metrics, reader, times);
    return { times: merged.times, values: Float64Array.from(merged.values, Number) };
  }
  const values = reader.values(only);
  return {
    times: timesOf(times, reader.rows(only)),
    values: values instanceof Float64Array ? values : Float64Array.from(values as Uint8Array),
  };
}

function timesOf(times: Float64Array, rows: Uint32Array | undefined): Float64Array {
  if (rows === undefined) return times;
  const some = new Float64Array(rows.length);
  for (let index = 0; index < rows.length; index += 1) some[index] = times[rows[index]!]!;
  return some;
}

/** The columns of one metric put together again, in the order of the readings. */
function merge(metrics: readonly MetricHeader[], reader: ChunkReader, times: Float64Array): Points<Value[]> {
  const byRow: (Value | undefined)[] = new Array(times.length).fill(undefined);
  for (const metric of metrics) {
    const rows = reader.rows(metric);
    const values = toValues(reader.values(metric));
    for (let index = 0; index < metric.count; index += 1) byRow[rows?.[index] ?? index] = values[index];
  }
  return {
    times: times.filter((_, row) => byRow[row] !== undefined),
    values: byRow.filter((value) => value !== undefined),
  };
}
