import type { Transaction } from "kysely";
import type { Tables } from "../../database/tables.ts";
import type { Changed } from "./ledger.ts";

/** People whose way has failed, or has reached them: that is looked at at once, and not when its time is over. Whether there are any. */
export async function stepOn(
  trx: Transaction<Tables>,
  done: readonly Changed[],
  nowMs: number,
): Promise<boolean> {
  let isAny = false;
  for (const { delivery, state } of done) {
    if (state === "queued" || state === "sent" || delivery.recipient_kind !== "person") continue;
    const { numUpdatedRows } = await trx
      .updateTable("notification_fallback")
      .set({ due_ms: nowMs })
      .where("notification_id", "=", delivery.notification_id)
      .where("slot_ms", "=", delivery.slot_ms)
      .where("user_id", "=", delivery.recipient_id ?? "")
      .executeTakeFirst();
    isAny ||= numUpdatedRows > 0n;
  }
  return isAny;
}
