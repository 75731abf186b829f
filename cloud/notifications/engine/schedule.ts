import type { Transaction } from "kysely";
import type { CloudDatabase } from "../../database/database.ts";
import type { Tables } from "../../database/tables.ts";
import { nextSlot } from "../../jobs/jobs.ts";
import { settleNotification } from "./ledger.ts";
import { STAGES } from "./sources.ts";
import { type KnownNotification, known } from "./spec.ts";

/** When notifications are sent: a slot is begun in the transaction that moves on to the next one, and so begun once. */

export const zoneOf = ({ spec }: Pick<KnownNotification, "spec">): string =>
  spec.timing.kind === "cron" ? (spec.timing.timeZone ?? "UTC") : "UTC";

/** Begins what is due. Gives the runs; of slots that were missed while nobody looked only the last is sent. */
export async function beginDue(
  trx: Transaction<Tables>,
  nowMs: number,
  limit: number,
): Promise<{ id: string; slotMs: number }[]> {
  const due = await trx
    .selectFrom("notification")
    .selectAll()
    .where("next_ms", "<=", nowMs)
    .orderBy("next_ms")
    .limit(limit)
    .execute();
  const begun: { id: string; slotMs: number }[] = [];
  for (const row of due) {
    const notification = known(row);
    const { timing } = notification.spec;
    let slotMs = row.next_ms!;
    let nextMs: number | null = null;
    if (timing.kind === "cron") {
      const zone = zoneOf(notification);
      nextMs = nextSlot(timing.cron, zone, nowMs);
      for (
        let slot: number | null = slotMs;
        slot !== null && slot <= nowMs;
        slot = nextSlot(timing.cron, zone, slot)
      )
        slotMs = slot;
    }
    await trx.updateTable("notification").set({ next_ms: nextMs }).where("id", "=", row.id).execute();
    await beginRun(trx, row.organization_id, row.id, slotMs, nowMs);
    begun.push({ id: row.id, slotMs });
  }
  return begun;
}

export async function beginRun(
  trx: Transaction<Tables>,
  organizationId: string,
  id: string,
  slotMs: number,
  nowMs: number,
): Promise<void> {
  await trx
    .insertInto("notification_run")
    .values({
      ...{
        notification_id: id,
        slot_ms: slotMs,
        organization_id: organizationId,
        stage: STAGES[0],
        cursor: "",
      },
      ...{ recipients: 0, started_ms: nowMs, ended_ms: null },
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await settleNotification(trx, id);
}

/** When the next one is due; null when none is. */
export async function nextNotification(db: CloudDatabase["read"]): Promise<number | null> {
  const row = await db
    .selectFrom("notification")
    .select("next_ms")
    .where("next_ms", "is not", null)
    .orderBy("next_ms")
    .limit(1)
    .executeTakeFirst();
  return row?.next_ms ?? null;
}
