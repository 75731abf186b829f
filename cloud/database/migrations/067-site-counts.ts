import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Dialect } from "../database.ts";

/**
 * How many devices of each provenance a site has, without the retired ones: of each connectivity, never heard, with a warning, with an
 * error, all in one row, so that an overview reads a row for each site, and whoever notes that a device came or went
 * writes one. In place of a row for each combination (migration 025). And the devices in trouble in the order of their names, for the
 * list of them.
 */
export const migration067 = (dialect: Dialect) => ({
  async up(db: Kysely<unknown>): Promise<void> {
    if (dialect === "postgres") return;
    for (const name of REPLACED) await sql`drop trigger ${sql.raw(name)}`.execute(db);
    for (const statement of [...TROUBLES, ...COUNTS, ...COUNT_TRIGGERS, ...TROUBLE_TRIGGERS]) {
      await statement.execute(db);
    }
  },
});

const REPLACED = [
  ...["device_count_insert", "device_count_delete", "device_count_update"],
  ...["device_trouble_metric_insert", "device_trouble_metric_update", "device_trouble_metric_delete"],
  ...["device_trouble_device_update", "device_trouble_device_delete"],
  ...["device_trouble_conduct_insert", "device_trouble_conduct_update", "device_trouble_conduct_delete"],
];

const TROUBLES: RawBuilder<unknown>[] = [
  sql`alter table device_trouble rename to device_trouble_before`,
  sql`drop index device_trouble_device`,
  sql`create table device_trouble (
    organization_id text not null,
    site_id text not null,
    device_id text not null,
    severity integer not null,
    provenance text not null,
    name text not null,
    primary key (organization_id, site_id, device_id)
  ) without rowid`,
  sql`insert into device_trouble
    select before.organization_id, before.site_id, before.device_id, before.severity, device.provenance, device.name
    from device_trouble_before as before join device on device.id = before.device_id`,
  sql`drop table device_trouble_before`,
  sql`create unique index device_trouble_device on device_trouble (device_id)`,
  sql`create index device_trouble_by_name on device_trouble (organization_id, severity, name, device_id)`,
];

const COUNTS: RawBuilder<unknown>[] = [
  sql`drop table device_count`,
  sql`create table device_count (
    organization_id text not null,
    site_id text not null,
    provenance text not null,
    devices integer not null default 0,
    online integer not null default 0,
    late integer not null default 0,
    offline integer not null default 0,
    never integer not null default 0,
    unseen integer not null default 0,
    warnings integer not null default 0,
    errors integer not null default 0,
    primary key (organization_id, site_id, provenance)
  ) without rowid`,
  sql`insert into device_count (organization_id, site_id, provenance, devices, online, late, offline, never, unseen)
    select organization_id, site_id, provenance, count(*), sum(connectivity = 'online'), sum(connectivity = 'late'),
      sum(connectivity = 'offline'), sum(connectivity = 'never'), sum(last_seen_ms is null)
    from device where lifecycle <> 'retired' group by 1, 2, 3`,
  sql`insert into device_count (organization_id, site_id, provenance, warnings, errors)
    select organization_id, site_id, provenance, sum(severity = 1), sum(severity = 2)
    from device_trouble where true group by 1, 2, 3
    on conflict do update set warnings = excluded.warnings, errors = excluded.errors`,
];

/** Adds to the row that the device `old` or `new` counts in, where it counts. */
function addDevice(row: "old" | "new", by: 1 | -1): RawBuilder<unknown> {
  const [of, one] = [sql.raw(row), sql.raw(String(by))];
  return sql`insert into device_count
      (organization_id, site_id, provenance, devices, online, late, offline, never, unseen)
    select ${of}.organization_id, ${of}.site_id, ${of}.provenance, ${one},
      ${one} * (${of}.connectivity = 'online'), ${one} * (${of}.connectivity = 'late'),
      ${one} * (${of}.connectivity = 'offline'), ${one} * (${of}.connectivity = 'never'),
      ${one} * (${of}.last_seen_ms is null)
    where ${of}.lifecycle <> 'retired'
    on conflict do update set devices = devices + excluded.devices, online = online + excluded.online,
      late = late + excluded.late, offline = offline + excluded.offline, never = never + excluded.never,
      unseen = unseen + excluded.unseen`;
}

