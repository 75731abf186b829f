import type { Kysely } from "kysely";

/** Addresses that notifications are sent to, and the keys that browsers subscribe with. */
export const migration052 = () => ({
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createTable("vapid_key")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("public_key", "text", (column) => column.notNull().unique())
      .addColumn("created_ms", "bigint", (column) => column.notNull())
      .execute();
    await schema
      .createTable("push_endpoint")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("organization_id", "text", (column) => column.notNull())
      .addColumn("platform", "text", (column) => column.notNull())
      .addColumn("address_key", "text", (column) => column.notNull())
      .addColumn("address", "text", (column) => column.notNull())
      .addColumn("user_id", "text")
      .addColumn("device_id", "text", (column) => column.references("device.id"))
      .addColumn("label", "text", (column) => column.notNull())
      .addColumn("vapid_key_id", "text")
      .addColumn("created_ms", "bigint", (column) => column.notNull())
      .addColumn("last_sent_ms", "bigint")
      .addColumn("disabled_ms", "bigint")
      .addColumn("disabled_reason", "text")
      .execute();
    await schema
      .createIndex("push_endpoint_address")
      .unique()
      .on("push_endpoint")
      .columns(["organization_id", "address_key"])
      .execute();
    for (const column of ["user_id", "device_id", "vapid_key_id"]) {
      await schema.createIndex(`push_endpoint_${column}`).on("push_endpoint").columns([column]).execute();
    }
  },
});
