import type { Transaction } from "kysely";
import type { Compressor } from "../../protocol/chunks/chunk.ts";
import type { CloudDatabase } from "../database/database.ts";
import type { Tables } from "../database/tables.ts";
import { digestedChunks } from "../telemetry/telemetry.ts";

/** What one transaction takes: some ten milliseconds. */
const DIGESTS_PER_WRITE = 4;
const CHUNKS_PER_WRITE = 500;

/** Each of these does a bounded part and returns how many chunks or digests it took; 0 when nothing is left. */

/** Deletes the chunks of digests that lie wholly before; the digests stay. */
export async function thinDigests(
  db: CloudDatabase,
  compressor: Compressor,
  devices: readonly string[],
  beforeMs: number,
): Promise<number> {
  const digests = await db.read
    .selectFrom("chunk_digest")
    .select(["id", "bytes"])
    .where("device_id", "in", devices)
    .where("max_ms", "<", beforeMs)
    .where("thinned", "=", 0)
    .limit(DIGESTS_PER_WRITE)
    .execute();
  if (digests.length === 0) return 0;
  await db.write(async (trx) => {
    for (const { id, bytes } of digests) {
      const chunks = digestedChunks(bytes, compressor);
      // A damaged digest cannot say which chunks are its own: they stay.
      if (chunks.ok) await deleteChunks(trx, chunks.value);
      await trx.updateTable("chunk_digest").set({ thinned: 1 }).where("id", "=", id).execute();
    }
  });
  return digests.length;
}

/** Deletes digests that lie wholly before, with their chunks. */
export async function dropDigests(
  db: CloudDatabase,
  compressor: Compressor,
  devices: readonly string[],
  beforeMs: number,
): Promise<number> {
  const digests = await db.read
    .selectFrom("chunk_digest")
    .select(["id", "bytes", "thinned"])
    .where("device_id", "in", devices)
    .where("max_ms", "<", beforeMs)
    .limit(DIGESTS_PER_WRITE)
    .execute();
  if (digests.length === 0) return 0;
  await db.write(async (trx) => {
    for (const { id, bytes, thinned } of digests) {
      const chunks = digestedChunks(bytes, compressor);
      if (thinned === 0 && chunks.ok) await deleteChunks(trx, chunks.value);
      await trx.deleteFrom("chunk_digest").where("id", "=", id).execute();
    }
  });
  return digests.length;
}

/** Deletes chunks that no digest has, and those that were set aside, which lie wholly before. */
export async function dropOpenChunks(
  db: CloudDatabase,
  devices: readonly string[],
  beforeMs: number,
): Promise<number> {
  const open = await db.read
    .selectFrom("open_chunk")
    .select(["device_id", "chunk_id"])
    .where("device_id", "in", devices)
    .where("max_ms", "<", beforeMs)
    .limit(CHUNKS_PER_WRITE)
    .execute();
  const aside = await db.read
    .selectFrom("damaged_chunk")
    .select("chunk_id")
    .where("device_id", "in", devices)
    .where("set_aside", "=", 1)
    .where("max_ms", "<", beforeMs)
    .limit(CHUNKS_PER_WRITE)
    .execute();
  if (open.length + aside.length === 0) return 0;
  await db.write(async (trx) => {
    for (const [deviceId, rows] of Map.groupBy(open, (row) => row.device_id)) {
      // Counted by what is deleted here: a digest may have taken some meanwhile, and keeps them until it is dropped.
      const taken = await trx
        .deleteFrom("open_chunk")
        .where("device_id", "=", deviceId)
        .where(
          "chunk_id",
          "in",
          rows.map((row) => row.chunk_id),
        )
        .returning("chunk_id")
        .execute();
      await deleteChunks(
        trx,
        taken.map((row) => row.chunk_id),
      );
      await trx
        .updateTable("device")
        .set((eb) => ({ open_chunks: eb("open_chunks", "-", taken.length) }))
        .where("id", "=", deviceId)
        .execute();
    }
    await deleteChunks(
      trx,
      aside.map((row) => row.chunk_id),
    );
    await trx
      .deleteFrom("dropped_telemetry")
      .where("device_id", "in", devices)
      .where("max_ms", "<", beforeMs)
      .execute();
  });
  return open.length + aside.length;
}

async function deleteChunks(trx: Transaction<Tables>, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await trx.deleteFrom("chunk").where("id", "in", ids).execute();
  await trx.deleteFrom("damaged_chunk").where("chunk_id", "in", ids).execute();
}
