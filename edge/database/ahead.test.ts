import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { type EdgeDatabase, openDatabase } from "./database.ts";
import type { PutOnDisk } from "./put-on-disk.ts";
import { examineWal } from "./wal.ts";

let directory: ReturnType<typeof temporaryDirectory>;
let db: EdgeDatabase;
/** The syncs that are under way. */
let syncs: ((error: Error | null) => void)[];
let lost: string[];
let ran: string[];

const put: PutOnDisk = (_fd, done) => void syncs.push(done);
const path = (): string => join(directory.path, "edge.db");
const count = (): number => db.sqlite.query<{ n: number }, []>("SELECT count(*) AS n FROM journal").get()!.n;
const insert = (): void => void db.sqlite.run(`INSERT INTO journal (body) VALUES (x'00')`);
const synchronous = () => db.sqlite.query("PRAGMA synchronous").get();
/** The disk has what it was given. */
const synced = (error: Error | null = null): void => syncs.shift()!(error);
const says = (what: string) => (): void => void ran.push(what);

beforeEach(() => {
  directory = temporaryDirectory();
  [syncs, lost, ran] = [[], [], []];
  db = openDatabase(path(), {
    ...{ clock: new ManualClock(), random: seededRandom(1), put },
    lost: ({ message }) => void lost.push(message),
  });
});

afterEach(() => {
  db.close();
  directory[Symbol.dispose]();
});

describe("a transaction ahead of the disk", () => {
  test("is seen at once, and what waits for it is called when it is on the disk", () => {
    const result = db.transactionAhead(() => {
      insert();
      db.whenDurable(says("durable"));
      db.onCommit(says(`committed ${count()}`));
      return "its result";
    });
    db.whenDurable(says("later"));
    expect([result, count(), ran, db.isAhead]).toEqual(["its result", 1, ["committed 1"], true]);
    synced();
    expect([ran, db.isAhead]).toEqual([["committed 1", "durable", "later"], false]);
    db.whenDurable(says("at once"));
    expect(ran.at(-1)).toBe("at once");
  });

  test("leaves every other to wait for the disk itself, also when it has failed", () => {
    db.transactionAhead(() => db.onCommit(() => ran.push(JSON.stringify(synchronous()))));
    const failing = () =>
      db.transactionAhead(() => {
        insert();
        db.whenDurable(says("never"));
        throw new Error("no");
      });
    expect(failing).toThrow("no");
    expect([ran, synchronous(), count()]).toEqual([[`{"synchronous":2}`], { synchronous: 2 }, 0]);
  });

  test("that comes while the disk is at another is waited for by itself", () => {
    for (const name of ["first", "second", "third"])
      db.transactionAhead(() => {
        insert();
        db.whenDurable(says(name));
      });
    expect(syncs.length).toBe(1);
    synced();
    expect([ran, syncs.length]).toEqual([["first"], 1]);
    synced();
    expect([ran, syncs.length, db.isAhead]).toEqual([["first", "second", "third"], 0, false]);
  });

  test("is told of before what a later one that waited itself has to tell", () => {
    db.transactionAhead(() => db.whenDurable(says("begun")));
    db.transaction(() => {
      insert();
      db.whenDurable(says("cancelled"));
    });
    expect(ran).toEqual([]);
    synced();
    expect(ran).toEqual(["begun", "cancelled"]);
  });

  test("keeps none of those that wait from being called when one throws", () => {
    db.transactionAhead(() => {
      db.whenDurable(() => {
        throw new Error("of ours");
      });
      db.whenDurable(says("the next"));
    });
    expect(() => synced()).toThrow("of ours");
    expect(ran).toEqual(["the next"]);
  });

  test("takes with a savepoint that throws what waits for it", () => {
    db.transactionAhead(() => {
      const failing = () =>
        db.savepoint(() => {
          db.whenDurable(says("inner"));
          throw new Error("no");
        });
      expect(failing).toThrow("no");
      db.whenDurable(says("outer"));
    });
    synced();
    expect(ran).toEqual(["outer"]);
  });

  test("is on the disk when it was settled, and a sync under way changes nothing", () => {
    db.transactionAhead(() => {
      insert();
      db.whenDurable(says("settled"));
    });
    expect(() => db.transaction(() => db.settle())).toThrow("not committed");
    db.settle();
    expect([ran, db.isAhead]).toEqual([["settled"], false]);
    db.transactionAhead(() => db.whenDurable(says("not yet")));
    synced();
    expect([ran, syncs.length]).toEqual([["settled"], 1]);
    synced();
    expect(ran).toEqual(["settled", "not yet"]);
  });

  test("of a database that is closed tells nobody any more", () => {
    db.transactionAhead(() => db.whenDurable(says("closed")));
    db.close();
    synced();
    expect(ran).toEqual([]);
  });
});

describe("a disk that refuses", () => {
  const refused = new Error("EIO: i/o error, fdatasync");

  test("is given the log anew, and nobody hears of the commit before it has it", async () => {
    db.transactionAhead(() => {
      insert();
      db.whenDurable(says("durable"));
    });
    const before = await Bun.file(`${path()}-wal`).bytes();
    synced(refused);
    synced(refused);
    expect([ran, lost, syncs.length]).toEqual([[], [], 1]);
    expect(await Bun.file(`${path()}-wal`).bytes()).toEqual(before);
    synced();
    db.transaction(insert);
    expect([ran, lost, count()]).toEqual([["durable"], [], 2]);
  });

  test("and has dropped what it could not write has lost it", async () => {
    db.transactionAhead(insert);
    const bytes = await Bun.file(`${path()}-wal`).bytes();
    expect(examineWal(bytes).readable).toBeGreaterThan(0);
    writeFileSync(`${path()}-wal`, bytes.fill(0, bytes.length - 100));
    db.whenDurable(says("never"));
    synced(refused);
    expect([ran, lost, syncs.length, db.isAhead]).toEqual([[], [refused.message], 0, true]);
  });

  test("and goes on to do so has lost it as well", () => {
    db.transactionAhead(() => db.whenDurable(says("never")));
    for (let tries = 0; tries <= 10; tries += 1) synced(refused);
    expect([ran, lost, syncs.length]).toEqual([[], [refused.message], 0]);
  });
});

describe("a log that a killed process has left", () => {
  test("is written anew and waited for before anybody is told of what it holds", async () => {
    db.transaction(insert);
    const wal = await Bun.file(`${path()}-wal`).bytes();
    using after = openDatabase(path(), { clock: new ManualClock(), random: seededRandom(1), put });
    after.adopt();
    after.whenDurable(says("durable"));
    expect([ran, after.isAhead, syncs.length]).toEqual([[], true, 1]);
    expect(await Bun.file(`${path()}-wal`).bytes()).toEqual(wal);
    synced();
    expect([ran, after.isAhead]).toEqual([["durable"], false]);
  });

  test("that is empty needs no wait", () => {
    db.close();
    db = openDatabase(path(), { clock: new ManualClock(), random: seededRandom(1), put });
    db.adopt();
    expect([syncs.length, db.isAhead]).toEqual([0, false]);
  });
});