/** The same for what is wrong with one. */
function addTrouble(row: "old" | "new", by: 1 | -1): RawBuilder<unknown> {
  const [of, one] = [sql.raw(row), sql.raw(String(by))];
  return sql`insert into device_count (organization_id, site_id, provenance, warnings, errors)
    values (${of}.organization_id, ${of}.site_id, ${of}.provenance,
      ${one} * (${of}.severity = 1), ${one} * (${of}.severity = 2))
    on conflict do update set warnings = warnings + excluded.warnings, errors = errors + excluded.errors`;
}

/** Whether a device that was changed counts in another row than before, or counts at all where it did not. */
const MOVED = sql`(old.site_id <> new.site_id or old.provenance <> new.provenance
  or (old.lifecycle = 'retired') <> (new.lifecycle = 'retired')
  or (old.last_seen_ms is null) <> (new.last_seen_ms is null))`;

const COUNT_TRIGGERS: RawBuilder<unknown>[] = [
  sql`create trigger device_count_insert after insert on device begin ${addDevice("new", 1)}; end`,
  sql`create trigger device_count_delete after delete on device begin ${addDevice("old", -1)}; end`,
  sql`create trigger device_count_move after update of site_id, provenance, lifecycle, last_seen_ms on device
    when ${MOVED} begin ${addDevice("old", -1)}; ${addDevice("new", 1)}; end`,
  // Of what devices do it is this that they do most.
  sql`create trigger device_count_connectivity after update of connectivity on device
    when old.connectivity <> new.connectivity and new.lifecycle <> 'retired' and not ${MOVED}
    begin
      update device_count set
        online = online + (new.connectivity = 'online') - (old.connectivity = 'online'),
        late = late + (new.connectivity = 'late') - (old.connectivity = 'late'),
        offline = offline + (new.connectivity = 'offline') - (old.connectivity = 'offline'),
        never = never + (new.connectivity = 'never') - (old.connectivity = 'never')
      where organization_id = new.organization_id and site_id = new.site_id and provenance = new.provenance;
    end`,
  sql`create trigger device_count_trouble_insert after insert on device_trouble begin ${addTrouble("new", 1)}; end`,
  sql`create trigger device_count_trouble_delete after delete on device_trouble begin ${addTrouble("old", -1)}; end`,
];

/** Whether a newest value means trouble. Values are JSON texts. */
function meansTrouble(row: string): RawBuilder<unknown> {
  const [metric, value] = [sql.raw(`${row}.metric`), sql.raw(`${row}.value`)];
  return sql`case when ${metric} = 'battery'
    then case when ${value} like '"%' or ${value} in ('true', 'false', 'null') then 100
      else cast(${value} as double precision) end < 20
    when ${metric} in ('errorCode', 'fault') then ${value} not in ('0', 'false', '""', '"0"', '"none"')
    else false end`;
}

/** As in migration 046, with what a row has from here on. */
const lookAgain = (id: string) => sql`
  delete from device_trouble where device_id = ${sql.raw(id)};
  insert into device_trouble (organization_id, site_id, device_id, severity, provenance, name)
  select device.organization_id, device.site_id, device.id, worst.severity, device.provenance, device.name
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

const TROUBLE_TRIGGERS: RawBuilder<unknown>[] = [
  sql`create trigger device_trouble_metric_insert after insert on device_metric
    when ${meansTrouble("new")} begin ${lookAgain("new.device_id")} end`,
  sql`create trigger device_trouble_metric_update after update of value on device_metric
    when old.value <> new.value and (${meansTrouble("old")} or ${meansTrouble("new")})
    begin ${lookAgain("new.device_id")} end`,
  sql`create trigger device_trouble_metric_delete after delete on device_metric
    when ${meansTrouble("old")} begin ${lookAgain("old.device_id")} end`,
  sql`create trigger device_trouble_device_update
    after update of site_id, lifecycle, last_seen_ms, provenance, name on device
    when ${MOVED} or old.name <> new.name begin ${lookAgain("new.id")} end`,
  sql`create trigger device_trouble_device_delete after delete on device begin
    delete from device_trouble where device_id = old.id;
  end`,
  sql`create trigger device_trouble_conduct_insert after insert on device_conduct
    begin ${lookAgain("new.device_id")} end`,
  sql`create trigger device_trouble_conduct_update after update of severity on device_conduct
    when old.severity <> new.severity begin ${lookAgain("new.device_id")} end`,
  sql`create trigger device_trouble_conduct_delete after delete on device_conduct
    begin ${lookAgain("old.device_id")} end`,
];
