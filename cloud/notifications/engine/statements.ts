import type { Kysely } from "kysely";
import { prepared } from "../../database/prepared.ts";
import type { Tables } from "../../database/tables.ts";
import { IN_HAND, NOWHERE } from "./queue.ts";
import type { DeliveryRow } from "./spec.ts";

/** What is run for every delivery, thousands of times a second. */

/** What a new delivery is added with, in this order; receipts come later. */
const ADDED = [
  ...(["id", "organization_id", "notification_id", "slot_ms", "channel", "lane", "urgency", "turn"] as const),
  ...(["queue", "due_ms", "state", "reason", "attempts", "recipient_kind", "recipient_id"] as const),
  ...(["recipient_name", "address_key", "endpoint_id", "address", "language", "variables"] as const),
  ...(["collapse_key", "created_ms", "expires_ms", "sent_ms"] as const),
] as const;
type Added = readonly DeliveryRow[(typeof ADDED)[number]][];

export const addedOf = (row: DeliveryRow): Added => ADDED.map((column) => row[column]);

function insertOf(db: Kysely<Tables>, values: Added) {
  const named = Object.fromEntries(ADDED.map((column, index) => [column, values[index]]));
  const row = { ...named, delivered_ms: null, opened_ms: null, dismissed_ms: null } as DeliveryRow;
  return db.insertInto("delivery").values(row);
}

/** One whose address may stand in its run already: then nothing is added. Answers its id. */
export const addDelivery = prepared((db, ...values: Added) =>
  insertOf(db, values)
    .onConflict((conflict) => conflict.doNothing())
    .returning("id"),
);

/** One that has no key of its address, and so is always new. */
export const addNewDelivery = prepared((db, ...values: Added) => insertOf(db, values));

export const findDelivery = prepared((db, id: string) =>
  db
    .selectFrom("delivery")
    .select([
      ...(["id", "organization_id", "notification_id", "slot_ms", "channel", "state", "attempts"] as const),
      ...(["recipient_kind", "recipient_id"] as const),
    ])
    .where("id", "=", id),
);

/** From queued to sent, which is what nearly all come to. Answers its id; nothing when it is not queued. */
export const sendQueued = prepared((db, id: string, nowMs: number) =>
  db
    .updateTable("delivery")
    .set((eb) => ({
      ...{ state: "sent", queue: NOWHERE, due_ms: nowMs, reason: null, sent_ms: nowMs },
      attempts: eb("attempts", "+", 1),
    }))
    .where("id", "=", id)
    .where("state", "=", "queued")
    .returning("id"),
);

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

export const takeInHand = prepared((db, id: string, dueMs: number) =>
  db.updateTable("delivery").set({ queue: IN_HAND, due_ms: dueMs }).where("id", "=", id),
);

export const addEvent = prepared(
  (
    db,
    delivery_id: string,
    organization_id: string,
    at_ms: number,
    event: string,
    state: string,
    detail: string | null,
  ) => db.insertInto("delivery_event").values({ delivery_id, organization_id, at_ms, event, state, detail }),
);
