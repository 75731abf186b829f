import type { Kysely } from "kysely";

/** Who has seen the first tour of the dashboard, or did not want to. */
export const migration017 = () => ({
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createTable("tour_seen")
      .addColumn("user_id", "text", (column) => column.primaryKey().references("user.id").onDelete("cascade"))
      .addColumn("at_ms", "bigint", (column) => column.notNull())
      .execute();
  },
});
