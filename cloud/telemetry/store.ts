import { type Kysely, sql, type Transaction } from "kysely";
import { toTimestamp } from "../../protocol/api/list.ts";
import type { LatestValue } from "../../protocol/devices/device.ts";
import { unitOf } from "../../protocol/telemetry/metric-units.ts";
import type { Scope } from "../accounts/scope.ts";
import { inGroups } from "../database/in-groups.ts";
import type { Tables } from "../database/tables.ts";

/** Where a device's telemetry comes from; undefined when the scope has no such device. */
export async function findSource(
  db: Kysely<Tables>,
  scope: Scope,
  deviceId: string,
): Promise<{ gatewayId: string; key: string } | undefined> {
  return db
    .selectFrom("device")
    .select(["gateway_id as gatewayId", "key"])
    .where("id", "=", deviceId)
    .where("organization_id", "=", scope.organizationId)
    .where("deleted_ms", "is", null)
    .executeTakeFirst();
}

/** The newest value of each metric of a device, by name. */
export async function readLatest(db: Kysely<Tables>, deviceId: string): Promise<LatestValue[]> {
  const rows = await db
    .selectFrom("device_metric")
    .select(["metric", "value", "at_ms"])
    .where("device_id", "=", deviceId)
    .orderBy("metric")
    .execute();
  return rows.map(({ metric, value, at_ms }) => ({
    metric,
    unit: unitOf(metric),
    value: JSON.parse(value) as LatestValue["value"],
    at: toTimestamp(at_ms),
  }));
}

/** Where a device's readings of a span are. `open`: chunks that no digest has. */
export interface Whereabouts {
  digests: number[];
  /** Digests whose chunks are gone. */
  thinned: Set<number>;
  open: number[];
  /** Chunks of the span that were set aside, and how many readings went with them. */
  aside: { chunks: number; readings: number };
  /** Readings that the gateway dropped; some of them may have been outside the span. */
  droppedReadings: number;
}

/**
 * What has readings in the span, both ends included. One statement, so that a chunk that moves into a digest
 * meanwhile is seen in one place.
 */
export async function findWhereabouts(
  db: Kysely<Tables>,
  deviceId: string,
  fromMs: number,
  toMs: number,
): Promise<Whereabouts> {
  const rows = await db
    .selectFrom("chunk_digest")
    .select([sql<string>`'digest'`.as("kind"), "id", "thinned as number"])
    .where("device_id", "=", deviceId)
    .where("max_ms", ">=", fromMs)
    .where("min_ms", "<=", toMs)
    .unionAll((eb) =>
      eb
        .selectFrom("open_chunk")
        .select([sql<string>`'open'`.as("kind"), "chunk_id as id", sql<number>`0`.as("number")])
        .where("device_id", "=", deviceId)
        .where("max_ms", ">=", fromMs)
        .where("min_ms", "<=", toMs),
    )
    .unionAll((eb) =>
      eb
        .selectFrom("damaged_chunk")
        .select([sql<string>`'aside'`.as("kind"), "chunk_id as id", "readings as number"])
        .where("device_id", "=", deviceId)
        .where("set_aside", "=", 1)
        .where("max_ms", ">=", fromMs)
        .where("min_ms", "<=", toMs),
    )
    .unionAll((eb) =>
      eb
        .selectFrom("dropped_telemetry")
        .select([sql<string>`'dropped'`.as("kind"), "id", "readings as number"])
        .where("device_id", "=", deviceId)
        .where("max_ms", ">=", fromMs)
        .where("min_ms", "<=", toMs),
    )
    .execute();
  const found: Whereabouts = {
    digests: [],
    thinned: new Set(),
    open: [],
    aside: { chunks: 0, readings: 0 },
    droppedReadings: 0,
  };
  for (const { kind, id, number } of rows) {
    if (kind === "digest") {
      found.digests.push(id);
      if (number === 1) found.thinned.add(id);
    } else if (kind === "open") found.open.push(id);
    else if (kind === "dropped") found.droppedReadings += number;
    else {
      found.aside.chunks += 1;
      found.aside.readings += number;
    }
  }
  return found;
}

/** By how much a clock of the device's gateway was ever off at most. */
export async function greatestSkewMs(db: Kysely<Tables>, deviceId: string): Promise<number> {
  const row = await db
    .selectFrom("gateway_clock")
    .innerJoin("device", "device.gateway_id", "gateway_clock.gateway_id")
    .where("device.id", "=", deviceId)
    .select((eb) => [eb.fn.max("skew_ms").as("most"), eb.fn.min("skew_ms").as("least")])
    .executeTakeFirst();
  return Math.max(Math.abs(row?.most ?? 0), Math.abs(row?.least ?? 0));
}

/** Rows read at a time: a few MiB at most, and then others have their turn. */
const ROWS_PER_READ = 250;

export interface StoredChunk {
  id: number;
  bytes: Uint8Array;
  /** What is taken off its times to correct them. */
  skewMs: number;
}

/** Chunks, in pages. Those that are gone by now are left out. */
export function readChunks(db: Kysely<Tables>, ids: readonly number[]): AsyncGenerator<StoredChunk[]> {
  return inPages(ids, (some) =>
    db.selectFrom("chunk").select(["id", "bytes", "skew_ms as skewMs"]).where("id", "in", some).execute(),
  );
}

/** Digests, in the same manner. */
export function readDigests(
  db: Kysely<Tables>,
  ids: readonly number[],
): AsyncGenerator<{ id: number; bytes: Uint8Array }[]> {
  return inPages(ids, (some) =>
    db.selectFrom("chunk_digest").select(["id", "bytes"]).where("id", "in", some).execute(),
  );
}

async function* inPages<Row>(
  ids: readonly number[],
  read: (some: readonly number[]) => Promise<Row[]>,
): AsyncGenerator<Row[]> {
  for (const some of inGroups(ids, ROWS_PER_READ)) yield await read(some);
}

/** Notes that a chunk is damaged; one that is known already stays as it is, but may be set aside now. */
export async function noteDamaged(
  trx: Transaction<Tables>,
  chunkId: number,
  reason: string,
  setAside: boolean,
  nowMs: number,
): Promise<void> {
  const chunk = await trx
    .selectFrom("chunk")
    .select(["device_id", "min_ms", "max_ms", "readings"])
    .where("id", "=", chunkId)
    .executeTakeFirst();
  if (chunk === undefined) return;
  await trx
    .insertInto("damaged_chunk")
    .values({ chunk_id: chunkId, ...chunk, found_ms: nowMs, reason, set_aside: setAside ? 1 : 0 })
    .onConflict((conflict) =>
      setAside ? conflict.column("chunk_id").doUpdateSet({ set_aside: 1 }) : conflict.doNothing(),
    )
    .execute();
}
