import { afterEach, beforeEach, describe, expect, spyOn, test } from "bun:test";
import { join } from "node:path";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { type EdgeDatabase, openDatabase } from "../database/database.ts";
import { HeldDisk } from "../testing/held-disk.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { createGroupCommit, type GroupCommit } from "./group-commit.ts";

let directory: ReturnType<typeof temporaryDirectory>;
let disk: HeldDisk;
let db: EdgeDatabase;
let commit: GroupCommit;
let ran: string[];
let clock: ManualClock;

const write = (name: string) => (): void => {
  db.sqlite.run(`INSERT INTO journal (body) VALUES (x'00')`);
  ran.push(name);
};
/** The event loop has gone round, and what waits for its end is done. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

beforeEach(() => {
  directory = temporaryDirectory();
  disk = new HeldDisk();
  clock = new ManualClock();
  const parts = { clock, random: seededRandom(1), put: disk.put };
  db = openDatabase(join(directory.path, "edge.db"), parts);
  commit = createGroupCommit(db, clock);
  ran = [];
});

afterEach(() => {
  disk.goOn();
  db.close();
  directory[Symbol.dispose]();
});

describe("a group commit on a disk that stands still", () => {
  test("has what comes meanwhile share the next one", async () => {
    const commits = spyOn(db, "transactionAhead");
    disk.hold();
    const first = commit.run(write("first"));
    await turn();
    const others = [commit.run(write("second")), commit.run(write("third"))];
    await turn();
    expect([ran, commits.mock.calls.length]).toEqual([["first"], 1]);
    disk.goOn();
    await Promise.all([first, ...others]);
    expect([ran, commits.mock.calls.length]).toEqual([["first", "second", "third"], 2]);
  });

  test("tells nobody before it goes on, and all of them in their order", async () => {
    disk.hold();
    const told: number[] = [];
    const all = [1, 2, 3].map((one) => commit.run(write("one")).then(() => told.push(one)));
    await turn();
    expect([ran.length, told]).toEqual([3, []]);
    disk.goOn();
    await Promise.all(all);
    expect(told).toEqual([1, 2, 3]);
  });

  test("waits with the event loop when too much does, for it is in memory", async () => {
    disk.hold();
    const first = commit.run(write("first"));
    await turn();
    const many = Array.from({ length: 500 }, (_, index) => commit.run(write(`${index}`)));
    expect([ran.length, db.isAhead]).toEqual([501, false]);
    await Promise.all([first, ...many]);
  });

  test("waits for it itself while the event loop is slow to go round, and no longer", async () => {
    disk.hold();
    const slow = commit.run(write("slow"));
    clock.advance(100);
    await slow;
    expect([db.isAhead, disk.waiting]).toEqual([false, 0]);
    // The average of the rounds comes down.
    while (disk.waiting === 0) {
      void commit.run(write("quick"));
      await turn();
    }
    expect(db.isAhead).toBe(true);
  });

  test("is through when it was flushed", async () => {
    disk.hold();
    const first = commit.run(write("first"));
    await turn();
    const second = commit.run(write("second"));
    commit.flush();
    await Promise.all([first, second]);
    expect([ran, db.isAhead]).toEqual([["first", "second"], false]);
  });
});
