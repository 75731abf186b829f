import { type Kysely, type RawBuilder, type SqlBool, sql } from "kysely";
import type { Health } from "../../protocol/devices/device.ts";
import { listed, listOf } from "../database/id-list.ts";
import { prepared } from "../database/prepared.ts";
import type { Tables } from "../database/tables.ts";

/**
 * Health as `healthOf` computes it, said to the database, so that it can filter and count without the devices being
 * loaded. Most devices are well, so what is looked up is the rest: triggers keep a table of it (migration 027).
 */
export const SEVERITIES = { warning: 1, error: 2 } as const;

/** Not retired, in the words of the index that counts them. */
export const NOT_RETIRED = sql<SqlBool>`device.lifecycle <> 'retired'`;

/** In the words of the index that has those that are not online. */
export const NOT_ONLINE = sql<SqlBool>`device.connectivity <> 'online'`;

/** The health of a device that was heard at least once and is not retired. */
export async function troubleOf(db: Kysely<Tables>, deviceId: string): Promise<Health> {
  const [trouble] = await selectTrouble(db, deviceId);
  if (trouble === undefined) return "healthy";
  return trouble.severity === SEVERITIES.error ? "error" : "warning";
}

// Asked at every change of a device's connectivity.
const selectTrouble = prepared((db, deviceId: string) =>
  db.selectFrom("device_trouble").select("severity").where("device_id", "=", deviceId),
);

/** Those of these devices that are in trouble. */
export async function troubledOf(db: Kysely<Tables>, deviceIds: readonly string[]): Promise<Set<string>> {
  const rows = await selectTroubled(db, listOf(deviceIds));
  return new Set(rows.map(({ device_id }) => device_id));
}

const selectTroubled = prepared((db, deviceIds: string) =>
  db.selectFrom("device_trouble").select("device_id").where("device_id", "in", listed(deviceIds)),
);

/** Whether the `device` row of a statement about an organisation has this health. */
export function isOfHealth(db: Kysely<Tables>, organizationId: string, health: Health): RawBuilder<SqlBool> {
  const troubled = db
    .selectFrom("device_trouble")
    .select("device_id")
    .where("organization_id", "=", organizationId);
  const unseen = db.selectFrom("device as unseen").select("unseen.id").where("last_seen_ms", "is", null);
  switch (health) {
    case "unknown":
      return sql`device.last_seen_ms is null`;
    case "healthy":
      // By ids alone, so that no device is read to be counted.
      return sql`(device.id not in ${troubled} and device.id not in ${unseen})`;
    case "warning":
    case "error":
      return sql`device.id in ${troubled.where("severity", "=", SEVERITIES[health])}`;
    case "maintenance":
      return sql`false`;
  }
}
