import { accept, type Result, refuse } from "../errors.ts";
import type { Value } from "../telemetry/reading.ts";
import { ByteSink } from "./bytes.ts";
import { crc32c } from "./checksum.ts";
import type { MetricType } from "./columns.ts";
import type { Compressor } from "./compressor.ts";
import { DamagedError } from "./damage.ts";
import { ChunkReader, checkBody } from "./decode.ts";
import { type ChunkHeader, readHeader, writeFramed } from "./header.ts";
import { CHUNK_CELLS_MAX, CHUNK_COLUMNS_MAX } from "./limits.ts";
import { pointsOf } from "./points.ts";
import { ROW_CELLS, SPAN_MAX_MS, THINNED_VERSION, type ThinnedMetric, thinnedFields } from "./thin-header.ts";
import { encodeRows, readRows, type ThinRow } from "./thin-rows.ts";
import { ThinSum } from "./thin-sum.ts";

/** The spans that chunks are thinned to, one after the other: a minute, ten, an hour, a day. Each divides the next. */
export const THIN_SPANS_MS: readonly number[] = [60_000, 600_000, 3_600_000, 86_400_000];

/**
 * Makes one thinned chunk of chunks of one device, raw or thinned, given in the order of the log: a row for each metric
 * and span of time (UTC), with count, min, max, sum, first and last time. Numbers that are not finite, which no device
 * can send, are left out of the rows. Codes: `chunk.invalid` (one is damaged, is of another device, or has rows whose
 * span does not divide this one). Throws a RangeError when the result is more than a chunk may hold.
 */
export function thinChunks(
  chunks: readonly Uint8Array[],
  spanMs: number,
  compressor: Compressor,
): Result<Uint8Array<ArrayBuffer>> {
  if (chunks.length === 0 || !Number.isInteger(spanMs) || spanMs < 1 || spanMs > SPAN_MAX_MS) {
    throw new RangeError(`${chunks.length} chunks to rows of ${spanMs} ms`);
  }
  try {
    const thinning = new Thinning(spanMs, compressor);
    for (const bytes of chunks) thinning.add(bytes);
    return accept(thinning.encode());
  } catch (error) {
    if (error instanceof DamagedError) return refuse("chunk.invalid", error.message);
    throw error;
  }
}

interface OpenRow extends Omit<ThinRow, "sum"> {
  sum: ThinSum;
}

/** A metric, of one type, as it is gathered. */
class Gathered {
  readonly rows = new Map<number, OpenRow>();
  readonly name: string;
  readonly type: MetricType;
  count = 0;
  firstMs = Number.POSITIVE_INFINITY;
  lastMs = Number.NEGATIVE_INFINITY;
  first: Value = 0;
  last: Value = 0;
  #row: OpenRow | undefined;
  #rowIndex = -1;

  constructor(name: string, type: MetricType) {
    this.name = name;
    this.type = type;
  }

  /** Of several at the earliest time the first counts, of several at the latest the last. */
  addEnds(firstMs: number, first: Value, lastMs: number, last: Value): void {
    if (firstMs < this.firstMs) [this.firstMs, this.first] = [firstMs, first];
    if (lastMs >= this.lastMs) [this.lastMs, this.last] = [lastMs, last];
  }

  addRow(index: number, part: ThinRow): void {
    this.count += part.count;
    const row = index === this.#rowIndex ? this.#row : this.rows.get(index);
    if (row === undefined) {
      const sum = new ThinSum();
      sum.add(part.sum);
      this.#row = { ...part, sum };
      this.rows.set(index, this.#row);
    } else {
      if (part.lastMs >= row.lastMs) row.text = part.text;
      row.firstMs = Math.min(row.firstMs, part.firstMs);
      row.lastMs = Math.max(row.lastMs, part.lastMs);
      row.count += part.count;
      if (part.min < row.min) row.min = part.min;
      if (part.max > row.max) row.max = part.max;
      row.sum.add(part.sum);
      this.#row = row;
    }
    this.#rowIndex = index;
  }
}

class Thinning {
  readonly #spanMs: number;
  readonly #compressor: Compressor;
  readonly #metrics = new Map<string, Gathered>();
  #device: string | null = null;
  #count = 0;
  #minMs = Number.POSITIVE_INFINITY;
  #maxMs = Number.NEGATIVE_INFINITY;

