import type { Kysely } from "kysely";

/** Firmware that was uploaded: what it is. Its bytes are files, named by their SHA-256. And which jobs bring which. */
export const migration032 = () => ({
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createTable("firmware")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("organization_id", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("version", "text", (column) => column.notNull())
      .addColumn("device_type", "text")
      .addColumn("sha256", "text", (column) => column.notNull())
      .addColumn("size_bytes", "bigint", (column) => column.notNull())
      .addColumn("created_ms", "bigint", (column) => column.notNull())
      .addColumn("created_by", "text", (column) => column.notNull())
      .addColumn("created_name", "text", (column) => column.notNull())
      .execute();
    await schema
      .createIndex("firmware_name")
      .unique()
      .on("firmware")
      .columns(["organization_id", "name", "version"])
      .execute();
    await schema.createIndex("firmware_bytes").on("firmware").columns(["sha256"]).execute();
    await schema.alterTable("job").addColumn("firmware_id", "text").execute();
    await schema
      .createIndex("job_firmware")
      .on("job")
      .columns(["firmware_id"])
      .where("firmware_id" as never, "is not", null)
      .execute();
  },
});
