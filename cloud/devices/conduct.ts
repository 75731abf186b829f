import type { Kysely, Transaction } from "kysely";
import { type Conduct, conductSeverity } from "../../protocol/devices/conduct.ts";
import { IDS_AT_ONCE, inGroups } from "../database/in-groups.ts";
import type { Tables } from "../database/tables.ts";

/** How devices behave towards their gateways, as these last said. */

/** Of devices with whom something is amiss. */
export async function conductsOf(
  db: Kysely<Tables>,
  deviceIds: readonly string[],
): Promise<Map<string, Conduct>> {
  const found = new Map<string, Conduct>();
  for (const some of inGroups(deviceIds, IDS_AT_ONCE)) {
    const rows = await db
      .selectFrom("device_conduct")
      .select(["device_id", "conduct"])
      .where("device_id", "in", some)
      .execute();
    for (const { device_id, conduct } of rows) found.set(device_id, JSON.parse(conduct) as Conduct);
  }
  return found;
}

/** What its gateway says now, in place of what it said before. */
export async function writeConduct(
  trx: Transaction<Tables>,
  deviceId: string,
  conduct: Conduct,
): Promise<void> {
  const severity = conductSeverity(conduct);
  if (severity === 0) {
    await trx.deleteFrom("device_conduct").where("device_id", "=", deviceId).execute();
    return;
  }
  const row = { conduct: JSON.stringify(conduct), severity };
  await trx
    .insertInto("device_conduct")
    .values({ device_id: deviceId, ...row })
    .onConflict((conflict) => conflict.column("device_id").doUpdateSet(row))
    .execute();
}
