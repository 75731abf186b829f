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

interface Troubled {
  site_id: string;
  troubled: number;
  errors: number;
}

/** How many devices of each site are in trouble; of some of the organisation's sites, or of the real or the simulated, when given. */
export async function countTroubles(
  db: Kysely<Tables>,
  organizationId: string,
  siteIds?: readonly string[],
  of?: Provenance,
): Promise<Troubled[]> {
  if (of === "simulated") return countSimulatedTroubles(db, organizationId, siteIds);
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
  const all = await select.execute();
  if (of === undefined) return all;
  // The real are the others: to look each of them up among 100,000 devices took 25 ms.
  const simulated = new Map(
    (await countSimulatedTroubles(db, organizationId, siteIds)).map((row) => [row.site_id, row]),
  );
  return all.map(({ site_id, troubled, errors }) => ({
    site_id,
    troubled: troubled - (simulated.get(site_id)?.troubled ?? 0),
    errors: errors - (simulated.get(site_id)?.errors ?? 0),
  }));
}

/** Of the simulated devices, which an index of their own has: `cross join` has SQLite begin there. */
function countSimulatedTroubles(
  db: Kysely<Tables>,
  organizationId: string,
  siteIds?: readonly string[],
): Promise<Troubled[]> {
  let select = db
    .selectFrom("device")
    .crossJoin("device_trouble")
    .whereRef("device_trouble.device_id", "=", "device.id")
    .select(({ fn }) => [
      "device_trouble.site_id",
      fn.countAll<number>().as("troubled"),
      fn
        .sum<number>(sql`case when device_trouble.severity = ${sql.lit(SEVERITIES.error)} then 1 else 0 end`)
        .as("errors"),
    ])
    .where("device.organization_id", "=", organizationId)
    .where("device.provenance", "=", sql.lit("simulated"))
    .where(NOT_RETIRED)
    .groupBy("device_trouble.site_id");
  if (siteIds !== undefined) select = select.where("device_trouble.site_id", "in", siteIds);
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
