import { type Kysely, type RawBuilder, type SqlBool, sql } from "kysely";
import type { Health, Provenance } from "../../protocol/devices/device.ts";
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

/** How many devices of each site are in trouble; of some of the organisation's sites, or of the real or the simulated, when given. */
export function countTroubles(
  db: Kysely<Tables>,
  organizationId: string,
  siteIds?: readonly string[],
  of?: Provenance,
): Promise<{ site_id: string; troubled: number; errors: number }[]> {
  let select = db
    .selectFrom("device_trouble")
    .select(({ fn }) => [
      "site_id",
      fn.countAll<number>().as("troubled"),
      fn.sum<number>(sql`case when severity = ${sql.lit(SEVERITIES.error)} then 1 else 0 end`).as("errors"),
    ])
    .where("organization_id", "=", organizationId)
    .groupBy("site_id");
  if (siteIds !== undefined) select = select.where("site_id", "in", siteIds);
  if (of !== undefined)
    select = select.where(({ exists, selectFrom }) =>
      exists(
        selectFrom("device")
          .select("device.id")
          .whereRef("device.id", "=", "device_trouble.device_id")
          .where("device.provenance", "=", of),
      ),
    );
  return select.execute();
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
