import type { Transaction } from "kysely";
import type { ConfigValues } from "../../protocol/config/device-config.ts";
import type { ConfigDesired } from "../../protocol/log/downlog/config-desired.ts";
import type { Tables } from "../database/tables.ts";
import { findConfig } from "./store.ts";

/**
 * Adds settings to what is wanted of a device, in the caller's transaction, and says so to its gateway. The settings it has
 * otherwise stay. False when there is no such device any more.
 */
export async function addToConfig(
  trx: Transaction<Tables>,
  deviceId: string,
  added: ConfigValues,
  nowMs: number,
  appendDown: (gatewayId: string, event: ConfigDesired) => Promise<unknown>,
): Promise<boolean> {
  const device = await trx
    .selectFrom("device")
    .select(["key", "gateway_id"])
    .where("id", "=", deviceId)
    .executeTakeFirst();
  if (device === undefined) return false;
  const before = await findConfig(trx, deviceId);
  const version = (before?.desired_version ?? 0) + 1;
  const config = { ...(before?.desired == null ? {} : JSON.parse(before.desired)), ...added } as ConfigValues;
  const desired = { desired_version: version, desired: JSON.stringify(config), updated_ms: nowMs };
  await trx
    .insertInto("device_config")
    .values({ device_id: deviceId, reported_version: null, reported: null, ...desired })
    .onConflict((conflict) => conflict.column("device_id").doUpdateSet(desired))
    .execute();
  await appendDown(device.gateway_id, { kind: "config.desired", device: device.key, version, config });
  return true;
}
