import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Dialect } from "../database.ts";

/**
 * How devices behave towards their gateways, those alone with whom something is amiss: it is a part of their health, so
 * the table of troubled devices that migration 027 keeps by triggers is from here on made of their newest values and of this.
 */
export const migration046 = (dialect: Dialect) => ({
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("device_conduct")
      .addColumn("device_id", "text", (column) => column.primaryKey().references("device.id"))
      .addColumn("conduct", "text", (column) => column.notNull())
      .addColumn("severity", "integer", (column) => column.notNull())
      .execute();
    if (dialect === "postgres") return;
    for (const [name, statement] of TRIGGERS) {
      await sql`drop trigger if exists ${sql.raw(name)}`.execute(db);
      await statement.execute(db);
    }
  },
});

/** Whether a newest value means trouble. Values are JSON texts. */
function meansTrouble(row: string): RawBuilder<unknown> {
  const [metric, value] = [sql.raw(`${row}.metric`), sql.raw(`${row}.value`)];
  return sql`case when ${metric} = 'battery'
    then case when ${value} like '"%' or ${value} in ('true', 'false', 'null') then 100
      else cast(${value} as double precision) end < 20
    when ${metric} in ('errorCode', 'fault') then ${value} not in ('0', 'false', '""', '"0"', '"none"')
    else false end`;
}

const lookAgain = (id: string) => sql`
  delete from device_trouble where device_id = ${sql.raw(id)};
  insert into device_trouble (organization_id, site_id, device_id, severity)
  select device.organization_id, device.site_id, device.id, worst.severity
  from device, (
    select max(severity) as severity from (
      select case when device_metric.metric <> 'battery' or cast(device_metric.value as double precision) < 5
        then 2 else 1 end as severity
      from device_metric where device_metric.device_id = ${sql.raw(id)} and ${meansTrouble("device_metric")}
      union all
      select device_conduct.severity from device_conduct where device_conduct.device_id = ${sql.raw(id)}
    )
  ) as worst
  where device.id = ${sql.raw(id)} and worst.severity > 0
    and device.lifecycle <> 'retired' and device.last_seen_ms is not null;`;

const TRIGGERS: [name: string, statement: RawBuilder<unknown>][] = [
  [
    "device_trouble_metric_insert",
    sql`create trigger device_trouble_metric_insert after insert on device_metric
    when ${meansTrouble("new")} begin ${lookAgain("new.device_id")} end`,
  ],
  [
    "device_trouble_metric_update",
    sql`create trigger device_trouble_metric_update after update of value on device_metric
    when old.value <> new.value and (${meansTrouble("old")} or ${meansTrouble("new")})
    begin ${lookAgain("new.device_id")} end`,
  ],
  [
    "device_trouble_metric_delete",
    sql`create trigger device_trouble_metric_delete after delete on device_metric
    when ${meansTrouble("old")} begin ${lookAgain("old.device_id")} end`,
  ],
  [
    "device_trouble_device_update",
    sql`create trigger device_trouble_device_update after update of site_id, lifecycle, last_seen_ms on device
    when old.site_id <> new.site_id or (old.lifecycle = 'retired') <> (new.lifecycle = 'retired')
      or (old.last_seen_ms is null) <> (new.last_seen_ms is null)
    begin ${lookAgain("new.id")} end`,
  ],
  [
    "device_trouble_conduct_insert",
    sql`create trigger device_trouble_conduct_insert after insert on device_conduct
    begin ${lookAgain("new.device_id")} end`,
  ],
  [
    "device_trouble_conduct_update",
    sql`create trigger device_trouble_conduct_update after update of severity on device_conduct
    when old.severity <> new.severity begin ${lookAgain("new.device_id")} end`,
  ],
  [
    "device_trouble_conduct_delete",
    sql`create trigger device_trouble_conduct_delete after delete on device_conduct
    begin ${lookAgain("old.device_id")} end`,
  ],
];
