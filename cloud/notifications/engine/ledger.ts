import type { Transaction } from "kysely";
import { type DeliveryEvent, type DeliveryState, next } from "../../../protocol/notifications/delivery.ts";
import type { CountedEvent } from "../../../protocol/notifications/statistics.ts";
import type { Tables } from "../../database/tables.ts";
import type { DeliveryRow } from "./spec.ts";
import { Tally } from "./tally.ts";

/**
 * The one place where deliveries change their state: by the rules of `protocol/notifications/delivery.ts`, each with a line
 * in its history, and all counts moved along in the same transaction.
 */

/** `delivery.queue`. */
export const NOWHERE = 0;
export const READY = 1;
export const WAITING = 2;
export const IN_HAND = 3;

export interface Change {
  id: string;
  event: DeliveryEvent;
  /** The reason, or what the platform calls it. */
  detail: string | null;
  /** Of what stays queued: when it is tried again. */
  dueMs?: number;
  /** Of a replay: until when it is of use. */
  expiresMs?: number;
}

/** What a change did: the state it came to. */
export interface Changed {
  delivery: LedgerRow;
  event: DeliveryEvent;
  state: DeliveryState;
}

export type LedgerRow = Pick<
  DeliveryRow,
  | "id"
  | "organization_id"
  | "notification_id"
  | "slot_ms"
  | "channel"
  | "state"
  | "attempts"
  | "recipient_kind"
  | "recipient_id"
>;

const AT_ONCE = 500;
const ROWS_PER_STATEMENT = 100;

/** The events that count as an attempt to hand it over. */
const ATTEMPTS: readonly DeliveryEvent[] = ["sent", "retry", "fail"];
const COUNTED: Record<DeliveryEvent, CountedEvent> = {
  retry: "retried",
  sent: "sent",
  delivered: "delivered",
  opened: "opened",
  fail: "failed",
  expire: "expired",
  drop: "dropped",
  replay: "queued",
};

/** Makes the changes; those that mean nothing to a delivery as it is now are left out. Gives what was done. */
export async function record(
  trx: Transaction<Tables>,
  changes: readonly Change[],
  nowMs: number,
): Promise<Changed[]> {
  const done: Changed[] = [];
  for (let from = 0; from < changes.length; from += AT_ONCE)
    done.push(...(await recordSome(trx, changes.slice(from, from + AT_ONCE), nowMs)));
  return done;
}

async function recordSome(
  trx: Transaction<Tables>,
  changes: readonly Change[],
  nowMs: number,
): Promise<Changed[]> {
  const rows = await trx
    .selectFrom("delivery")
    .select([
      ...(["id", "organization_id", "notification_id", "slot_ms", "channel", "state", "attempts"] as const),
      ...(["recipient_kind", "recipient_id"] as const),
    ])
    .where(
      "id",
      "in",
      changes.map(({ id }) => id),
    )
    .execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  const tally = new Tally(nowMs);
  const done: (Changed & { change: Change })[] = [];
  for (const change of changes) {
    const delivery = byId.get(change.id);
    if (delivery === undefined) continue;
    const after = next(delivery.state as DeliveryState, change.event);
    if (!after.ok) continue;
    const state = after.value;
    done.push({ delivery: { ...delivery }, event: change.event, state, change });
    tally.moved(delivery, state);
    tally.happened(delivery, COUNTED[change.event], change.detail);
    delivery.state = state;
  }
  await update(trx, done, nowMs);
  await addEvents(
    trx,
    done.map(({ delivery, event, state, change }) => ({
      ...{ delivery_id: delivery.id, organization_id: delivery.organization_id, at_ms: nowMs },
      ...{ event, state, detail: change.detail },
    })),
  );
  await tally.write(trx);
  return done;
}

