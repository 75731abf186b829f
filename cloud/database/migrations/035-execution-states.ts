import { type Kysely, sql } from "kysely";

/**
 * Executions of a run in a state are counted without being read: whether one was tried again, by which it counts no longer,
 * is in the index too. Of 20,000 it took 36 ms.
 */
export const migration035 = () => ({
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`drop index job_execution_state`.execute(db);
    await sql`create index job_execution_state on job_execution (job_id, slot_ms, state, retried_by, ordinal)`.execute(
      db,
    );
  },
});
