import { type Kysely, sql } from "kysely";

/** Devices that are deleted and can be restored, and of those that are gone for good what their gateway must still hear. */
export const migration028 = () => ({
  async up(db: Kysely<unknown>): Promise<void> {
    const { schema } = db;
    await schema.alterTable("device").addColumn("deleted_ms", "bigint").execute();
    for (const table of ["device", "site"]) {
      await sql`create index ${sql.ref(`${table}_deleted`)} on ${sql.table(table)} (deleted_ms)
        where deleted_ms is not null`.execute(db);
    }
    await schema
      .createTable("removed_device")
      .addColumn("gateway_id", "text", (column) => column.notNull().references("gateway.id"))
      .addColumn("key", "text", (column) => column.notNull())
      .addColumn("removed_ms", "bigint", (column) => column.notNull())
      .addColumn("confirmed", "integer", (column) => column.notNull().defaultTo(0))
      .addPrimaryKeyConstraint("removed_device_pk", ["gateway_id", "key"])
      .execute();
  },
});
