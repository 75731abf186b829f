import type { Kysely } from "kysely";

/** Jobs that run or wait are few among all that ever were, and are what is asked for most. */
export const migration031 = () => ({
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createIndex("job_status")
      .on("job")
      .columns(["organization_id", "status", "created_ms", "id"])
      .execute();
  },
});
