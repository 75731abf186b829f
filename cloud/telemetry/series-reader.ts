import type { Logger } from "@logtape/logtape";
import { type Compressor, readChunkHeader } from "../../protocol/chunks/chunk.ts";
import type { Clock } from "../../protocol/clock.ts";
import type { Refusal } from "../../protocol/errors.ts";
import type { ClockCorrection, SeriesPoint, SeriesQuality } from "../../protocol/telemetry/series.ts";
import { MIB } from "../../protocol/units.ts";
import type { CloudDatabase } from "../database/database.ts";
import { Buckets } from "./buckets.ts";
import { Corrections } from "./corrections.ts";
import { decodeDigest, type MetricDigest } from "./digest.ts";
import { addDigest, addHeader, readColumn, type Times } from "./series.ts";
import { SizedCache } from "./sized-cache.ts";
import {
  findWhereabouts,
  greatestSkewMs,
  noteDamaged,
  readChunks,
  readDigests,
  type StoredChunk,
  type Whereabouts,
} from "./store.ts";
import type { Column } from "./thinned-rows.ts";

/** What is kept decoded, for all charts together: a month of a reading a second of one metric takes some 50 MiB. */
export const CACHE_BYTES = 64 * MIB;

export interface SeriesReaderParts {
  db: CloudDatabase;
  clock: Clock;
  log: Logger;
  compressor: Compressor;
}

export interface SpanQuery {
  deviceId: string;
  metric: string;
  fromMs: number;
  toMs: number;
  points: number;
  /** Whose clock `fromMs`, `toMs` and the points are by. */
  clock: Times["clock"];
}

/** What an answer has to say besides its points. */
interface Remarks extends Times {
  missing: SeriesQuality;
  thinned: boolean;
}

/** A column as it is kept, with what its times are ahead by. */
interface KnownColumn {
  column: Column;
  skewMs: number;
}

/** What `read` comes to: the fields of a series. */
interface Span {
  points: SeriesPoint[];
  quality?: SeriesQuality;
  thinned?: true;
  corrected?: ClockCorrection[];
}

/**
 * Answers a span from digests where a whole chunk falls into one point, and from the columns of those that cross a
 * border. Chunks and digests never change, so what was decoded once is kept and good for ever.
 */
export class SeriesReader {
  readonly #parts: SeriesReaderParts;
  readonly #digests = new SizedCache<MetricDigest>(CACHE_BYTES / 4);
  readonly #columns = new SizedCache<KnownColumn>((CACHE_BYTES * 3) / 4);
  /** Damage that has been noted, so that a chart that is looked at all day does not write all day. */
  readonly #noted = new Set<number>();

  constructor(parts: SeriesReaderParts) {
    this.#parts = parts;
  }

  async read(query: SpanQuery): Promise<Span> {
    const { deviceId, fromMs, toMs, clock } = query;
    const { read } = this.#parts.db;
    const buckets = new Buckets(fromMs, toMs, query.points);
    // Rows are found by corrected times.
    const offMs = clock === "corrected" ? 0 : await greatestSkewMs(read, deviceId);
    const found = await findWhereabouts(read, deviceId, fromMs - offMs, toMs + offMs);
    const missing = {
      damagedChunks: found.aside.chunks,
      missingReadings: found.aside.readings,
      droppedReadings: found.droppedReadings,
    };
    const corrections = new Corrections();
    const remarks: Remarks = { missing, thinned: found.thinned.size > 0, clock, corrections };
    const crossing = await this.#addDigests(buckets, query, found, remarks);
    await this.#addOpen(buckets, query, found.open, remarks);
    await this.#addColumns(buckets, query, crossing, remarks);
    const corrected = clock === "corrected" ? corrections.within(fromMs, toMs) : [];
    return {
      points: buckets.points(),
      ...(missing.damagedChunks + missing.droppedReadings === 0 ? {} : { quality: missing }),
      ...(remarks.thinned ? { thinned: true } : {}),
      ...(corrected.length === 0 ? {} : { corrected }),
    };
  }

