import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { isId } from "../../protocol/ids.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { openDatabase } from "./database.ts";

const parts = { clock: new ManualClock(), random: seededRandom(1) };
const count = (db: ReturnType<typeof openDatabase>) =>
  db.sqlite.query<{ n: number }, []>("SELECT count(*) AS n FROM journal").get()!.n;
const insert = (db: ReturnType<typeof openDatabase>) =>
  db.sqlite.run(`INSERT INTO journal (body) VALUES (x'00')`);

describe("the gateway's database", () => {
  test("has an identity that stays, and writes with synchronous=FULL", () => {
    using directory = temporaryDirectory();
    const path = join(directory.path, "edge.db");
    const epochs = [1, 2].map(() => {
      using db = openDatabase(path, parts);
      expect(db.sqlite.query("PRAGMA synchronous").get()).toEqual({ synchronous: 2 });
      expect(db.sqlite.query("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
      return db.sqlite.query<{ uplog_epoch: string }, []>("SELECT uplog_epoch FROM identity").get()!
        .uplog_epoch;
    });
    expect(isId(epochs[0]!)).toBe(true);
    expect(epochs[0]).toBe(epochs[1]!);
  });

  test("is made by several processes at once, of which none fails", async () => {
    using directory = temporaryDirectory();
    const program = `import { openDatabase } from ${JSON.stringify(`${import.meta.dir}/database.ts`)};
      const parts = { clock: { nowMs: () => 0 }, random: { bytes: (size) => new Uint8Array(size) } };
      for (let file = 0; file < 100; file += 1) openDatabase(process.argv[1] + "/" + file, parts).close();`;
    const children = [1, 2, 3, 4].map(() =>
      Bun.spawn([process.execPath, "-e", program, directory.path], { stderr: "pipe" }),
    );
    const said = await Promise.all(
      children.map(async (child) => [await child.exited, await new Response(child.stderr).text()]),
    );
    expect(said).toEqual(children.map(() => [0, ""]));
  });

  test("a transaction that throws leaves nothing behind and runs no hook; one inside another is part of it", () => {
    using db = openDatabase(":memory:", parts);
    const ran: string[] = [];
    expect(() =>
      db.transaction(() => {
        insert(db);
        db.transaction(() => insert(db));
        db.onCommit(() => ran.push("failed"));
        throw new Error("no");
      }),
    ).toThrow("no");
    expect(count(db)).toBe(0);
    db.transaction(() => {
      insert(db);
      db.onCommit(() => ran.push(`after ${count(db)}`));
    });
    db.onCommit(() => ran.push("at once"));
    expect(ran).toEqual(["after 1", "at once"]);
  });

  test("what is to come last is part of the transaction, once, and again when it is asked for meanwhile", () => {
    using db = openDatabase(":memory:", parts);
    const ran: string[] = [];
    const last = (): void => {
      insert(db);
      if (ran.push(`last ${count(db)}`) === 1) db.beforeCommit(last);
      db.onCommit(() => ran.push(`after ${count(db)}`));
    };
    db.transaction(() => {
      db.beforeCommit(last);
      db.transaction(() => db.beforeCommit(last));
      insert(db);
    });
    expect(ran).toEqual(["last 2", "last 3", "after 3", "after 3"]);
    expect(() =>
      db.transaction(() => {
        db.beforeCommit(last);
        throw new Error("no");
      }),
    ).toThrow("no");
    db.transaction(() => undefined);
    expect([db.beforeCommit(last), count(db), ran.length]).toEqual([false, 3, 4]);
  });

  test("what goes along is part of the next transaction that succeeds, and makes none of its own", () => {
    using db = openDatabase(":memory:", parts);
    db.alongNext(() => insert(db));
    expect(count(db)).toBe(0);
    expect(() =>
      db.transaction(() => {
        expect(count(db)).toBe(1);
        throw new Error("no");
      }),
    ).toThrow("no");
    expect(count(db)).toBe(0);
    db.transaction(() => insert(db));
    db.transaction(() => undefined);
    expect(count(db)).toBe(2);
  });

  test("a savepoint that throws takes back only its own writes and hooks", () => {
    using db = openDatabase(":memory:", parts);
    const ran: string[] = [];
    db.transaction(() => {
      insert(db);
      expect(() =>
        db.savepoint(() => {
          insert(db);
          db.onCommit(() => ran.push("inner"));
          throw new Error("no");
        }),
      ).toThrow("no");
      db.savepoint(() => insert(db));
      db.onCommit(() => ran.push("outer"));
    });
    db.savepoint(() => insert(db));
    expect([count(db), ran]).toEqual([3, ["outer"]]);
  });

  test("commands that open and close it at the same time all get in", async () => {
    using directory = temporaryDirectory();
    const path = join(directory.path, "edge.db");
    const program = `
      const { openDatabase } = await import(${JSON.stringify(join(import.meta.dir, "database.ts"))});
      const parts = { clock: { nowMs: () => 0 }, random: { bytes: (length) => new Uint8Array(length) } };
      for (let round = 0; round < 50; round += 1) {
        using db = openDatabase(${JSON.stringify(path)}, parts);
        db.transaction(() => db.sqlite.run("UPDATE identity SET bulk_offered = bulk_offered + 1"));
      }`;
    openDatabase(path, parts).close();
    const codes = Array.from({ length: 4 }, async () => {
      const child = Bun.spawn([process.execPath, "-e", program], { stdout: "ignore", stderr: "pipe" });
      return { stderr: await new Response(child.stderr).text(), code: await child.exited };
    });
    expect(await Promise.all(codes)).toEqual(Array(4).fill({ stderr: "", code: 0 }));
    using db = openDatabase(path, parts);
    expect(db.sqlite.query("SELECT bulk_offered AS n FROM identity").get()).toEqual({ n: 200 });
  });

  test("works with what a newer version has left that only added to it, and leaves that alone", () => {
    using directory = temporaryDirectory();
    const path = join(directory.path, "edge.db");
    {
      using db = openDatabase(path, parts);
      db.sqlite.run("ALTER TABLE identity ADD COLUMN of_the_future TEXT; PRAGMA user_version = 99");
    }
    using db = openDatabase(path, parts);
    db.sqlite.run("UPDATE identity SET uplog_epoch = uplog_epoch");
    expect(db.sqlite.query("PRAGMA user_version").get()).toEqual({ user_version: 99 });
  });

  test("refuses a database that a newer version has written which it cannot work with, naming both", () => {
    using directory = temporaryDirectory();
    const path = join(directory.path, "edge.db");
    {
      using db = openDatabase(path, parts);
      db.sqlite.run("PRAGMA user_version = 99");
      db.sqlite.run("UPDATE schema_reader SET needs = 99");
    }
    expect(() => openDatabase(path, parts)).toThrow(/schema 99; this version knows schemas up to \d/);
  });
});
