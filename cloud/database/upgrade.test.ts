import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kysely, SqliteDialect } from "kysely";
import { Migrator } from "kysely/migration";
import { migrations } from "./migrations/index.ts";
import { openSqlite } from "./sqlite.ts";

/** A database as the version had it whose last migration this was. */
async function databaseAt(path: string, last: string): Promise<Database> {
  const file = new Database(path, { create: true });
  file.run("PRAGMA synchronous = OFF");
  const prepare = (text: string) => {
    const statement = file.prepare(text);
    const bind = (parameters: readonly unknown[]) => parameters as never[];
    return {
      reader: statement.columnNames.length > 0,
      all: (parameters: readonly unknown[]) => statement.all(...bind(parameters)),
      run: (parameters: readonly unknown[]) => statement.run(...bind(parameters)),
      iterate: (parameters: readonly unknown[]) =>
        statement.iterate(...bind(parameters)) as IterableIterator<unknown>,
    };
  };
  const db = new Kysely<unknown>({
    dialect: new SqliteDialect({ database: { prepare, close: () => undefined } }),
  });
  const known = Object.entries(migrations("sqlite")).filter(([name]) => name <= last);
  const provider = { getMigrations: async () => Object.fromEntries(known) };
  const { error } = await new Migrator({ db, provider, allowUnorderedMigrations: true }).migrateToLatest();
  if (error !== undefined) throw error;
  return file;
}

test("runs and steps of jobs are what they were when their tables have become their keys", async () => {
  const directory = mkdtempSync(join(tmpdir(), "homepot-upgrade-"));
  const path = join(directory, "cloud.db");
  const old = await databaseAt(path, "070-key-rotation");
  for (const job of ["a", "b"])
    old.run(
      `INSERT INTO job (id, organization_id, name, kind, spec, place, time_zone, position, status, created_ms, created_by, created_name, updated_ms)
      VALUES (?, 'o', 'n', 'k', '{}', 'cloud', 'UTC', 1, 'running', 1, 'u', 'U', 1)`,
      [job],
    );
  for (const [job, slot, ended] of [
    ["b", 2, null],
    ["a", 1, 5],
  ] as const)
    old.run(`INSERT INTO job_run VALUES (?, ?, 'o', 'running', 'why', 3, 1, 1, 'to', 0, 0, NULL, 4, ?)`, [
      job,
      slot,
      ended,
    ]);
  for (const [execution, to] of [
    ["y", "delivered"],
    ["x", "delivered"],
    ["y", "running"],
  ] as const)
    old.run(
      `INSERT INTO job_transition (execution_id, from_state, to_state, at_ms, heard_ms, "by", reason)
      VALUES (?, NULL, ?, 1, 2, 'gateway', NULL)`,
      [execution, to],
    );
  const runs = old.query("SELECT * FROM job_run ORDER BY job_id").all();
  const steps = old.query("SELECT * FROM job_transition ORDER BY execution_id, id").all();
  old.close();

  const db = await openSqlite(path);
  expect(await db.read.selectFrom("job_run").selectAll().orderBy("job_id").execute()).toEqual(runs as never);
  const now = db.read.selectFrom("job_transition").selectAll().orderBy("execution_id").orderBy("id");
  expect(await now.execute()).toEqual(steps as never);
  await db.close();
  rmSync(directory, { recursive: true });
});
