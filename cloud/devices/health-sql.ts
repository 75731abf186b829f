import { type Kysely, type RawBuilder, type SqlBool, sql } from "kysely";
import type { Health } from "../../protocol/devices/device.ts";
import type { Tables } from "../database/tables.ts";
import { BATTERY_EMPTY } from "./health-rules.ts";

/**
 * Health as `healthOf` computes it, said to the database, so that it can filter and count without the devices being
 * loaded. Newest values are JSON texts; what `healthOf` takes for "no error" is listed as such.
 *
 * Most devices are well, so what is looked up is the rest: an index holds only the values that mean trouble. It is used
 * where a statement has this very condition, word for word as in migration 019.
 */
const MEANS_TROUBLE = sql<SqlBool>`case when metric = 'battery'
          then case when value like '"%' or value in ('true', 'false', 'null') then 100
            else cast(value as double precision) end < 20
          when metric in ('errorCode', 'fault') then value not in ('0', 'false', '""', '"0"', '"none"')
          else false end`;

/** How bad a value is that means trouble: 2 an error, 1 a warning. */
const SEVERITY = sql<number>`case when metric <> 'battery' then 2
  when cast(value as double precision) < ${sql.lit(BATTERY_EMPTY)} then 2
  else 1 end`;

const WORST = sql<number>`max(${SEVERITY})`;
const SEVERITIES = { warning: 1, error: 2 } as const;

/** Not retired, in the words of the index that counts them. */
export const NOT_RETIRED = sql<SqlBool>`device.lifecycle <> 'retired'`;

/** So many sites have fewer devices than an organisation has in trouble. */
const FEW_SITES = 20;

/** The devices in trouble of an organisation, of some of its sites when given; not retired, and heard at least once. */
export function selectTroubled(db: Kysely<Tables>, organizationId: string, siteIds?: readonly string[]) {
  const few = siteIds !== undefined && siteIds.length <= FEW_SITES;
  // A cross join has SQLite begin with what stands first. Few values of all mean trouble.
  const from = few
    ? db.selectFrom("device").crossJoin("device_metric")
    : db.selectFrom("device_metric").crossJoin("device");
  const select = from
    .whereRef("device.id", "=", "device_metric.device_id")
    .select(["device.id", "device.site_id", WORST.as("severity")])
    .where(MEANS_TROUBLE)
    .where("device.organization_id", "=", organizationId)
    .where(NOT_RETIRED)
    .where("device.last_seen_ms", "is not", null)
    .groupBy(["device.id", "device.site_id"]);
  return siteIds === undefined ? select : select.where("device.site_id", "in", siteIds);
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

/** Whether the `device` row of a statement has this health. */
export function isOfHealth(db: Kysely<Tables>, health: Health): RawBuilder<SqlBool> {
  const troubled = db.selectFrom("device_metric").select("device_id").where(MEANS_TROUBLE);
  const unseen = db.selectFrom("device as unseen").select("unseen.id").where("last_seen_ms", "is", null);
  switch (health) {
    case "unknown":
      return sql`device.last_seen_ms is null`;
    case "healthy":
      // By ids alone, so that no device is read to be counted.
      return sql`(device.id not in ${troubled} and device.id not in ${unseen})`;
    case "warning":
    case "error": {
      const so = troubled.groupBy("device_id").having(WORST, "=", SEVERITIES[health]);
      return sql`(device.last_seen_ms is not null and device.id in ${so})`;
    }
    case "maintenance":
      return sql`false`;
  }
}
