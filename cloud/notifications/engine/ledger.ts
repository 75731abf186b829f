import type { Transaction } from "kysely";
import { type DeliveryEvent, type DeliveryState, next } from "../../../protocol/notifications/delivery.ts";
import type { CountedEvent } from "../../../protocol/notifications/statistics.ts";
import { prepared } from "../../database/prepared.ts";
import type { Tables } from "../../database/tables.ts";
import { isSentWritten } from "../delivery-history.ts";
import { NOWHERE, READY, WAITING } from "./queue.ts";
import { markSimulated } from "./simulated.ts";
import type { DeliveryRow } from "./spec.ts";
import {
  addDeliveries,
  addEvents,
  changeDelivery,
  findDelivery,
  linesOf,
  sendQueued,
  unsend,
} from "./statements.ts";
import { Tally } from "./tally.ts";

/**
 * The one place where deliveries change their state: by the rules of `protocol/notifications/delivery.ts`, each with a line
 * in its history, and all counts moved along in the same transaction.
 */

export interface Change {
  id: string;
  /** As it was taken up, queued. Of what is sent only, which is not looked up once more. */
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
  detail: string | null;
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
  | "sent_ms"
  | "simulated"
>;

/** The events that count as an attempt to hand it over. */
const ATTEMPTS: readonly DeliveryEvent[] = ["sent", "retry", "fail"];
/** Those after which one that was sent may be sent again. */
const UNSENT: readonly DeliveryEvent[] = ["fail", "expire"];
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
  const done = await send(trx, changes, nowMs);
  for (const change of changes) {
    if (change.row !== undefined) continue;
    const moved = await move(trx, change, nowMs);
    if (moved !== null) done.push(moved);
  }
  const tally = new Tally(nowMs);
  for (const { delivery, event, state, detail } of done) {
    tally.moved(delivery, state);
    tally.happened(delivery, COUNTED[event], detail);
  }
  await tally.write(trx);
  return done;
}

/**
 * Lines of the history. That somebody elsewhere took a message and gave it no name says no more than `sent_ms`, from which
 * `historyOf` tells it, and has none.
 */
async function addLines(trx: Transaction<Tables>, done: readonly Changed[], nowMs: number): Promise<void> {
  const told = done.filter(
    ({ delivery, event, detail }) =>
      event !== "sent" || detail !== null || delivery.recipient_kind === "device",
  );
  await addEvents(
    trx,
    told.map(
      ({ delivery: { id, organization_id }, event, state, detail }) =>
        [id, organization_id, nowMs, event, state, detail] as const,
    ),
  );
}

/** What nearly all come to, in one statement each: only what is queued can be sent, so it need not be looked up. */
async function send(trx: Transaction<Tables>, changes: readonly Change[], nowMs: number): Promise<Changed[]> {
  const meant = changes.filter(({ row }) => row !== undefined);
  const sent = await sendQueued(
    trx,
    meant.map(({ id }) => id),
    nowMs,
  );
  const done = meant.flatMap(({ row, event, detail }, index): Changed[] =>
    sent[index] ? [{ delivery: row!, event, state: "sent", detail }] : [],
  );
  await addLines(trx, done, nowMs);
  return done;
}

/** Writes the line that its being sent had none, before it is told otherwise: from then on `sent_ms` is not enough. */
async function writeSent(
  trx: Transaction<Tables>,
  { id, organization_id, sent_ms }: LedgerRow,
): Promise<void> {
  if (sent_ms === null || isSentWritten(await linesOf(trx, id))) return;
  await addEvents(trx, [[id, organization_id, sent_ms, "sent", "sent", null]]);
}

async function move(trx: Transaction<Tables>, change: Change, nowMs: number): Promise<Changed | null> {
  const { id, event } = change;
  const [delivery] = await findDelivery(trx, id);
  if (delivery === undefined) return null;
  const after = next(delivery.state as DeliveryState, event);
  if (!after.ok) return null;
  if (delivery.state === "sent" && UNSENT.includes(event)) await writeSent(trx, delivery);
  await write(trx, delivery, change, after.value, nowMs);
  const moved: Changed = { delivery, event, state: after.value, detail: change.detail };
  await addLines(trx, [moved], nowMs);
  return moved;
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
  if (event === "replay") await unsend(trx, id);
}

/** A new delivery, as it begins: queued; dropped, with the reason; or sent already, with what its platform calls it. */
export type NewDelivery = DeliveryRow & { detail?: string | null };

/** Gives those that were new: an address stands in a run once. */
export async function insertDeliveries(
  trx: Transaction<Tables>,
  rows: readonly NewDelivery[],
  nowMs: number,
): Promise<string[]> {
  await markSimulated(trx, rows);
  const added = await addDeliveries(trx, rows);
  const made = rows.filter((_, index) => added[index]);
  const tally = new Tally(nowMs);
  for (const row of made) {
    tally.moved(null, row.state as DeliveryState, row);
    tally.happened(row, "queued", null);
    if (row.state !== "queued") tally.happened(row, row.state === "sent" ? "sent" : "dropped", row.reason);
  }
  const ended = made.filter(({ state }) => state !== "queued");
  await addEvents(
    trx,
    ended.map(({ id, organization_id, state, reason, detail = null }) =>
      state === "sent"
        ? ([id, organization_id, nowMs, "sent", state, detail] as const)
        : ([id, organization_id, nowMs, "drop", state, reason] as const),
    ),
  );
  await tally.write(trx);
  return made.map(({ id }) => id);
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
    const [queued] = await queuedOf(trx, id, slotMs);
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

const queuedOf = prepared((db, id: string, slotMs: number) =>
  db
    .selectFrom("notification_count")
    .select((eb) => eb.fn.sum<number | null>("deliveries").as("left"))
    .where("notification_id", "=", id)
    .where("slot_ms", "=", slotMs)
    .where("state", "=", "queued"),
);

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
