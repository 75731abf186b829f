import type { Kysely } from "kysely";
import type { Dialect } from "../database.ts";

/** Why an entry was set aside; null for those of before. */
export const migration007 = (_dialect: Dialect) => ({
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable("unknown_entry").addColumn("reason", "text").execute();
  },
});