  /** Returns the chunks whose columns must be looked at. */
  async #addDigests(
    buckets: Buckets,
    { metric }: SpanQuery,
    { digests, thinned }: Whereabouts,
    remarks: Remarks,
  ): Promise<number[]> {
    const { db, compressor } = this.#parts;
    const crossing: number[] = [];
    const unknown: number[] = [];
    for (const id of digests) {
      const known = this.#digests.get(`${id} ${metric}`);
      if (known === undefined) unknown.push(id);
      else for (const chunk of addDigest(buckets, known, thinned.has(id), remarks)) crossing.push(chunk);
    }
    for await (const rows of readDigests(db.read, unknown)) {
      for (const { id, bytes } of rows) {
        const decoded = decodeDigest(bytes, metric, compressor);
        if (!decoded.ok) {
          remarks.missing.damagedChunks += 1;
          this.#parts.log.error("a digest is damaged", { digest: id, ...decoded.refusal });
          continue;
        }
        this.#digests.set(`${id} ${metric}`, decoded.value, decoded.value.ids.length * 64 + 600);
        for (const chunk of addDigest(buckets, decoded.value, thinned.has(id), remarks)) crossing.push(chunk);
      }
      await letOthersGo();
    }
    return crossing;
  }

  async #addOpen(
    buckets: Buckets,
    query: SpanQuery,
    ids: readonly number[],
    remarks: Remarks,
  ): Promise<void> {
    for await (const rows of readChunks(this.#parts.db.read, ids)) {
      for (const chunk of rows) {
        const header = readChunkHeader(chunk.bytes);
        if (!header.ok) {
          await this.#damaged(query, chunk.id, header.refusal, remarks);
          continue;
        }
        const { minMs, maxMs } = header.value;
        remarks.corrections.note(chunk.skewMs, minMs - chunk.skewMs, maxMs - chunk.skewMs);
        buckets.aheadMs = aheadOf(chunk, remarks);
        if (!addHeader(buckets, header.value, query.metric)) {
          await this.#addColumn(buckets, query, chunk, remarks);
        }
      }
      await letOthersGo();
    }
  }

  async #addColumns(
    buckets: Buckets,
    query: SpanQuery,
    ids: readonly number[],
    remarks: Remarks,
  ): Promise<void> {
    const unknown: number[] = [];
    for (const id of ids) {
      const known = this.#columns.get(`${id} ${query.metric}`);
      if (known === undefined) unknown.push(id);
      else add(known, buckets, remarks);
    }
    for await (const rows of readChunks(this.#parts.db.read, unknown)) {
      for (const chunk of rows) await this.#addColumn(buckets, query, chunk, remarks);
      await letOthersGo();
    }
  }

  async #addColumn(
    buckets: Buckets,
    query: SpanQuery,
    { id, bytes, skewMs }: StoredChunk,
    remarks: Remarks,
  ): Promise<void> {
    const key = `${id} ${query.metric}`;
    const known = this.#columns.get(key);
    if (known !== undefined) return add(known, buckets, remarks);
    const column = readColumn(bytes, query.metric, this.#parts.compressor);
    if (!column.ok) return this.#damaged(query, id, column.refusal, remarks);
    const decoded = { column: column.value, skewMs };
    this.#columns.set(key, decoded, column.value.sizeBytes);
    add(decoded, buckets, remarks);
  }

  async #damaged({ deviceId }: SpanQuery, id: number, refusal: Refusal, remarks: Remarks): Promise<void> {
    const { db, clock, log } = this.#parts;
    const row = await db.read.selectFrom("chunk").select("readings").where("id", "=", id).executeTakeFirst();
    remarks.missing.damagedChunks += 1;
    remarks.missing.missingReadings += row?.readings ?? 0;
    log.error("a stored chunk is damaged", { device: deviceId, chunk: id, ...refusal });
    if (this.#noted.has(id)) return;
    this.#noted.add(id);
    await db
      .write((trx) => noteDamaged(trx, id, refusal.detail, false, clock.nowMs()))
      .catch((error: unknown) => log.warn("damage could not be noted", { chunk: id, error }));
  }
}

function aheadOf({ skewMs }: { skewMs: number }, { clock }: Times): number {
  return clock === "corrected" ? skewMs : 0;
}

function add({ column, skewMs }: KnownColumn, buckets: Buckets, remarks: Remarks): void {
  buckets.aheadMs = aheadOf({ skewMs }, remarks);
  column.addTo(buckets);
  if (column.isThinned) remarks.thinned = true;
}

/** A long span must not keep the rest of the cloud waiting. */
function letOthersGo(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
