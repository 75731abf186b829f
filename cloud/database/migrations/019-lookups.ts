import { type Kysely, sql } from "kysely";

/**
 * What the lists, counts and the overview look up among a hundred thousand devices: in the order a list is sorted by,
 * without the retired ones for counts, and of the newest values only those that mean trouble.
 */
export const migration019 = () => ({
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.dropIndex("device_type").execute();
    await db.schema.dropIndex("device_firmware").execute();
    const keys = {
      name: sql`name, id`,
      type: sql`type, id`,
      connectivity: sql`connectivity, id`,
      last_seen: sql`coalesce(last_seen_ms, 0), id`,
      firmware: sql`firmware, id`,
      site: sql`site_id, connectivity, provenance`,
    };
    for (const [name, columns] of Object.entries(keys)) {
      await sql`create index ${sql.ref(`device_by_${name}`)} on device (organization_id, ${columns})
        where lifecycle <> 'retired'`.execute(db);
    }
    await sql`create index device_unseen on device (organization_id, site_id) where last_seen_ms is null`.execute(
      db,
    );
    await sql`create index device_metric_trouble on device_metric (device_id, metric, value)
      where case when metric = 'battery'
          then case when value like '"%' or value in ('true', 'false', 'null') then 100
            else cast(value as double precision) end < 20
          when metric in ('errorCode', 'fault') then value not in ('0', 'false', '""', '"0"', '"none"')
          else false end`.execute(db);
  },
});
