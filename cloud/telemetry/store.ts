import type { Kysely } from "kysely";
import { toTimestamp } from "../../protocol/api/list.ts";
import type { LatestValue } from "../../protocol/devices/device.ts";
import { unitOf } from "../../protocol/telemetry/metric-units.ts";
import type { Scope } from "../accounts/scope.ts";
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

/** Chunks read at a time: some MiB at most, and then others have their turn. */
const CHUNKS_PER_READ = 500;

export interface StoredChunk {
  id: number;
  min_ms: number;
  max_ms: number;
  bytes: Uint8Array;
}

/** All chunks of a device that have readings in the span, both ends included, in pages. */
export async function* readChunks(
  db: Kysely<Tables>,
  deviceId: string,
  fromMs: number,
  toMs: number,
): AsyncGenerator<StoredChunk[]> {
  let after: { max_ms: number; id: number } | null = null;
  for (;;) {
    let query = db
      .selectFrom("chunk")
      .select(["id", "min_ms", "max_ms", "bytes"])
      .where("device_id", "=", deviceId)
      .where("max_ms", ">=", fromMs)
      .where("min_ms", "<=", toMs)
      .orderBy("max_ms")
      .orderBy("id")
      .limit(CHUNKS_PER_READ);
    if (after !== null) {
      const { max_ms, id } = after;
      query = query
        .where("max_ms", ">=", max_ms)
        .where((eb) => eb.or([eb("max_ms", ">", max_ms), eb("id", ">", id)]));
    }
    const rows: StoredChunk[] = await query.execute();
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < CHUNKS_PER_READ) return;
    after = last;
  }
}
