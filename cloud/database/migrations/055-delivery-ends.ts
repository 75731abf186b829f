import { type Kysely, sql } from "kysely";

/** What ends by itself is what stands in a line: what somebody has in hand need not be kept in order for it. */
export const migration055 = () => ({
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema.dropIndex("delivery_by_expires_ms").execute();
    await schema
      .createIndex("delivery_by_end")
      .on("delivery")
      .columns(["expires_ms"])
      .where(sql<boolean>`queue in (1, 2)`)
      .execute();
  },
});
