import { type SqlBool, sql, type Transaction } from "kysely";
import { inGroups } from "../database/in-groups.ts";
import type { Tables } from "../database/tables.ts";
import type { NewestValue, SealedChunk } from "./sealed-chunk.ts";

/** A chunk and the device it is of, as the cloud knows it. */
export interface DeviceChunk {
  deviceId: string;
  chunk: SealedChunk;
  /** By how much its times are ahead of the true ones, as far as they are to be corrected; else 0. */
  skewMs: number;
  /** When its gateway had all of it, by the true time. Absent: it was heard when it was measured. */
  sealedMs?: number;
}

/** Rows in one statement: enough to make the round trip pay, few enough for every database's limit of parameters. */
const ROWS_PER_STATEMENT = 100;

/** Of a row of `device_conduct`: the device's clock is known to be behind. */
const IS_BEHIND = sql<SqlBool>`device_conduct.conduct like '%"clock":{"aheadMs":-%'`;

/** Stores chunks as they are, with what lists show of them: each metric's newest value, and when a device was heard. */
export async function storeChunks(
  trx: Transaction<Tables>,
  chunks: readonly DeviceChunk[],
  nowMs: number,
): Promise<void> {
  const newest = await trx
    .selectFrom("chunk")
    .select((eb) => eb.fn.max("id").as("id"))
    .executeTakeFirst();
  for (const rows of inGroups(chunks, ROWS_PER_STATEMENT)) {
    await trx
      .insertInto("chunk")
      .values(
        rows.map(({ deviceId, chunk, skewMs }) => ({
          device_id: deviceId,
          min_ms: chunk.header.minMs - skewMs,
          max_ms: chunk.header.maxMs - skewMs,
          readings: chunk.header.count,
          bytes: chunk.bytes,
          skew_ms: skewMs,
        })),
      )
      .execute();
  }
  // One transaction writes at a time, so what is newer than the newest is what was stored just now.
  await trx
    .insertInto("open_chunk")
    .columns(["device_id", "max_ms", "chunk_id", "min_ms"])
    .expression((eb) =>
      eb
        .selectFrom("chunk")
        .select(["device_id", "max_ms", "id", "min_ms"])
        .where("id", ">", newest?.id ?? 0),
    )
    .execute();
  await storeNewest(trx, chunks, nowMs);
  await noteHeard(trx, chunks, nowMs);
}

async function storeNewest(
  trx: Transaction<Tables>,
  chunks: readonly DeviceChunk[],
  nowMs: number,
): Promise<void> {
  // One statement must not name a row twice (PostgreSQL refuses that), so the newest is found here first.
  const newest = new Map<string, NewestValue & { deviceId: string }>();
  for (const { deviceId, chunk, skewMs } of chunks) {
    for (const value of chunk.newest) {
      const key = `${deviceId} ${value.metric}`;
      const known = newest.get(key);
      const atMs = value.atMs - skewMs;
      if (known === undefined || atMs >= known.atMs) newest.set(key, { deviceId, ...value, atMs });
    }
  }
  for (const rows of inGroups([...newest.values()], ROWS_PER_STATEMENT)) {
    await trx
      .insertInto("device_metric")
      .values(
        rows.map(({ deviceId, metric, value, atMs }) => ({
          device_id: deviceId,
          metric,
          value: JSON.stringify(value),
          // One reading from the year 9999 must not be the newest for ever.
          at_ms: Math.min(atMs, nowMs),
        })),
      )
      .onConflict((conflict) =>
        conflict
          .columns(["device_id", "metric"])
          .doUpdateSet((eb) => ({ value: eb.ref("excluded.value"), at_ms: eb.ref("excluded.at_ms") }))
          .where(({ or, eb, exists, selectFrom, ref }) =>
            or([
              eb("excluded.at_ms", ">=", ref("device_metric.at_ms")),
              // By a clock that is known to be behind, what is newest looks old.
              exists(
                selectFrom("device_conduct")
                  .select("device_conduct.device_id")
                  .whereRef("device_conduct.device_id", "=", "device_metric.device_id")
                  .where(IS_BEHIND),
              ),
            ]),
          ),
      )
      .execute();
  }
}

/** When each device was heard, and how many of its chunks wait for a digest. */
async function noteHeard(
  trx: Transaction<Tables>,
  chunks: readonly DeviceChunk[],
  nowMs: number,
): Promise<void> {
  const heard = new Map<string, { atMs: number; sealedMs: number; chunks: number }>();
  for (const { deviceId, chunk, skewMs, sealedMs } of chunks) {
    const device = heard.get(deviceId) ?? { atMs: 0, sealedMs: 0, chunks: 0 };
    const measuredMs = Math.min(chunk.header.maxMs - skewMs, nowMs);
    device.atMs = Math.max(device.atMs, measuredMs);
    device.sealedMs = Math.max(device.sealedMs, Math.min(sealedMs ?? measuredMs, nowMs));
    device.chunks += 1;
    heard.set(deviceId, device);
  }
  for (const rows of inGroups([...heard], ROWS_PER_STATEMENT)) {
    const values = rows.map(
      ([deviceId, { atMs, sealedMs, chunks: count }]) =>
        // The types, because PostgreSQL takes parameters for text here.
        sql`(${deviceId}, cast(${atMs} as bigint), cast(${sealedMs} as bigint), cast(${count} as integer))`,
    );
    // What a clock that is known to be behind dates long ago was heard all the same a minute before it was sealed at most.
    await sql`
      with heard (id, measured_ms, sealed_ms, chunks) as (values ${sql.join(values)}),
      seen (id, at_ms, chunks) as (
        select id, case when exists (select 1 from device_conduct where device_conduct.device_id = heard.id
          and ${IS_BEHIND}) then sealed_ms else measured_ms end, chunks from heard)
      update device set
        open_chunks = device.open_chunks + seen.chunks,
        last_seen_ms = case when device.last_seen_ms >= seen.at_ms then device.last_seen_ms else seen.at_ms end
      from seen where device.id = seen.id`.execute(trx);
  }
}
