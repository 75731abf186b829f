import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lastFrame } from "./wal.ts";

test("a byte changed in the last frame costs the last commit and nothing before it", () => {
  const home = mkdtempSync(join(tmpdir(), "homepot-wal-"));
  try {
    const path = join(home, "a.db");
    using database = new Database(path, { create: true });
    database.run("PRAGMA journal_mode = WAL");
    database.run("CREATE TABLE t (n INTEGER)");
    // The log is used a second time, so that frames of the first are behind its end.
    for (let n = 0; n < 50; n += 1) database.run("INSERT INTO t VALUES (?)", [n]);
    database.run("PRAGMA wal_checkpoint(RESTART)");
    for (let n = 50; n < 60; n += 1) database.run("INSERT INTO t VALUES (?)", [n]);

    const copy = join(home, "copy.db");
    copyFileSync(path, copy);
    const log = readFileSync(`${path}-wal`);
    const { offset, length } = lastFrame(log);
    expect(offset + length).toBeLessThan(log.length);
    log[offset + length - 1] = log[offset + length - 1]! ^ 0xff;
    writeFileSync(`${copy}-wal`, log);
    using damaged = new Database(copy);
    expect(damaged.query("SELECT max(n) AS newest FROM t").get()).toEqual({ newest: 58 });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
