import { type Kysely, sql } from "kysely";

/** Executions on simulated devices are told from others, also when the device is gone. */
export const migration043 = () => ({
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .alterTable("job_execution")
      .addColumn("simulated", "integer", (column) => column.notNull().defaultTo(0))
      .execute();
    await sql`update job_execution set simulated = 1
      where device_id in (select id from device where provenance = 'simulated')`.execute(db);
  },
});
