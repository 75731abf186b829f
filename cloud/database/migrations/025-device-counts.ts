import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Dialect } from "../database.ts";

/**
 * How many devices a site has of each connectivity and provenance, heard and unheard, without the retired ones: kept by
 * triggers, so that an overview of a hundred thousand devices reads a row for each group and not for each device, and
 * whoever writes devices need not think of it. And the devices of a lifecycle in the order of their list.
 */
export const migration025 = (dialect: Dialect) => ({
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create index device_by_lifecycle on device (organization_id, lifecycle, name, id)`.execute(db);
    // Whole numbers for SQLite's booleans; PostgreSQL's triggers are another language, and come with what runs on it.
    if (dialect === "postgres") return;
    for (const statement of [TABLE, FILLED, ...TRIGGERS]) await statement.execute(db);
  },
});

const TABLE = sql`create table device_count (
  organization_id text not null,
  site_id text not null,
  connectivity text not null,
  provenance text not null,
  seen integer not null,
  devices integer not null,
  primary key (organization_id, site_id, connectivity, provenance, seen)
) without rowid`;

const FILLED = sql`insert into device_count
  select organization_id, site_id, connectivity, provenance, last_seen_ms is not null, count(*)
  from device where lifecycle <> 'retired' group by 1, 2, 3, 4, 5`;

/** Adds to the group that the row `old` or `new` is of, where it counts. */
function add(row: "old" | "new", by: 1 | -1): RawBuilder<unknown> {
  const of = sql.raw(row);
  return sql`insert into device_count
    select ${of}.organization_id, ${of}.site_id, ${of}.connectivity, ${of}.provenance,
      ${of}.last_seen_ms is not null, ${sql.raw(String(by))}
    where ${of}.lifecycle <> 'retired'
    on conflict do update set devices = devices + excluded.devices`;
}

const TRIGGERS: RawBuilder<unknown>[] = [
  sql`create trigger device_count_insert after insert on device begin ${add("new", 1)}; end`,
  sql`create trigger device_count_delete after delete on device begin ${add("old", -1)}; end`,
  sql`create trigger device_count_update
    after update of site_id, connectivity, provenance, lifecycle, last_seen_ms on device
    when old.site_id <> new.site_id or old.connectivity <> new.connectivity
      or old.provenance <> new.provenance or (old.lifecycle = 'retired') <> (new.lifecycle = 'retired')
      or (old.last_seen_ms is null) <> (new.last_seen_ms is null)
  begin
    ${add("old", -1)};
    ${add("new", 1)};
  end`,
];
