import { type Kysely, sql } from "kysely";

/**
 * A device that comes or goes touches one index and not three. Those of a site are found by the site alone, in the order of
 * their names as lists show them; how many of them are online is counted elsewhere by now (migration 025). With 2,000 such
 * changes a second the two others were a quarter of what the database had to write.
 */
export const migration065 = () => ({
  async up(db: Kysely<unknown>): Promise<void> {
    for (const name of ["device_by_site", "device_site"]) await sql`drop index ${sql.id(name)}`.execute(db);
    await sql`create index device_site on device (site_id)`.execute(db);
    await sql`create index device_by_site on device (organization_id, site_id, name, id)
      where lifecycle <> 'retired'`.execute(db);
  },
});
