import type { Transaction } from "kysely";
import type { Channel } from "../../../protocol/notifications/channel.ts";
import { SECOND } from "../../../protocol/units.ts";
import type { Tables } from "../../database/tables.ts";
import { Drafts } from "./drafts.ts";
import type { EngineParts } from "./engine-parts.ts";
import { record, settleRuns } from "./ledger.ts";
import { type Placing, place } from "./placing.ts";
import { type MeantPerson, selectPeople } from "./sources.ts";
import { type DeliveryRow, type KnownNotification, known } from "./spec.ts";

/**
 * People who are reached one way after the other: the first way they have, and the next one when that has failed, or
 * nothing was heard of it in time. Which way it is now stands in the database beside the deliveries.
 */

const AT_ONCE = 100;

/** The first way of each of these people. Those who have none are left to their inbox. */
export async function beginFallback(
  trx: Transaction<Tables>,
  notification: KnownNotification,
  slotMs: number,
  drafts: Drafts,
  people: readonly MeantPerson[],
  nowMs: number,
): Promise<DeliveryRow[]> {
  const rows: DeliveryRow[] = [];
  for (const person of people) {
    const way = nextWay(notification, drafts, person, 0);
    if (way === null) continue;
    rows.push(...way.rows);
    await trx
      .insertInto("notification_fallback")
      .values({
        ...{ notification_id: notification.row.id, slot_ms: slotMs, user_id: person.id },
        ...{ organization_id: notification.row.organization_id, step: way.step },
        due_ms: untilMs(notification, way.rows, nowMs),
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  return rows;
}

/** Takes the next step for those whose time is over; whether there may be more. */
export async function takeSteps(
  parts: Pick<EngineParts, "random"> & Placing,
  trx: Transaction<Tables>,
  nowMs: number,
): Promise<boolean> {
  const due = await trx
    .selectFrom("notification_fallback")
    .selectAll()
    .where("due_ms", "<=", nowMs)
    .orderBy("due_ms")
    .limit(AT_ONCE)
    .execute();
  for (const one of due) {
    const at = (query: "notification_fallback") =>
      trx
        .deleteFrom(query)
        .where("notification_id", "=", one.notification_id)
        .where("slot_ms", "=", one.slot_ms)
        .where("user_id", "=", one.user_id);
    const row = await trx
      .selectFrom("notification")
      .selectAll()
      .where("id", "=", one.notification_id)
      .executeTakeFirst();
    const own = await trx
      .selectFrom("delivery")
      .select(["id", "state"])
      .where("notification_id", "=", one.notification_id)
      .where("slot_ms", "=", one.slot_ms)
      .where("recipient_kind", "=", "person")
      .where("recipient_id", "=", one.user_id)
      .execute();
    const isReached = own.some(({ state }) => state === "delivered" || state === "opened");
    if (row === undefined || row.cancelled_ms !== null || isReached) {
      await at("notification_fallback").execute();
      continue;
    }
    const notification = known(row);
    const [person] = await selectPeople(trx, one.organization_id, { people: [one.user_id] }, "", 1);
    const drafts = new Drafts(notification, one.slot_ms, nowMs, parts.random);
    const way = person === undefined ? null : nextWay(notification, drafts, person, one.step + 1);
    if (way === null) {
      await at("notification_fallback").execute();
      continue;
    }
    // What the way before has not sent yet would come twice.
    const left = await record(
      trx,
      own
        .filter(({ state }) => state === "queued")
        .map(({ id }) => ({ id, event: "drop", detail: "another way was taken" })),
      nowMs,
    );
    await place(parts, trx, way.rows, new Map(), nowMs);
    await trx
      .updateTable("notification_run")
      .set({ ended_ms: null })
      .where("notification_id", "=", one.notification_id)
      .where("slot_ms", "=", one.slot_ms)
      .execute();
    await settleRuns(trx, [one, ...left.map(({ delivery }) => delivery)], nowMs);
    await trx
      .updateTable("notification_fallback")
      .set({ step: way.step, due_ms: untilMs(notification, way.rows, nowMs) })
      .where("notification_id", "=", one.notification_id)
      .where("slot_ms", "=", one.slot_ms)
      .where("user_id", "=", one.user_id)
      .execute();
  }
  return due.length === AT_ONCE;
}

/** The first way from `step` on that the person has. */
export function nextWay(
  { spec }: Pick<KnownNotification, "spec">,
  drafts: Drafts,
  person: MeantPerson,
  step: number,
): { step: number; rows: DeliveryRow[] } | null {
  const order: readonly Channel[] = spec.fallback?.order ?? [];
  for (let at = step; at < order.length; at += 1) {
    const rows = drafts.person(person, order[at]);
    if (rows.length > 0) return { step: at, rows };
  }
  return null;
}

/** Its time begins when it may go. */
function untilMs({ spec }: KnownNotification, rows: readonly DeliveryRow[], nowMs: number): number {
  const fromMs = Math.max(nowMs, ...rows.map((row) => row.due_ms));
  return fromMs + (spec.fallback?.afterSeconds ?? 0) * SECOND;
}
