import type { Kysely } from "kysely";
import type { Dialect } from "../database.ts";

/** What happened to devices and gateways, for the feed of the overview. Only the newest are kept. */
export const migration023 = (dialect: Dialect) => ({
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createTable("happening")
      .addColumn("id", dialect === "postgres" ? "bigserial" : "integer", (column) => column.primaryKey())
      .addColumn("organization_id", "text", (column) => column.notNull())
      .addColumn("site_id", "text", (column) => column.notNull())
      .addColumn("subject_id", "text", (column) => column.notNull())
      .addColumn("kind", "text", (column) => column.notNull())
      .addColumn("at_ms", "bigint", (column) => column.notNull())
      .execute();
    await schema
      .createIndex("happening_newest")
      .on("happening")
      .columns(["organization_id", "at_ms", "id"])
      .execute();
  },
});
