import { type Kysely, sql, type Transaction } from "kysely";
import { MINUTE } from "../../../protocol/units.ts";
import type { Tables } from "../../database/tables.ts";
import { IN_HAND, READY, WAITING } from "./queue.ts";
import type { DeliveryRow } from "./spec.ts";
import { takeInHand } from "./statements.ts";

/** Who has a delivery in hand, so that nobody else takes it up. */

/** Longer than any platform is waited for, and what was taken up with it. Then somebody died with it in hand. */
export const IN_HAND_MS = 3 * MINUTE;

/** As literals, so that the partial indexes are seen to fit. */
const ready = sql<number>`${sql.lit(READY)}`;

/** Takes up the next deliveries of a lane. They come back to the line by themselves, should nothing be heard of them. */
export async function claim(
  trx: Transaction<Tables>,
  lane: string,
  limit: number,
  nowMs: number,
): Promise<DeliveryRow[]> {
  const rows = await nextOf(trx, lane, limit);
  await takeInHand(trx, rows, nowMs + IN_HAND_MS);
  return rows;
}

/** The next deliveries of a lane, the most urgent first, and among equals in turn. */
export function nextOf(db: Kysely<Tables>, lane: string, limit: number): Promise<DeliveryRow[]> {
  return db
    .selectFrom("delivery")
    .selectAll()
    .where("queue", "=", ready)
    .where("lane", "=", lane)
    .orderBy("urgency")
    .orderBy("turn")
    .orderBy("id")
    .limit(limit)
    .execute();
}

/** Puts back what was taken up and not handed over. */
export async function release(trx: Transaction<Tables>, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await trx
    .updateTable("delivery")
    .set({ queue: READY })
    .where("id", "in", ids)
    .where("queue", "=", IN_HAND)
    .execute();
}

/** All that was in hand when the only process there was died. */
export async function releaseAll(trx: Transaction<Tables>): Promise<void> {
  await trx.updateTable("delivery").set({ queue: READY }).where("queue", "=", sql.lit(IN_HAND)).execute();
}

/** Those whose time to wait is over are ready, some at a time. Gives their lanes. */
export async function wake(trx: Transaction<Tables>, nowMs: number, limit: number): Promise<string[]> {
  const due = await trx
    .selectFrom("delivery")
    .select(["id", "lane"])
    .where("queue", ">", sql.lit(READY))
    .where("due_ms", "<=", nowMs)
    .orderBy("due_ms")
    .limit(limit)
    .execute();
  if (due.length > 0)
    await trx
      .updateTable("delivery")
      .set({ queue: READY })
      .where(
        "id",
        "in",
        due.map(({ id }) => id),
      )
      .execute();
  return due.map(({ lane }) => lane);
}

/** When the next one that waits is due; null when none does. */
export async function nextDue(db: Kysely<Tables>): Promise<number | null> {
  const row = await db
    .selectFrom("delivery")
    .select("due_ms")
    .where("queue", ">", sql.lit(READY))
    .orderBy("due_ms")
    .limit(1)
    .executeTakeFirst();
  return row?.due_ms ?? null;
}

/** In no hand, and of no use any more. */
export async function overdue(db: Kysely<Tables>, nowMs: number, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom("delivery")
    .select("id")
    .where("queue", "in", [sql.lit(READY), sql.lit(WAITING)])
    .where("expires_ms", "<=", nowMs)
    .orderBy("expires_ms")
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

/** Lanes in which something is ready, found by skipping from one to the next. */
export async function readyLanes(db: Kysely<Tables>): Promise<string[]> {
  const lanes: string[] = [];
  for (let after = ""; ; ) {
    const row = await db
      .selectFrom("delivery")
      .select("lane")
      .where("queue", "=", ready)
      .where("lane", ">", after)
      .orderBy("lane")
      .limit(1)
      .executeTakeFirst();
    if (row === undefined) return lanes;
    lanes.push(row.lane);
    after = row.lane;
  }
}

/** The turn of who is next, so that a newcomer neither overtakes nor waits for all of a long line. */
export async function turnNow(db: Kysely<Tables>, lane: string, urgency: number): Promise<number> {
  const row = await db
    .selectFrom("delivery")
    .select("turn")
    .where("queue", "=", ready)
    .where("lane", "=", lane)
    .where("urgency", "=", urgency)
    .orderBy("turn")
    .limit(1)
    .executeTakeFirst();
  return row?.turn ?? 0;
}