  constructor(spanMs: number, compressor: Compressor) {
    this.#spanMs = spanMs;
    this.#compressor = compressor;
  }

  add(bytes: Uint8Array): void {
    const header = readHeader(bytes);
    checkBody(bytes, header);
    this.#device ??= header.device;
    if (header.device !== this.#device) throw new DamagedError("chunks of several devices");
    this.#count += header.count;
    this.#minMs = Math.min(this.#minMs, header.minMs);
    this.#maxMs = Math.max(this.#maxMs, header.maxMs);
    if (header.spanMs === undefined) this.#addRaw(bytes, header);
    else this.#addThinned(bytes, header, header.spanMs);
  }

  encode(): Uint8Array<ArrayBuffer> {
    const body = new ByteSink();
    const metrics: ThinnedMetric[] = [];
    let cells = 0;
    for (const gathered of this.#metrics.values()) {
      const { name, type, count, firstMs, lastMs, first, last } = gathered;
      const rows = [...gathered.rows]
        .sort(([a], [b]) => a - b)
        .map(([, row]): ThinRow => ({ ...row, sum: row.sum.value }));
      cells += rows.length * ROW_CELLS;
      if (cells > CHUNK_CELLS_MAX || metrics.length === CHUNK_COLUMNS_MAX) {
        throw new RangeError("more rows than a chunk may hold");
      }
      const bytes = encodeRows(gathered, rows, this.#compressor);
      body.raw(bytes);
      const statistics = type === "string" ? {} : totalOf(rows);
      const ends = { first, last, firstMs, lastMs };
      metrics.push({ name, type, count, ...statistics, ...ends, rows: rows.length, bytes: bytes.length });
    }
    const record = {
      device: this.#device ?? "",
      count: this.#count,
      spanMs: this.#spanMs,
      minMs: this.#minMs,
      maxMs: this.#maxMs,
      metrics,
    };
    const chunk = new ByteSink(body.length + 1_024);
    writeFramed(chunk, THINNED_VERSION, thinnedFields(record, crc32c(body.written())));
    chunk.raw(body.written());
    return chunk.bytes.slice(0, chunk.length);
  }

  #addRaw(bytes: Uint8Array, header: ChunkHeader): void {
    const reader = new ChunkReader(bytes, header, this.#compressor);
    const times = reader.times();
    for (const name of new Set(header.metrics.map((metric) => metric.name))) {
      const points = pointsOf(reader, header, name, times);
      for (let index = 0; index < points.times.length; index += 1) {
        this.#addValue(name, points.times[index]!, points.values[index]!);
      }
    }
  }

  #addValue(name: string, atMs: number, value: Value): void {
    const text = typeof value === "string" ? value : "";
    const number = typeof value === "string" ? 0 : Number(value);
    if (!Number.isFinite(number)) return;
    const gathered = this.#metric(name, typeof value as MetricType);
    gathered.addEnds(atMs, value, atMs, value);
    const one = { firstMs: atMs, lastMs: atMs, count: 1, min: number, max: number, sum: number, text };
    gathered.addRow(Math.floor(atMs / this.#spanMs), one);
  }

  #addThinned(bytes: Uint8Array, header: ChunkHeader, spanMs: number): void {
    if (this.#spanMs % spanMs !== 0)
      throw new DamagedError(`rows of ${spanMs} ms make none of ${this.#spanMs}`);
    for (const metric of header.metrics) {
      const gathered = this.#metric(metric.name, metric.type);
      gathered.addEnds(metric.firstMs!, metric.first, metric.lastMs!, metric.last);
      for (const row of readRows(bytes, header, metric, this.#compressor)) {
        gathered.addRow(Math.floor(row.firstMs / this.#spanMs), row);
      }
    }
  }

  #metric(name: string, type: MetricType): Gathered {
    const key = `${type} ${name}`;
    let gathered = this.#metrics.get(key);
    if (gathered === undefined) {
      gathered = new Gathered(name, type);
      this.#metrics.set(key, gathered);
    }
    return gathered;
  }
}

function totalOf(rows: readonly ThinRow[]): { min: number; max: number; sum: number } {
  const sum = new ThinSum();
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    sum.add(row.sum);
    if (row.min < min) min = row.min;
    if (row.max > max) max = row.max;
  }
  return { min, max, sum: sum.value };
}
