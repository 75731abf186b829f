import type { Kysely } from "kysely";
import type { Dialect } from "../database.ts";

/** Who did what: a chain of hashes in each organisation, and its newest link signed with a key that is not in here. */
export const migration006 = (_dialect: Dialect) => ({
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("audit_entry")
      .addColumn("organization_id", "text", (column) => column.notNull())
      .addColumn("seq", "bigint", (column) => column.notNull())
      .addColumn("at_ms", "bigint", (column) => column.notNull())
      .addColumn("actor_id", "text")
      .addColumn("actor_name", "text", (column) => column.notNull())
      .addColumn("action", "text", (column) => column.notNull())
      .addColumn("target_kind", "text", (column) => column.notNull())
      .addColumn("target_id", "text", (column) => column.notNull())
      .addColumn("target_name", "text", (column) => column.notNull())
      .addColumn("address", "text")
      .addColumn("before", "text")
      .addColumn("after", "text")
      .addColumn("hash", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("audit_entry_pk", ["organization_id", "seq"])
      .execute();
    await db.schema
      .createIndex("audit_entry_target")
      .on("audit_entry")
      .columns(["organization_id", "target_id", "seq"])
      .execute();
    await db.schema
      .createTable("audit_head")
      .addColumn("organization_id", "text", (column) => column.primaryKey())
      .addColumn("seq", "bigint", (column) => column.notNull())
      .addColumn("hash", "text", (column) => column.notNull())
      .addColumn("signature", "text", (column) => column.notNull())
      .execute();
  },
});
