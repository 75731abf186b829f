import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Dialect } from "../database.ts";

/**
 * The devices that have an error or a warning, not retired and heard at least once, each with how bad it is: 2 an error,
 * 1 a warning. Kept by triggers as newest values are written, so that what shows or counts them reads them alone.
 */
export const migration027 = (dialect: Dialect) => ({
  async up(db: Kysely<unknown>): Promise<void> {
    if (dialect === "postgres") return;
    const index = sql`create unique index device_trouble_device on device_trouble (device_id)`;
    for (const statement of [TABLE, index, sql`${FOUND} ${GROUPED}`, ...TRIGGERS])
      await statement.execute(db);
    await sql`drop index device_metric_trouble`.execute(db);
  },
});

const TABLE = sql`create table device_trouble (
  organization_id text not null,
  site_id text not null,
  device_id text not null,
  severity integer not null,
  primary key (organization_id, site_id, device_id)
) without rowid`;

/** Whether a newest value means trouble. Values are JSON texts. */
function meansTrouble(row: string): RawBuilder<unknown> {
  const [metric, value] = [sql.raw(`${row}.metric`), sql.raw(`${row}.value`)];
  return sql`case when ${metric} = 'battery'
    then case when ${value} like '"%' or ${value} in ('true', 'false', 'null') then 100
      else cast(${value} as double precision) end < 20
    when ${metric} in ('errorCode', 'fault') then ${value} not in ('0', 'false', '""', '"0"', '"none"')
    else false end`;
}

const FOUND = sql`insert into device_trouble (organization_id, site_id, device_id, severity)
  select device.organization_id, device.site_id, device.id, max(case
    when device_metric.metric <> 'battery' or cast(device_metric.value as double precision) < 5 then 2 else 1 end)
  from device join device_metric on device_metric.device_id = device.id
  where ${meansTrouble("device_metric")} and device.lifecycle <> 'retired' and device.last_seen_ms is not null`;
const GROUPED = sql`group by device.id`;

const lookAgain = (id: string) => sql`
  delete from device_trouble where device_id = ${sql.raw(id)};
  ${FOUND} and device.id = ${sql.raw(id)} ${GROUPED};`;

const TRIGGERS: RawBuilder<unknown>[] = [
  sql`create trigger device_trouble_metric_insert after insert on device_metric
    when ${meansTrouble("new")} begin ${lookAgain("new.device_id")} end`,
  sql`create trigger device_trouble_metric_update after update of value on device_metric
    when old.value <> new.value and (${meansTrouble("old")} or ${meansTrouble("new")})
    begin ${lookAgain("new.device_id")} end`,
  sql`create trigger device_trouble_metric_delete after delete on device_metric
    when ${meansTrouble("old")} begin ${lookAgain("old.device_id")} end`,
  sql`create trigger device_trouble_device_update after update of site_id, lifecycle, last_seen_ms on device
    when old.site_id <> new.site_id or (old.lifecycle = 'retired') <> (new.lifecycle = 'retired')
      or (old.last_seen_ms is null) <> (new.last_seen_ms is null)
    begin ${lookAgain("new.id")} end`,
  sql`create trigger device_trouble_device_delete after delete on device begin
    delete from device_trouble where device_id = old.id;
  end`,
];
