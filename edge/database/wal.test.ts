import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { examineWal } from "./wal.ts";

let directory: ReturnType<typeof temporaryDirectory>;
let database: Database;
let commits: number;

/** A log of several commits, over the remains of an earlier use of the file. */
beforeEach(() => {
  directory = temporaryDirectory();
  database = new Database(join(directory.path, "a.db"), { create: true });
  database.run("PRAGMA journal_mode = WAL");
  database.run("CREATE TABLE t (a BLOB)");
  const insert = (): void =>
    void database.query("INSERT INTO t VALUES (?)").run(new Uint8Array(9_000).fill(7));
  for (let index = 0; index < 20; index += 1) insert();
  database.run("PRAGMA wal_checkpoint(RESTART)");
  commits = 5;
  for (let index = 0; index < commits; index += 1) insert();
});

afterEach(() => {
  database.close();
  directory[Symbol.dispose]();
});

const log = (): Uint8Array => new Uint8Array(readFileSync(join(directory.path, "a.db-wal")));
const FRAME = 24 + 4_096;

test("a log that is whole has nothing unreadable, whatever is left in it from before", () => {
  const report = examineWal(log());
  expect(report).toMatchObject({ unreadable: 0, commits: 0 });
  expect(report.readable).toBeGreaterThan(commits);
  expect(log().length).toBeGreaterThan(32 + report.readable * FRAME);
  expect(examineWal(new Uint8Array())).toEqual({ readable: 0, unreadable: 0, commits: 0 });
});

test("a byte that changed anywhere in a frame hides it and what follows", () => {
  const whole = log();
  const { readable } = examineWal(whole);
  for (const offset of [0, 4, 8, 12, 16, 20, 24, 24 + 4_095]) {
    const last = whole.slice();
    const frame = 32 + (readable - 1) * FRAME;
    last[frame + offset]! ^= 0xff;
    expect(examineWal(last)).toEqual({ readable: readable - 1, unreadable: 1, commits: 1 });
  }
  const second = whole.slice();
  second[32 + FRAME + 100]! ^= 1;
  expect(examineWal(second)).toEqual({ readable: 1, unreadable: readable - 1, commits: expect.any(Number) });
});

test("a damaged header hides all of it", () => {
  for (const offset of [0, 5, 9, 13, 25]) {
    const bytes = log();
    const { readable } = examineWal(bytes);
    bytes[offset]! ^= 0x10;
    expect(examineWal(bytes)).toMatchObject({ readable: 0, unreadable: readable, commits });
  }
});

test("a commit that was cut off before its last frame is none", () => {
  const bytes = log();
  const { readable } = examineWal(bytes);
  const last = bytes.slice(0, 32 + readable * FRAME);
  // Its end never came.
  expect(examineWal(last.subarray(0, last.length - FRAME))).toEqual({
    readable: readable - 1,
    unreadable: 0,
    commits: 0,
  });
  // A frame before the last of its commit: `commits` counts ends only.
  const torn = last.slice(0, last.length - FRAME);
  torn[torn.length - 1]! ^= 1;
  expect(examineWal(torn)).toMatchObject({ unreadable: 1, commits: 0 });
});
