import type { Kysely } from "kysely";

/** What devices and apps say of notifications that were sent to them. */
export const migration050 = () => ({
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createTable("push_receipt")
      .addColumn("id", "text", (column) => column.notNull())
      .addColumn("action", "text", (column) => column.notNull())
      .addColumn("organization_id", "text", (column) => column.notNull())
      .addColumn("device_id", "text")
      .addColumn("at_ms", "bigint", (column) => column.notNull())
      .addPrimaryKeyConstraint("push_receipt_pk", ["id", "action"])
      .execute();
    await schema.createIndex("push_receipt_at").on("push_receipt").columns(["at_ms"]).execute();
  },
});