/** Those that come to the same are written by one statement. */
async function update(
  trx: Transaction<Tables>,
  done: readonly (Changed & { change: Change })[],
  nowMs: number,
): Promise<void> {
  const alike = Map.groupBy(done, ({ event, state, change: { detail, dueMs, expiresMs } }) =>
    JSON.stringify([event, state, event === "sent" ? null : detail, dueMs ?? null, expiresMs ?? null]),
  );
  for (const some of alike.values()) {
    const [{ event, state, change }] = some as [Changed & { change: Change }];
    const isQueued = state === "queued";
    await trx
      .updateTable("delivery")
      .set((eb) => ({
        state,
        queue: !isQueued ? NOWHERE : (change.dueMs ?? nowMs) > nowMs ? WAITING : READY,
        due_ms: change.dueMs ?? nowMs,
        reason:
          event === "sent" || event === "replay" || event === "delivered" || event === "opened"
            ? null
            : change.detail,
        ...(ATTEMPTS.includes(event) ? { attempts: eb("attempts", "+", 1) } : {}),
        ...(event === "replay" ? { attempts: 0 } : {}),
        ...(event === "sent" ? { sent_ms: nowMs } : {}),
        ...(event === "delivered" ? { delivered_ms: nowMs } : {}),
        ...(event === "opened"
          ? { opened_ms: nowMs, delivered_ms: eb.fn.coalesce("delivered_ms", eb.val(nowMs)) }
          : {}),
        ...(change.expiresMs === undefined ? {} : { expires_ms: change.expiresMs }),
      }))
      .where(
        "id",
        "in",
        some.map(({ delivery }) => delivery.id),
      )
      .execute();
  }
}

export interface EventRow {
  delivery_id: string;
  organization_id: string;
  at_ms: number;
  event: string;
  state: string;
  detail: string | null;
}

async function addEvents(trx: Transaction<Tables>, rows: readonly EventRow[]): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS_PER_STATEMENT)
    await trx
      .insertInto("delivery_event")
      .values(rows.slice(from, from + ROWS_PER_STATEMENT))
      .execute();
}

/** New deliveries, as they begin: queued, or dropped with the reason. Gives those that were new. */
export async function insertDeliveries(
  trx: Transaction<Tables>,
  rows: readonly DeliveryRow[],
  nowMs: number,
): Promise<string[]> {
  const tally = new Tally(nowMs);
  const made = new Set<string>();
  for (let from = 0; from < rows.length; from += ROWS_PER_STATEMENT) {
    const some = await trx
      .insertInto("delivery")
      .values(rows.slice(from, from + ROWS_PER_STATEMENT))
      .onConflict((conflict) => conflict.doNothing())
      .returning("id")
      .execute();
    for (const { id } of some) made.add(id);
  }
  const dropped: EventRow[] = [];
  for (const row of rows) {
    if (!made.has(row.id)) continue;
    tally.moved(null, row.state as DeliveryState, row);
    tally.happened(row, "queued", null);
    if (row.state !== "dropped") continue;
    tally.happened(row, "dropped", row.reason);
    dropped.push({
      ...{ delivery_id: row.id, organization_id: row.organization_id, at_ms: nowMs },
      ...{ event: "drop", state: "dropped", detail: row.reason },
    });
  }
  await addEvents(trx, dropped);
  await tally.write(trx);
  return [...made];
}

/** Runs of these deliveries that have nothing left to do have ended, and with the last one their notification. */
export async function settleRuns(
  trx: Transaction<Tables>,
  deliveries: Iterable<Pick<DeliveryRow, "notification_id" | "slot_ms">>,
  nowMs: number,
): Promise<void> {
  const runs = new Map<string, { notification_id: string; slot_ms: number }>();
  for (const one of deliveries) runs.set(`${one.notification_id} ${one.slot_ms}`, one);
  for (const { notification_id: id, slot_ms: slotMs } of runs.values()) {
    const queued = await trx
      .selectFrom("notification_count")
      .select((eb) => eb.fn.sum<number | null>("deliveries").as("left"))
      .where("notification_id", "=", id)
      .where("slot_ms", "=", slotMs)
      .where("state", "=", "queued")
      .executeTakeFirst();
    if (Number(queued?.left ?? 0) > 0) continue;
    await trx
      .updateTable("notification_run")
      .set({ ended_ms: nowMs })
      .where("notification_id", "=", id)
      .where("slot_ms", "=", slotMs)
      .where("stage", "is", null)
      .where("ended_ms", "is", null)
      .execute();
    await settleNotification(trx, id);
  }
}

/** What a notification is called for: its schedule, its runs under way, or nothing more. */
export async function settleNotification(trx: Transaction<Tables>, id: string): Promise<void> {
  const underWay = await trx
    .selectFrom("notification_run")
    .select("slot_ms")
    .where("notification_id", "=", id)
    .where("ended_ms", "is", null)
    .limit(1)
    .executeTakeFirst();
  await trx
    .updateTable("notification")
    .set((eb) => ({
      status:
        underWay !== undefined
          ? "sending"
          : eb.case().when("next_ms", "is not", null).then("scheduled").else("done").end(),
    }))
    .where("id", "=", id)
    .where("status", "!=", "cancelled")
    .execute();
}
