import { type Kysely, sql } from "kysely";
import type { Dialect } from "../database.ts";

/**
 * Of the trees that a command writes to, those that say nothing of it. What comes due by itself is in an index while it does, a run in the
 * one of those under way until it has ended and then in the other; and how many executions are in which state is a tree, not a table
 * and its key. Each page of each is written for every command, twice: to the log, and to the database.
 */
export const migration066 = (dialect: Dialect) => ({
  async up(db: Kysely<unknown>): Promise<void> {
    for (const name of ["job_next", "job_run_state", "job_run_ended"])
      await sql`drop index ${sql.id(name)}`.execute(db);
    await sql`create index job_next on job (place, next_ms) where next_ms is not null`.execute(db);
    await sql`create index job_run_open on job_run (state) where ended_ms is null`.execute(db);
    await sql`create index job_run_ended on job_run (ended_ms) where ended_ms is not null`.execute(db);
    // PostgreSQL has no such tables.
    if (dialect !== "sqlite") return;
    await sql`create table job_count_alone (
      job_id text not null, slot_ms bigint not null, state text not null, executions integer not null,
      constraint job_count_pk primary key (job_id, slot_ms, state)) without rowid`.execute(db);
    await sql`insert into job_count_alone select job_id, slot_ms, state, executions from job_count`.execute(
      db,
    );
    await sql`drop table job_count`.execute(db);
    await sql`alter table job_count_alone rename to job_count`.execute(db);
  },
});
