import { type Kysely, sql } from "kysely";

/** What settings the devices of a type have. */
export const migration041 = () => ({
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create table settings_schema (
      organization_id text not null,
      type text not null,
      version integer not null,
      schema text,
      updated_ms bigint not null,
      primary key (organization_id, type)
    )`.execute(db);
  },
});
