import { type Kysely, sql, type Transaction } from "kysely";
import { SECOND } from "../../../protocol/units.ts";
import type { Tables } from "../../database/tables.ts";
import { record, settleRuns } from "./ledger.ts";
import { ON_ITS_WAY_MS } from "./load.ts";
import { READY, WAITING } from "./queue.ts";
import { commonOf, readSpec } from "./spec.ts";

/** What people do with deliveries that are not, or no more, on their way. */

const AT_ONCE = 500;

/** Drops what waits of a cancelled notification; whether there may be more. What is in hand goes on. */
export async function dropQueued(trx: Transaction<Tables>, id: string, nowMs: number): Promise<boolean> {
  const rows = await trx
    .selectFrom("delivery")
    .select("id")
    .where("notification_id", "=", id)
    .where("queue", "in", [READY, WAITING])
    .limit(AT_ONCE)
    .execute();
  const done = await record(
    trx,
    rows.map((row) => ({ id: row.id, event: "drop", detail: "the notification was cancelled" })),
    nowMs,
  );
  await trx.deleteFrom("notification_fallback").where("notification_id", "=", id).execute();
  await settleRuns(
    trx,
    done.map(({ delivery }) => delivery),
    nowMs,
  );
  return rows.length === AT_ONCE;
}

const REPLAYABLE = ["failed", "expired", "dropped"];

/** Deliveries of a notification that can be sent again, after one. */
export async function replayable(
  db: Kysely<Tables>,
  organizationId: string,
  notificationId: string,
  after: string,
  limit: number,
): Promise<string[]> {
  const rows = await db
    .selectFrom("delivery")
    .select("id")
    .where("organization_id", "=", organizationId)
    .where("notification_id", "=", notificationId)
    .where("id", ">", after)
    .where("state", "in", REPLAYABLE)
    .orderBy("id")
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

/** Puts them back into their lanes, with as much time as they had. */
export async function replaySome(
  trx: Transaction<Tables>,
  organizationId: string,
  ids: readonly string[],
  nowMs: number,
): Promise<{ deliveries: { notification_id: string; slot_ms: number; name: string }[]; lanes: Set<string> }> {
  const rows = await trx
    .selectFrom("delivery")
    .innerJoin("notification", "notification.id", "delivery.notification_id")
    .select([
      "delivery.id",
      "delivery.notification_id",
      "delivery.slot_ms",
      "delivery.lane",
      "notification.name",
    ])
    .select("notification.spec")
    .where("delivery.organization_id", "=", organizationId)
    .where("delivery.id", "in", ids)
    .where("delivery.state", "in", REPLAYABLE)
    .where("notification.cancelled_ms", "is", null)
    .execute();
  const usefulMs = new Map<string, number>();
  for (const row of rows) {
    if (usefulMs.has(row.notification_id)) continue;
    const { timeToLiveSeconds } = commonOf(readSpec(row.spec));
    usefulMs.set(row.notification_id, Math.max(timeToLiveSeconds * SECOND, ON_ITS_WAY_MS));
  }
  await record(
    trx,
    rows.map(({ id, notification_id }) => ({
      ...({ id, event: "replay", detail: null, expiresMs: nowMs + usefulMs.get(notification_id)! } as const),
    })),
    nowMs,
  );
  // Their run goes on until they have ended.
  for (const { notification_id, slot_ms } of rows)
    await trx
      .updateTable("notification_run")
      .set({ ended_ms: sql<null>`null` })
      .where("notification_id", "=", notification_id)
      .where("slot_ms", "=", slot_ms)
      .where("ended_ms", "is not", null)
      .execute();
  return { deliveries: rows, lanes: new Set(rows.map(({ lane }) => lane)) };
}
