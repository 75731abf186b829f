import { sql, type Transaction } from "kysely";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import type { Tables } from "../database/tables.ts";

/**
 * Does one entry's work inside a transaction so that its failure undoes only that work. A refusal says why the entry
 * cannot be applied, now or later; what is the database's own trouble (a full disk, a lost connection) is thrown, for
 * then every entry would fail, and none of them deserves to be set aside.
 */
export async function isolate<T>(trx: Transaction<Tables>, work: () => Promise<T>): Promise<Result<T>> {
  await sql`SAVEPOINT entry`.execute(trx);
  try {
    const value = await work();
    await sql`RELEASE SAVEPOINT entry`.execute(trx);
    return accept(value);
  } catch (error) {
    if (!isOfTheEntry(error)) throw error;
    await sql`ROLLBACK TO SAVEPOINT entry`.execute(trx);
    await sql`RELEASE SAVEPOINT entry`.execute(trx);
    return refuse("internal.error", error instanceof Error ? error.message : String(error));
  }
}

/** SQLite's results that a value brings about, and PostgreSQL's classes 22 (data) and 23 (integrity). */
const SQLITE_OF_THE_VALUE = /^SQLITE_(CONSTRAINT|MISMATCH|RANGE|TOOBIG)/;
const POSTGRES_OF_THE_VALUE = /^2[23][0-9A-Z]{3}$/;

function isOfTheEntry(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  // Without a code it is not a database that speaks: our own program could not cope with the entry.
  if (typeof code !== "string") return true;
  return SQLITE_OF_THE_VALUE.test(code) || POSTGRES_OF_THE_VALUE.test(code);
}
