import type { Transaction } from "kysely";
import { type DeliveryEvent, type DeliveryState, next } from "../../../protocol/notifications/delivery.ts";
import type { CountedEvent } from "../../../protocol/notifications/statistics.ts";
import type { Tables } from "../../database/tables.ts";
import { NOWHERE, READY, WAITING } from "./queue.ts";
import type { DeliveryRow } from "./spec.ts";
import {
  addDelivery,
  addEvent,
  addedOf,
  addNewDelivery,
  changeDelivery,
  findDelivery,
  sendQueued,
} from "./statements.ts";
import { Tally } from "./tally.ts";

/**
 * The one place where deliveries change their state: by the rules of `protocol/notifications/delivery.ts`, each with a line
 * in its history, and all counts moved along in the same transaction.
 */

export interface Change {
  id: string;
  /** As it was taken up. Of what is sent only, which is not looked up once more. */
  row?: LedgerRow;
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

/** The events that count as an attempt to hand it over. */
const ATTEMPTS: readonly DeliveryEvent[] = ["sent", "retry", "fail"];
/** Those of which people want to know why. */
const EXPLAINED: readonly DeliveryEvent[] = ["retry", "fail", "expire", "drop"];
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
  const tally = new Tally(nowMs);
  const done: Changed[] = [];
  for (const change of changes) {
    const { row } = change;
    const moved =
      row === undefined ? await move(trx, change, nowMs) : await send(trx, row, change.event, nowMs);
    if (moved === null) continue;
    const { delivery, event, state } = moved;
    const { id, detail } = change;
    tally.moved(delivery, state);
    tally.happened(delivery, COUNTED[event], detail);
    await addEvent(trx, id, delivery.organization_id, nowMs, event, state, detail);
    done.push(moved);
  }
  await tally.write(trx);
  return done;
}

async function move(trx: Transaction<Tables>, change: Change, nowMs: number): Promise<Changed | null> {
  const { id, event } = change;
  const [delivery] = await findDelivery(trx, id);
  if (delivery === undefined) return null;
  const after = next(delivery.state as DeliveryState, event);
  if (!after.ok) return null;
  await write(trx, delivery, change, after.value, nowMs);
  return { delivery, event, state: after.value };
}

/** The same for what nearly all come to, in one statement: only what is queued can be sent. */
async function send(
  trx: Transaction<Tables>,
  row: LedgerRow,
  event: DeliveryEvent,
  nowMs: number,
): Promise<Changed | null> {
  const [sent] = await sendQueued(trx, row.id, nowMs);
  return sent === undefined ? null : { delivery: { ...row, state: "queued" }, event, state: "sent" };
}

async function write(
  trx: Transaction<Tables>,
  { id, attempts }: LedgerRow,
  change: Change,
  state: DeliveryState,
  nowMs: number,
): Promise<void> {
  const { event, detail, dueMs = nowMs, expiresMs = null } = change;
  const queue = state !== "queued" ? NOWHERE : dueMs > nowMs ? WAITING : READY;
  const tried = event === "replay" ? 0 : attempts + (ATTEMPTS.includes(event) ? 1 : 0);
  await changeDelivery(
    ...([trx, id, state, queue, dueMs, EXPLAINED.includes(event) ? detail : null, tried] as const),
    event === "sent" ? nowMs : null,
    state === "delivered" || state === "opened" ? nowMs : null,
    event === "opened" ? nowMs : null,
    expiresMs,
  );
}

/** A new delivery, as it begins: queued; dropped, with the reason; or sent already, with what its platform calls it. */
export type NewDelivery = DeliveryRow & { detail?: string | null };

/** Gives those that were new: an address stands in a run once. */
export async function insertDeliveries(
  trx: Transaction<Tables>,
  rows: readonly NewDelivery[],
  nowMs: number,
): Promise<string[]> {
  const tally = new Tally(nowMs);
  const made: string[] = [];
  for (const row of rows) {
    if (row.address_key === null) await addNewDelivery(trx, ...addedOf(row));
    else if ((await addDelivery(trx, ...addedOf(row))).length === 0) continue;
    made.push(row.id);
    tally.moved(null, row.state as DeliveryState, row);
    tally.happened(row, "queued", null);
    if (row.state === "queued") continue;
    const isSent = row.state === "sent";
    tally.happened(row, isSent ? "sent" : "dropped", row.reason);
    const detail = isSent ? (row.detail ?? null) : row.reason;
    await addEvent(trx, row.id, row.organization_id, nowMs, isSent ? "sent" : "drop", row.state, detail);
  }
  await tally.write(trx);
  return made;
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
