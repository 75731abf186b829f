import { type Kysely, sql } from "kysely";
import type { Dialect } from "../database.ts";

/** Requests that may come twice and take effect once. */
export const migration010 = (dialect: Dialect) => ({
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("idempotent_request")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("organization_id", "text", (column) => column.notNull())
      .addColumn("fingerprint", "text", (column) => column.notNull())
      .addColumn("attempt", "text", (column) => column.notNull())
      .addColumn("begun_ms", "bigint", (column) => column.notNull())
      .addColumn("took_effect", "integer", (column) => column.notNull().defaultTo(0))
      .addColumn("answer", sql.raw(dialect === "postgres" ? "bytea" : "blob"))
      .execute();
    await db.schema
      .createIndex("idempotent_request_begun")
      .on("idempotent_request")
      .column("begun_ms")
      .execute();
  },
});
