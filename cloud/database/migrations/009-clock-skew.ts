import { type Kysely, sql } from "kysely";
import type { Dialect } from "../database.ts";

/** How far gateways' clocks were off, by where in their logs, and by how much the times of each chunk are corrected. */
export const migration009 = (_dialect: Dialect) => ({
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("gateway_clock")
      .addColumn("gateway_id", "text", (column) => column.notNull().references("gateway.id"))
      .addColumn("epoch", "text", (column) => column.notNull())
      .addColumn("stream", "text", (column) => column.notNull())
      .addColumn("after_seq", "bigint", (column) => column.notNull())
      .addColumn("skew_ms", "bigint", (column) => column.notNull())
      .addPrimaryKeyConstraint("gateway_clock_pk", ["gateway_id", "epoch", "stream", "after_seq"])
      .execute();
    await db.schema
      .alterTable("chunk")
      .addColumn("skew_ms", "bigint", (column) => column.notNull().defaultTo(sql`0`))
      .execute();
  },
});
