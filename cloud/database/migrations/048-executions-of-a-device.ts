import { type Kysely, sql } from "kysely";

/** The executions of a device are found by when they were made: its charts mark those of a week, of however many. */
export const migration048 = () => ({
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`drop index job_execution_device`.execute(db);
    await sql`create index job_execution_device on job_execution (device_id, created_ms, job_id)`.execute(db);
  },
});
