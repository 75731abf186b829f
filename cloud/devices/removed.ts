import type { Kysely, Transaction } from "kysely";
import type { DeviceEvent } from "../../protocol/log/kinds.ts";
import type { Tables } from "../database/tables.ts";

/**
 * Devices that were deleted for good. What their gateway still says of them is about nobody, until it has said that
 * they are gone there too and then registers another one under the same key.
 */

/** The device is gone; its gateway has yet to hear of it. */
export async function rememberRemoved(
  trx: Transaction<Tables>,
  row: { gateway_id: string; key: string },
  nowMs: number,
): Promise<void> {
  const { gateway_id, key } = row;
  const again = { removed_ms: nowMs, confirmed: 0 };
  await trx
    .insertInto("removed_device")
    .values({ gateway_id, key, ...again })
    .onConflict((conflict) => conflict.columns(["gateway_id", "key"]).doUpdateSet(again))
    .execute();
}

/** Those of the keys that are of devices deleted for good. */
export async function removedAmong(
  db: Kysely<Tables>,
  gatewayId: string,
  keys: readonly string[],
): Promise<Set<string>> {
  if (keys.length === 0) return new Set();
  const rows = await db
    .selectFrom("removed_device")
    .select("key")
    .where("gateway_id", "=", gatewayId)
    .where("key", "in", keys)
    .execute();
  return new Set(rows.map(({ key }) => key));
}

/** Whether the event is about a device that was deleted for good. A new registration after its end begins another. */
export async function isOver(
  trx: Transaction<Tables>,
  gatewayId: string,
  { kind, device: key }: DeviceEvent,
): Promise<boolean> {
  if (kind !== "device.removed" && kind !== "device.registered") return false;
  const removed = await trx
    .selectFrom("removed_device")
    .select("confirmed")
    .where("gateway_id", "=", gatewayId)
    .where("key", "=", key)
    .executeTakeFirst();
  if (removed === undefined) return false;
  if (kind === "device.removed") {
    await trx
      .updateTable("removed_device")
      .set({ confirmed: 1 })
      .where("gateway_id", "=", gatewayId)
      .where("key", "=", key)
      .execute();
    return true;
  }
  if (removed.confirmed === 0) return true;
  await trx.deleteFrom("removed_device").where("gateway_id", "=", gatewayId).where("key", "=", key).execute();
  return false;
}
