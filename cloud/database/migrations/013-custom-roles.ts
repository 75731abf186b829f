import { type Kysely, sql } from "kysely";
import type { Dialect } from "../database.ts";

/** Roles that organisations make themselves. Members and invitations carry the id where a built-in role has its name. */
export const migration013 = (_dialect: Dialect) => ({
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("custom_role")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("organization_id", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("description", "text", (column) => column.notNull())
      .addColumn("permissions", "text", (column) => column.notNull())
      .addColumn("created_ms", "bigint", (column) => column.notNull())
      .addColumn("updated_ms", "bigint", (column) => column.notNull())
      .execute();
    // "Night shift" and "night shift" side by side would be given for one another.
    await db.schema
      .createIndex("custom_role_name")
      .unique()
      .on("custom_role")
      .expression(sql`organization_id, lower(name)`)
      .execute();
  },
});
