import { type Kysely, sql } from "kysely";
import type { Dialect } from "../database.ts";

/**
 * Of the trees that a command writes to, those that say where in another a row is: tables that are found by their key alone are that key's
 * tree. A step is one of its execution's, not one of all steps there are. Each page of each tree is written for every command, twice. Rows of
 * some hundred bytes only: a tree of keys is not added to at its end without its last pages being shared out anew.
 */
export const migration071 = (dialect: Dialect) => ({
  async up(db: Kysely<unknown>): Promise<void> {
    if (dialect !== "sqlite") {
      // PostgreSQL has no such tables.
      await sql`alter table job_transition drop constraint job_transition_pkey, add primary key (execution_id, id),
        alter column id drop default`.execute(db);
      await sql`drop index job_transition_execution`.execute(db);
      return;
    }
    for (const [table, columns] of Object.entries(TABLES)) {
      const made = `${table}_alone`;
      await sql.raw(`create table ${made} (${columns}) without rowid`).execute(db);
      const names = columns
        .split(",\n")
        .flatMap((line) => /^\s*(?!constraint)(\w+|"by") /.exec(line)?.[1] ?? []);
      await sql.raw(`insert into ${made} (${names}) select ${names} from ${table}`).execute(db);
      await sql.raw(`drop table ${table}`).execute(db);
      await sql.raw(`alter table ${made} rename to ${table}`).execute(db);
    }
    for (const statement of AROUND) await sql.raw(statement).execute(db);
  },
});

const TABLES = {
  job_run: `job_id text not null references job (id),
    slot_ms bigint not null,
    organization_id text not null,
    state text not null,
    reason text,
    total integer not null,
    waiting integer not null,
    fanned integer not null,
    fanned_to text not null,
    forgiven_ended integer not null,
    forgiven_failed integer not null,
    retry_ms bigint,
    started_ms bigint not null,
    ended_ms bigint,
    constraint job_run_pk primary key (job_id, slot_ms)`,
  job_transition: `execution_id text not null,
    id integer not null,
    from_state text,
    to_state text not null,
    at_ms bigint not null,
    heard_ms bigint not null,
    "by" text not null,
    reason text,
    constraint job_transition_pk primary key (execution_id, id)`,
};

/** What hangs on them. */
const AROUND = [
  "create index job_run_open on job_run (state) where ended_ms is null",
  "create index job_run_ended on job_run (ended_ms) where ended_ms is not null",
];
