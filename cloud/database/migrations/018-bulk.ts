import type { Kysely } from "kysely";

/** Changes of many devices at once, with what each of them was before, so that they can be undone. */
export const migration018 = () => ({
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createTable("bulk_change")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("organization_id", "text", (column) => column.notNull())
      .addColumn("action", "text", (column) => column.notNull())
      .addColumn("targets", "integer", (column) => column.notNull())
      .addColumn("changed", "integer", (column) => column.notNull())
      .addColumn("made_ms", "bigint", (column) => column.notNull())
      .addColumn("undone_ms", "bigint")
      .execute();
    await schema.createIndex("bulk_change_made").on("bulk_change").columns(["made_ms"]).execute();
    await schema
      .createTable("bulk_change_device")
      .addColumn("bulk_change_id", "text", (column) => column.notNull().references("bulk_change.id"))
      .addColumn("device_id", "text", (column) => column.notNull().references("device.id"))
      .addColumn("lifecycle", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("bulk_change_device_pk", ["bulk_change_id", "device_id"])
      .execute();
    await schema
      .createIndex("bulk_change_device_device")
      .on("bulk_change_device")
      .columns(["device_id"])
      .execute();
  },
});
