import type { Logger } from "@logtape/logtape";
import { type Compressor, readChunkHeader } from "../../protocol/chunks/chunk.ts";
import type { Clock } from "../../protocol/clock.ts";
import { SECOND } from "../../protocol/units.ts";
import { BackgroundTurns } from "../clock/background-turns.ts";
import type { CloudDatabase } from "../database/database.ts";
import { DIGEST_CHUNKS, type DigestedChunk, encodeDigest } from "./digest.ts";
import { noteDamaged } from "./store.ts";

export interface DigestsParts {
  db: CloudDatabase;
  clock: Clock;
  log: Logger;
  compressor: Compressor;
}

/** How often it is looked whether a device has chunks enough. */
const PERIOD_MS = 10 * SECOND;
/** Devices looked up at a time. */
const DEVICES_PER_LOOK = 100;

/**
 * Makes digests in the background, of each device's oldest chunks that have none, as soon as there are enough. Reads
 * headers, and the columns of metrics that some readings lack; writes one small transaction a digest, so that what gateways bring waits for a few milliseconds at most.
 */
export class Digests {
  readonly #parts: DigestsParts;
  readonly #turns: BackgroundTurns;

  constructor(parts: DigestsParts) {
    this.#parts = parts;
    const { clock, log } = parts;
    this.#turns = new BackgroundTurns({
      ...{ clock, log, firstAfterMs: PERIOD_MS, everyMs: PERIOD_MS },
      failed: "digests could not be made",
      turn: (mayGoOn) => this.catchUp(mayGoOn),
    });
  }

  start(): void {
    this.#turns.start();
  }

  /** Resolves when the digest under way is written. */
  stop(): Promise<void> {
    return this.#turns.stop();
  }

  /** Makes every digest that is due. */
  async catchUp(mayGoOn: () => boolean = () => true): Promise<void> {
    for (;;) {
      const due = await this.#parts.db.read
        .selectFrom("device")
        .select("id")
        // As a literal: only then does the index of the few that are due apply.
        .where((eb) => eb("open_chunks", ">=", eb.lit(DIGEST_CHUNKS)))
        .limit(DEVICES_PER_LOOK)
        .execute();
      if (due.length === 0) return;
      for (const { id } of due) {
        if (!mayGoOn()) return;
        await this.#digest(id);
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  }

  async #digest(deviceId: string): Promise<void> {
    const { db, clock, log, compressor } = this.#parts;
    const rows = await db.read
      .selectFrom("open_chunk")
      .innerJoin("chunk", "chunk.id", "open_chunk.chunk_id")
      .select(["chunk.id", "chunk.bytes", "chunk.skew_ms as skewMs"])
      .where("open_chunk.device_id", "=", deviceId)
      .orderBy("open_chunk.max_ms")
      .orderBy("open_chunk.chunk_id")
      .limit(DIGEST_CHUNKS)
      .execute();
    if (rows.length < DIGEST_CHUNKS) {
      // The count was wrong; put right, or this device would be looked at for ever.
      await db.write((trx) =>
        trx.updateTable("device").set({ open_chunks: rows.length }).where("id", "=", deviceId).execute(),
      );
      return;
    }
    const chunks: DigestedChunk[] = [];
    const damaged: { id: number; reason: string }[] = [];
    for (const { id, bytes, skewMs } of rows) {
      const header = readChunkHeader(bytes);
      if (header.ok) chunks.push({ id, header: header.value, bytes, skewMs });
      else damaged.push({ id, reason: header.refusal.detail });
    }
    const digest = chunks.length === 0 ? null : encodeDigest(chunks, compressor);
    await db.write(async (trx) => {
      if (digest !== null) {
        await trx
          .insertInto("chunk_digest")
          .values({
            device_id: deviceId,
            min_ms: Math.min(...chunks.map(({ header, skewMs }) => header.minMs - skewMs)),
            max_ms: Math.max(...chunks.map(({ header, skewMs }) => header.maxMs - skewMs)),
            bytes: digest,
          })
          .execute();
      }
      for (const { id, reason } of damaged) await noteDamaged(trx, id, reason, true, clock.nowMs());
      const ids = rows.map((row) => row.id);
      await trx
        .deleteFrom("open_chunk")
        .where("device_id", "=", deviceId)
        .where("chunk_id", "in", ids)
        .execute();
      await trx
        .updateTable("device")
        .set((eb) => ({ open_chunks: eb("open_chunks", "-", ids.length) }))
        .where("id", "=", deviceId)
        .execute();
    });
    for (const { id, reason } of damaged) {
      log.error("a stored chunk is damaged", { device: deviceId, chunk: id, detail: reason });
    }
  }
}
