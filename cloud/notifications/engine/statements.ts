import { prepared } from "../../database/prepared.ts";
import { IN_HAND } from "./queue.ts";

/** What is run for every delivery, thousands of times a second. */

/** Answers its id; nothing where the run has the address already. */
export const addDelivery = prepared(
  (
    db,
    id: string,
    organization_id: string,
    notification_id: string,
    slot_ms: number,
    channel: string,
    lane: string,
    urgency: number,
    turn: number,
    queue: number,
    due_ms: number,
    state: string,
    reason: string | null,
    attempts: number,
    recipient_kind: string,
    recipient_id: string | null,
    recipient_name: string,
    address_key: string | null,
    endpoint_id: string | null,
    address: string | null,
    language: string | null,
    variables: string | null,
    collapse_key: string | null,
    created_ms: number,
    expires_ms: number,
    sent_ms: number | null,
  ) =>
    db
      .insertInto("delivery")
      .values({
        ...{ id, organization_id, notification_id, slot_ms, channel, lane, urgency, turn, queue, due_ms },
        ...{
          state,
          reason,
          attempts,
          recipient_kind,
          recipient_id,
          recipient_name,
          address_key,
          endpoint_id,
        },
        ...{ address, language, variables, collapse_key, created_ms, expires_ms, sent_ms },
        ...{ delivered_ms: null, opened_ms: null, dismissed_ms: null },
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning("id"),
);

export const findDelivery = prepared((db, id: string) =>
  db
    .selectFrom("delivery")
    .select([
      ...(["id", "organization_id", "notification_id", "slot_ms", "channel", "state", "attempts"] as const),
      ...(["recipient_kind", "recipient_id"] as const),
    ])
    .where("id", "=", id),
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
