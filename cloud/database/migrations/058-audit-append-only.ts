import { type Kysely, sql } from "kysely";
import type { Dialect } from "../database.ts";

/**
 * The audit log is added to and nothing else: the database itself refuses what would change or delete an entry, whoever
 * asks. Who may change the tables can take this away, and is found by the chain.
 */
export const migration058 = (dialect: Dialect) => ({
  async up(db: Kysely<unknown>): Promise<void> {
    // PostgreSQL's triggers are another language, and come with what runs on it.
    if (dialect === "postgres") return;
    for (const deed of ["update", "delete"])
      await sql`create trigger ${sql.raw(`audit_entry_no_${deed}`)} before ${sql.raw(deed)} on audit_entry
        begin select raise(abort, 'the audit log is only added to'); end`.execute(db);
  },
});
