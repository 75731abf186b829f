import { type Kysely, type RawBuilder, type SqlBool, sql } from "kysely";
import type { Health } from "../../protocol/devices/device.ts";
import { prepared } from "../database/prepared.ts";
import type { Tables } from "../database/tables.ts";

/**
 * Health as `healthOf` computes it, said to the database, so that it can filter and count without the devices being
 * loaded. Most devices are well, so what is looked up is the rest: triggers keep a table of it (migration 027).
 */
const SEVERITIES = { warning: 1, error: 2 } as const;

/** Not retired, in the words of the index that counts them. */
export const NOT_RETIRED = sql<SqlBool>`device.lifecycle <> 'retired'`;

/** The devices in trouble of an organisation, of some of its sites when given; not retired, and heard at least once. */
export function selectTroubled(db: Kysely<Tables>, organizationId: string, siteIds?: readonly string[]) {
  const select = db
    .selectFrom("device_trouble")
    .select(["device_id as id", "site_id", "severity"])
    .where("organization_id", "=", organizationId);
  return siteIds === undefined ? select : select.where("site_id", "in", siteIds);
}

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

export async function countTroubled(
  db: Kysely<Tables>,
  organizationId: string,
  health: "warning" | "error",
): Promise<number> {
  const { total } = await db
    .selectFrom("device_trouble")
    .select((select) => select.fn.countAll<number>().as("total"))
    .where("organization_id", "=", organizationId)
    .where("severity", "=", SEVERITIES[health])
    .executeTakeFirstOrThrow();
  return total;
}

/** The devices of an organisation that are offline or late; not retired. */
export function selectUnreached(db: Kysely<Tables>, organizationId: string) {
  return (
    db
      .selectFrom("device")
      .select(["id", "site_id", "connectivity"])
      .where("organization_id", "=", organizationId)
      .where("connectivity", "in", ["offline", "late"])
      .where(NOT_RETIRED)
      // As its index has them: by their ids alone they would be looked for among all.
      .orderBy("connectivity")
      .orderBy("id")
  );
}

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
