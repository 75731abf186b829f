import type { Kysely } from "kysely";
import type { Dialect } from "../database.ts";

/** What tells a log from another that went on from a backup, and what a gateway no longer had when this cloud was restored. */
export const migration011 = (_dialect: Dialect) => ({
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable("uplog_cursor").addColumn("mark", "bigint").execute();
    await db.schema
      .createTable("forgotten_entries")
      .addColumn("gateway_id", "text", (column) => column.notNull().references("gateway.id"))
      .addColumn("epoch", "text", (column) => column.notNull())
      .addColumn("stream", "text", (column) => column.notNull())
      .addColumn("after_seq", "bigint", (column) => column.notNull())
      .addColumn("before_seq", "bigint", (column) => column.notNull())
      .addColumn("at_ms", "bigint", (column) => column.notNull())
      .addPrimaryKeyConstraint("forgotten_entries_pk", ["gateway_id", "epoch", "stream", "after_seq"])
      .execute();
  },
});
