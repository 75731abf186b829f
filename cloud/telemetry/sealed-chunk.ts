import {
  type ChunkHeader,
  type Compressor,
  checkChunk,
  decodeMetric,
  type MetricHeader,
} from "../../protocol/chunks/chunk.ts";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import { isDeviceKey } from "../../protocol/ids.ts";
import { METRIC_NAME_MAX_LENGTH, type Value } from "../../protocol/telemetry/reading.ts";

/** The newest value of a metric in a chunk. */
export interface NewestValue {
  metric: string;
  value: Value;
  atMs: number;
}

/** A chunk that arrived whole: its bytes as they were, and what is taken from it on the way in. */
export interface SealedChunk {
  bytes: Uint8Array;
  header: ChunkHeader;
  newest: NewestValue[];
}

/**
 * Checks a chunk from a gateway: both checksums, and that the names in it are such as we accept. Codes:
 * `chunk.invalid`.
 */
export function readSealedChunk(bytes: Uint8Array, compressor: Compressor): Result<SealedChunk> {
  const checked = checkChunk(bytes);
  if (!checked.ok) return checked;
  const header = checked.value;
  if (!isDeviceKey(header.device)) return refuse("chunk.invalid", "its device is not a device's key");
  const newest = newestValues(bytes, header, compressor);
  return newest.ok ? accept({ bytes, header, newest: newest.value }) : newest;
}

/** From the header alone where all readings have the metric and are in order of time; else from its column. */
function newestValues(bytes: Uint8Array, header: ChunkHeader, compressor: Compressor): Result<NewestValue[]> {
  if (header.spanMs !== undefined) return newestOfThinned(header);
  const ordered = header.lastMs === header.maxMs;
  const newest: NewestValue[] = [];
  const done = new Set<string>();
  for (const metric of header.metrics) {
    const { name } = metric;
    if (name.length > METRIC_NAME_MAX_LENGTH) return refuse("chunk.invalid", "a metric's name is too long");
    if (ordered && isDense(metric, header)) {
      if (hasJson(metric.last)) newest.push({ metric: name, value: metric.last, atMs: header.lastMs });
      continue;
    }
    if (done.has(name)) continue;
    done.add(name);
    const points = decodeMetric(bytes, header, name, compressor);
    if (!points.ok) return points;
    const { times, values } = points.value;
    let found: NewestValue | undefined;
    for (let index = 0; index < times.length; index += 1) {
      const value = values[index]!;
      const atMs = times[index]!;
      // Of several at the same time the last one counts.
      if (hasJson(value) && atMs >= (found?.atMs ?? 0)) found = { metric: name, value, atMs };
    }
    if (found !== undefined) newest.push(found);
  }
  return accept(newest);
}

/** The header of a thinned chunk says when each metric's last value was. */
function newestOfThinned(header: ChunkHeader): Result<NewestValue[]> {
  const newest = new Map<string, NewestValue>();
  for (const { name, last, lastMs = header.lastMs } of header.metrics) {
    if (name.length > METRIC_NAME_MAX_LENGTH) return refuse("chunk.invalid", "a metric's name is too long");
    if (lastMs >= (newest.get(name)?.atMs ?? 0))
      newest.set(name, { metric: name, value: last, atMs: lastMs });
  }
  return accept([...newest.values()]);
}

/** Every reading of the chunk has a value in this column. */
export function isDense(metric: MetricHeader, header: ChunkHeader): boolean {
  return metric.count === header.count;
}

/** JSON has no word for the others. */
function hasJson(value: Value): boolean {
  return typeof value !== "number" || Number.isFinite(value);
}
