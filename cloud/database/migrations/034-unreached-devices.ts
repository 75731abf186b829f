import { type Kysely, sql } from "kysely";

/**
 * Of what devices are connected like, only those that are not online are kept in order: they are few, and looked for. A
 * device that comes or goes was taken out of one place among all devices and put into another, which was three quarters
 * of what the database had to write for it.
 */
export const migration034 = () => ({
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`drop index device_by_connectivity`.execute(db);
    await sql`create index device_unreached on device (organization_id, connectivity, id)
      where lifecycle <> 'retired' and connectivity <> 'online'`.execute(db);
  },
});
