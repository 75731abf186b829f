import type { Transaction } from "kysely";
import { idFloor } from "../../protocol/ids.ts";
import { DAY } from "../../protocol/units.ts";
import type { Tables } from "../database/tables.ts";

/** Forgets some of what was sent before a moment, and is on its way no more; how much. Counts by day are kept. */
export async function forgetSome(trx: Transaction<Tables>, beforeMs: number, limit: number): Promise<number> {
  return (
    (await forgetDeliveries(trx, beforeMs, limit)) ||
    (await forgetInbox(trx, beforeMs, limit)) ||
    (await forgetNotifications(trx, beforeMs, limit))
  );
}

/** Ids begin with the time they were made at, so that the oldest are found without looking. */
async function forgetDeliveries(trx: Transaction<Tables>, beforeMs: number, limit: number): Promise<number> {
  const rows = await trx
    .selectFrom("delivery")
    .select("id")
    .where("id", "<", idFloor(beforeMs))
    .where("queue", "=", 0)
    .orderBy("id")
    .limit(limit)
    .execute();
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return 0;
  await trx.deleteFrom("delivery_event").where("delivery_id", "in", ids).execute();
  await trx.deleteFrom("delivery").where("id", "in", ids).execute();
  return ids.length;
}

async function forgetInbox(trx: Transaction<Tables>, beforeMs: number, limit: number): Promise<number> {
  const rows = await trx
    .selectFrom("inbox_item")
    .select("id")
    .where("at_ms", "<", beforeMs)
    .limit(limit)
    .execute();
  const ids = rows.map(({ id }) => id);
  if (ids.length > 0) await trx.deleteFrom("inbox_item").where("id", "in", ids).execute();
  return ids.length;
}

/** Those that will not be sent again and of which nothing is left. */
async function forgetNotifications(
  trx: Transaction<Tables>,
  beforeMs: number,
  limit: number,
): Promise<number> {
  const rows = await trx
    .selectFrom("notification")
    .select("id")
    .where("id", "<", idFloor(beforeMs))
    .where("status", "in", ["done", "cancelled"])
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom("delivery")
            .select("delivery.id")
            .whereRef("delivery.notification_id", "=", "notification.id"),
        ),
      ),
    )
    .orderBy("id")
    .limit(limit)
    .execute();
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return 0;
  await trx
    .deleteFrom("delivery_reason")
    .where("day", "<", Math.floor(beforeMs / DAY))
    .execute();
  for (const table of ["notification_run", "notification_count", "notification_fallback"] as const)
    await trx.deleteFrom(table).where("notification_id", "in", ids).execute();
  await trx.deleteFrom("notification").where("id", "in", ids).execute();
  return ids.length;
}
