import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CompiledQuery } from "kysely";
import type { CloudDatabase } from "./database.ts";
import { openSqlite } from "./sqlite.ts";

const LOG_PAGES = 40;

let directory: string;
let db: CloudDatabase;
const path = () => join(directory, "cloud.db");
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "homepot-log-"));
  db = await openSqlite(path(), { logPages: LOG_PAGES });
  await db.writer.executeQuery(CompiledQuery.raw("CREATE TABLE filled (bytes BLOB)"));
});
afterEach(async () => {
  await db.close();
  rmSync(directory, { recursive: true });
});

/** A few pages each. */
const fill = () =>
  db.write((trx) => trx.executeQuery(CompiledQuery.raw("INSERT INTO filled VALUES (randomblob(12000))")));

test("the log is copied while others write and begins anew, again and again, and the database has what was written", async () => {
  using other = new Database(path());
  const pages = () =>
    other.query<{ log: number; checkpointed: number }, []>("PRAGMA wal_checkpoint(NOOP)").get()!;
  let written = 0;
  let anew = 0;
  for (let before = 0; anew < 3; written += 1) {
    await fill();
    const { log } = pages();
    if (log < before) anew += 1;
    before = log;
  }
  const rows = other.query<{ count: number }, []>("SELECT count(*) AS count FROM filled").get();
  expect(rows).toEqual({ count: written });
});

test("a database is closed in the middle of it, and has everything", async () => {
  for (let written = 0; written < LOG_PAGES; written += 1) await fill();
  await db.close();
  db = await openSqlite(path());
  using other = new Database(path());
  expect(other.query("SELECT count(*) AS count FROM filled").get()).toEqual({ count: LOG_PAGES });
});
