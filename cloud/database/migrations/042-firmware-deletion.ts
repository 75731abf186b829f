import { type Kysely, sql } from "kysely";

/** Firmware that is deleted and can be restored; its name and version are free for another meanwhile. */
export const migration042 = () => ({
  async up(db: Kysely<unknown>): Promise<void> {
    const { schema } = db;
    await schema.alterTable("firmware").addColumn("deleted_ms", "bigint").execute();
    await schema.dropIndex("firmware_name").execute();
    await sql`create unique index firmware_name on firmware (organization_id, name, version)
      where deleted_ms is null`.execute(db);
    await sql`create index firmware_deleted on firmware (deleted_ms) where deleted_ms is not null`.execute(
      db,
    );
  },
});
