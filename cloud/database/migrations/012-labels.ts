import { type Kysely, sql } from "kysely";
import type { Dialect } from "../database.ts";

/** Tags and custom attributes; sites that are deleted and can be restored; firmware to filter by. */
export const migration012 = (dialect: Dialect) => ({
  async up(db: Kysely<unknown>): Promise<void> {
    const { schema } = db;
    for (const record of ["site", "device"] as const) {
      await schema
        .createTable(`${record}_tag`)
        .addColumn(`${record}_id`, "text", (column) => column.notNull().references(`${record}.id`))
        .addColumn("tag", "text", (column) => column.notNull())
        .addColumn("organization_id", "text", (column) => column.notNull())
        .addPrimaryKeyConstraint(`${record}_tag_pk`, [`${record}_id`, "tag"])
        .execute();
      await schema
        .createIndex(`${record}_tag_organization`)
        .on(`${record}_tag`)
        .columns(["organization_id", "tag", `${record}_id`])
        .execute();
      await schema
        .alterTable(record)
        .addColumn("custom_attributes", "text", (column) => column.notNull().defaultTo("{}"))
        .execute();
    }
    await schema.alterTable("site").addColumn("deleted_ms", "bigint").execute();
    await schema.alterTable("site").addColumn("deleted_name", "text").execute();
    await schema.alterTable("gateway").addColumn("paused_ms", "bigint").execute();
    await schema.alterTable("device").addColumn("retired_ms", "bigint").execute();
    await schema.alterTable("device").addColumn("retired_from", "text").execute();
    await schema.alterTable("device").addColumn("firmware", "text").execute();
    const firmware =
      dialect === "postgres"
        ? sql`attributes::json ->> 'firmware'`
        : sql`cast(json_extract(attributes, '$.firmware') as text)`;
    await sql`update device set firmware = ${firmware}`.execute(db);
    await sql`update device set retired_ms = updated_ms where lifecycle = 'retired'`.execute(db);
    await schema.createIndex("device_retired").on("device").columns(["retired_ms"]).execute();
    await schema.createIndex("device_type").on("device").columns(["organization_id", "type"]).execute();
    await schema
      .createIndex("device_firmware")
      .on("device")
      .columns(["organization_id", "firmware"])
      .execute();
  },
});
