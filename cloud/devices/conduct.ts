import type { Kysely, Transaction } from "kysely";
import { type Conduct, conductSeverity } from "../../protocol/devices/conduct.ts";
import { listed, listOf } from "../database/id-list.ts";
import { prepared } from "../database/prepared.ts";
import type { Tables } from "../database/tables.ts";

/** How devices behave towards their gateways, as these last said. */

/** Of devices with whom something is amiss. */
export async function conductsOf(
  db: Kysely<Tables>,
  deviceIds: readonly string[],
): Promise<Map<string, Conduct>> {
  const rows = await selectConducts(db, listOf(deviceIds));
  return new Map(rows.map(({ device_id, conduct }) => [device_id, JSON.parse(conduct) as Conduct]));
}

const selectConducts = prepared((db, deviceIds: string) =>
  db
    .selectFrom("device_conduct")
    .select(["device_id", "conduct"])
    .where("device_id", "in", listed(deviceIds)),
);

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
