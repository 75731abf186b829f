import type { Kysely } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { RefusalError, refuse } from "../../protocol/errors.ts";
import type { Dialect } from "./database.ts";
import { migrations } from "./migrations/index.ts";

/**
 * Brings a database up to this version: all pending migrations in one transaction, so that a failed one leaves the
 * database as it was. Refuses one that a newer version has written (`database.newer`).
 */
// biome-ignore lint/suspicious/noExplicitAny: migrations see the tables of every version, which no one type describes
export async function migrate(db: Kysely<any>, dialect: Dialect): Promise<void> {
  const known = migrations(dialect);
  await refuseNewer(db, known);
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => known },
    // Work that was numbered first can be finished last: who follows it has the later number already.
    allowUnorderedMigrations: true,
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}

// biome-ignore lint/suspicious/noExplicitAny: as above
async function refuseNewer(db: Kysely<any>, known: Record<string, Migration>): Promise<void> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === "kysely_migration")) return;
  const applied: { name: string }[] = await db
    .selectFrom("kysely_migration")
    .select("name")
    .orderBy("name")
    .execute();
  const unknown = applied.findLast(({ name }) => !Object.hasOwn(known, name));
  if (unknown === undefined) return;
  const { refusal } = refuse(
    "database.newer",
    `the database is at ${unknown.name}; this version knows up to ${Object.keys(known).sort().at(-1)}`,
  );
  throw new RefusalError(refusal);
}
