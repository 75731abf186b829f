import type { Transaction } from "kysely";
import { prepared, preparedForEach } from "../../database/prepared.ts";
import type { Tables } from "../../database/tables.ts";
import { IN_HAND, NOWHERE } from "./queue.ts";
import type { DeliveryRow } from "./spec.ts";

/** What is run for every delivery, thousands of times a second. */

/** What a new delivery is added with, in this order; receipts come later. */
const ADDED = [
  ...(["id", "organization_id", "notification_id", "slot_ms", "channel", "lane", "urgency", "turn"] as const),
  ...(["queue", "due_ms", "state", "reason", "attempts", "recipient_kind", "recipient_id"] as const),
  ...(["recipient_name", "simulated", "address_key", "endpoint_id", "address", "language"] as const),
  ...(["variables", "collapse_key", "created_ms", "expires_ms", "sent_ms"] as const),
] as const;
type Added = readonly DeliveryRow[(typeof ADDED)[number]][];

/** In one piece, not put together from several: many of them are made at once. */
// biome-ignore format: one column after the other, as in ADDED
const addedOf = (row: DeliveryRow): Added => [
  row.id, row.organization_id, row.notification_id, row.slot_ms, row.channel, row.lane, row.urgency, row.turn,
  row.queue, row.due_ms, row.state, row.reason, row.attempts, row.recipient_kind, row.recipient_id,
  row.recipient_name, row.simulated, row.address_key, row.endpoint_id, row.address, row.language, row.variables,
  row.collapse_key, row.created_ms, row.expires_ms, row.sent_ms,
];

const addAll = preparedForEach((db, ...values: Added) => {
  const named = Object.fromEntries(ADDED.map((column, index) => [column, values[index]]));
  const row = { ...named, delivered_ms: null, opened_ms: null, dismissed_ms: null } as DeliveryRow;
  return db
    .insertInto("delivery")
    .values(row)
    .onConflict((conflict) => conflict.doNothing());
});

/** Of each whether it is new: an address stands in a run once. */
export async function addDeliveries(
  trx: Transaction<Tables>,
  rows: readonly DeliveryRow[],
): Promise<boolean[]> {
  return (await addAll(trx, rows.map(addedOf))).map((added) => added === 1);
}

export const findDelivery = prepared((db, id: string) =>
  db
    .selectFrom("delivery")
    .select([
      ...(["id", "organization_id", "notification_id", "slot_ms", "channel", "state", "attempts"] as const),
      ...(["recipient_kind", "recipient_id", "sent_ms", "simulated"] as const),
    ])
    .where("id", "=", id),
);

const sendAll = preparedForEach((db, id: string, nowMs: number) =>
  db
    .updateTable("delivery")
    .set((eb) => ({
      ...{ state: "sent", queue: NOWHERE, due_ms: nowMs, reason: null, sent_ms: nowMs },
      attempts: eb("attempts", "+", 1),
    }))
    .where("id", "=", id)
    .where("state", "=", "queued"),
);

/** From queued to sent, which is what nearly all come to. Of each whether it was queued. */
export async function sendQueued(
  trx: Transaction<Tables>,
  ids: readonly string[],
  nowMs: number,
): Promise<boolean[]> {
  const changed = await sendAll(
    trx,
    ids.map((id) => [id, nowMs]),
  );
  return changed.map((rows) => rows === 1);
}

/** Times that are null stay as they are; of `delivered_ms` the first counts. */
export const changeDelivery = prepared(
  (
    db,
    id: string,
    state: string,
    queue: number,
    due_ms: number,
    reason: string | null,
    attempts: number,
    sentMs: number | null,
    deliveredMs: number | null,
    openedMs: number | null,
    expiresMs: number | null,
  ) =>
    db
      .updateTable("delivery")
      .set((eb) => ({
        ...{ state, queue, due_ms, reason, attempts },
        sent_ms: eb.fn.coalesce(eb.val(sentMs), "sent_ms"),
        delivered_ms: eb.fn.coalesce("delivered_ms", eb.val(deliveredMs)),
        opened_ms: eb.fn.coalesce(eb.val(openedMs), "opened_ms"),
        expires_ms: eb.fn.coalesce(eb.val(expiresMs), "expires_ms"),
      }))
      .where("id", "=", id),
);

/** One that is to be sent again is not sent. */
export const unsend = prepared((db, id: string) =>
  db.updateTable("delivery").set({ sent_ms: null }).where("id", "=", id),
);

/** As they were written, in order. */
export const linesOf = prepared((db, id: string) =>
  db
    .selectFrom("delivery_event")
    .select(["at_ms", "event", "state", "detail"])
    .where("delivery_id", "=", id)
    .orderBy("id"),
);

const takeAllInHand = preparedForEach((db, id: string, dueMs: number) =>
  db.updateTable("delivery").set({ queue: IN_HAND, due_ms: dueMs }).where("id", "=", id),
);

export async function takeInHand(
  trx: Transaction<Tables>,
  rows: readonly { id: string }[],
  dueMs: number,
): Promise<void> {
  await takeAllInHand(
    trx,
    rows.map(({ id }) => [id, dueMs]),
  );
}

type Event = readonly [
  deliveryId: string,
  organizationId: string,
  atMs: number,
  event: string,
  state: string,
  detail: string | null,
];

export const addEvents = preparedForEach(
  (db, ...[delivery_id, organization_id, at_ms, event, state, detail]: Event) =>
    db.insertInto("delivery_event").values({ delivery_id, organization_id, at_ms, event, state, detail }),
);
