import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import type { CloudDatabase } from "./database.ts";
import { compiledOnce, openSqlite } from "./sqlite.ts";

let directory: string;
let db: CloudDatabase;
const path = () => join(directory, "cloud.db");
const site = (id: string) => ({
  id,
  organization_id: "o",
  name: id,
  description: "",
  address: "",
  time_zone: "UTC",
  latitude: null,
  longitude: null,
  created_ms: 2 ** 52,
  updated_ms: 0,
});
const names = async (): Promise<string[]> =>
  (await db.read.selectFrom("site").select("name").orderBy("name").execute()).map((row) => row.name);

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "homepot-db-"));
  db = await openSqlite(path());
});
afterEach(async () => {
  await db.close();
  rmSync(directory, { recursive: true });
});

describe("the cloud's SQLite", () => {
  test("keeps whole numbers beyond 32 bits and is there after opening again", async () => {
    await db.write((trx) => trx.insertInto("site").values(site("a")).execute());
    await db.close();
    db = await openSqlite(path());
    expect(await db.read.selectFrom("site").select("created_ms").execute()).toEqual([
      { created_ms: 2 ** 52 },
    ]);
  });

  test("rolls a transaction back whole, runs its hooks only after a commit", async () => {
    const ran: string[] = [];
    const failed = db.write(async (trx) => {
      await trx.insertInto("site").values(site("a")).execute();
      db.onCommit(trx, () => ran.push("a"));
      throw new Error("no");
    });
    await expect(failed).rejects.toThrow("no");
    await failed.catch(() => undefined);
    await db.write(async (trx) => {
      await trx.insertInto("site").values(site("b")).execute();
      db.onCommit(trx, () => ran.push("b"));
      expect(ran).toEqual([]);
    });
    expect([await names(), ran]).toEqual([["b"], ["b"]]);
  });

  test("another task's write is never swallowed by a transaction that fails", async () => {
    const [failed, other] = await Promise.allSettled([
      db.write(async (trx) => {
        await trx.insertInto("site").values(site("lost")).execute();
        await new Promise((resolve) => setImmediate(resolve));
        throw new Error("no");
      }),
      db.write((trx) => trx.insertInto("site").values(site("kept")).execute()),
    ]);
    expect([failed.status, other.status, await names()]).toEqual(["rejected", "fulfilled", ["kept"]]);
  });

  test("those that come together share a commit, and one that fails takes back its own writes and hooks alone", async () => {
    const ran: string[] = [];
    const commits = new Set<number>();
    using other = new Database(path());
    const dataVersion = () => other.query<{ data_version: number }, []>("PRAGMA data_version").get()!;
    const write = (id: string, fails = false) =>
      db.writeTogether(async (trx) => {
        db.onCommit(trx, () => {
          ran.push(id);
          commits.add(dataVersion().data_version);
        });
        await trx.insertInto("site").values(site(id)).execute();
        expect(ran).toEqual([]);
        if (fails) throw new Error("no");
        return id;
      });
    const before = dataVersion().data_version;
    const asked = ["a", "b", "c"].map((id) => write(id, id === "b"));
    const twice = write("a");
    const [a, b, c, again] = await Promise.allSettled([...asked, twice]);
    expect([a, c]).toEqual([
      { status: "fulfilled", value: "a" },
      { status: "fulfilled", value: "c" },
    ]);
    expect(b).toMatchObject({ status: "rejected", reason: new Error("no") });
    expect(again?.status).toBe("rejected");
    expect([await names(), ran, commits.size, commits.has(before)]).toEqual([
      ["a", "c"],
      ["a", "c"],
      1,
      false,
    ]);
  });

  test("one that has time goes with the first that has none, or when its time has come", async () => {
    using other = new Database(path());
    const commits = new Set<number>();
    const count = () => other.query<{ data_version: number }, []>("PRAGMA data_version").get()!.data_version;
    const write = (id: string, atTheLatest?: Promise<void>) =>
      db.writeTogether(async (trx) => {
        db.onCommit(trx, () => commits.add(count()));
        await trx.insertInto("site").values(site(id)).execute();
      }, atTheLatest);
    const never = new Promise<void>(() => undefined);
    const early = write("a", never);
    await db.write((trx) => trx.insertInto("site").values(site("b")).execute());
    expect(await names()).toEqual(["b"]);
    await Promise.all([early, write("c")]);
    expect([await names(), commits.size]).toEqual([["a", "b", "c"], 1]);
    const { promise, resolve } = Promise.withResolvers<void>();
    const late = write("d", promise);
    resolve();
    await late;
    expect([await names(), commits.size]).toEqual([["a", "b", "c", "d"], 2]);
  });

  test("when the transaction is lost, so is every write that shared it, and each is told", async () => {
    const all = await Promise.allSettled([
      db.writeTogether((trx) => trx.insertInto("site").values(site("a")).execute()),
      db.writeTogether((trx) => sql`ROLLBACK`.execute(trx)),
      db.writeTogether((trx) => trx.insertInto("site").values(site("b")).execute()),
    ]);
    expect([all.map(({ status }) => status), await names()]).toEqual([
      ["rejected", "rejected", "rejected"],
      [],
    ]);
    await db.write((trx) => trx.insertInto("site").values(site("after")).execute());
    expect(await names()).toEqual(["after"]);
  });

  test("nobody hears of a commit before it is on the disk, and the loop goes on meanwhile", async () => {
    const waiting: ((error: Error | null) => void)[] = [];
    let holds = false;
    await using slow = await openSqlite(join(directory, "slow.db"), {
      put: (_fd, done) => (holds ? void waiting.push(done) : done(null)),
    });
    await slow.durable();
    holds = true;
    const heard: string[] = [];
    const write = (id: string) =>
      slow.write(async (trx) => {
        await trx.insertInto("site").values(site(id)).execute();
        slow.onCommit(trx, () => heard.push(`${id} after`));
      });
    const done = Promise.all(["a", "b"].map((id) => write(id).then(() => heard.push(id))));
    const next = async (): Promise<void> => {
      while (waiting.length === 0) await new Promise((resolve) => setImmediate(resolve));
    };
    await next();
    const told = slow.durable().then(() => heard.push("told"));
    expect((await slow.read.selectFrom("site").select("id").execute()).length).toBe(1);
    expect(heard).toEqual([]);
    waiting.shift()!(null);
    await told;
    await next();
    expect(heard.toSorted()).toEqual(["a", "a after", "told"]);
    waiting.shift()!(null);
    await done;
    expect(heard.slice(3)).toEqual(["b after", "b"]);
    // What changes nothing has nothing to wait for.
    await slow.write((trx) => trx.selectFrom("site").select("id").execute());
    holds = false;
  });

  test("what the disk did not take is answered to nobody", async () => {
    const faults: string[] = [];
    let fails = false;
    // Closing it would wait for the disk, too.
    const broken = await openSqlite(join(directory, "broken.db"), {
      put: (_fd, done) => done(fails ? new Error("EIO: i/o error, fdatasync") : null),
      lost: (error) => faults.push(error.message),
    });
    fails = true;
    let isAnswered = false;
    void broken
      .write((trx) => trx.insertInto("site").values(site("a")).execute())
      .finally(() => {
        isAnswered = true;
      });
    while (faults.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    expect([isAnswered, faults]).toEqual([false, ["EIO: i/o error, fdatasync"]]);
  });

  test("outside its transactions SQLite waits for the disk itself", async () => {
    const [FULL, NORMAL] = [2, 1];
    const level = async () =>
      (await sql<{ synchronous: number }>`select synchronous from pragma_synchronous`.execute(db.writer))
        .rows[0]?.synchronous;
    expect(await level()).toBe(FULL);
    await db.write((trx) => trx.insertInto("site").values(site("a")).execute());
    expect(await level()).toBe(NORMAL);
    await db.writer.insertInto("site").values(site("b")).execute();
    expect(await level()).toBe(FULL);
    await db.write(() => Promise.reject(new Error("no"))).catch(() => undefined);
    await db.writer.updateTable("site").set({ description: "c" }).execute();
    expect(await level()).toBe(FULL);
  });

  test("a statement is compiled with its parameters out of the planner's sight", () => {
    expect(compiledOnce(`select "a?" from "t" where b = '?''?' and c in (?, ?)`)).toBe(
      `select "a?" from "t" where b = '?''?' and c in (+?, +?)`,
    );
    expect(compiledOnce(`update "t" set "a" = ? where "b" = ?`)).toBe(`update "t" set "a" = ? where "b" = ?`);
  });

  test("a hook that throws is its own writer's trouble", async () => {
    const [bad, good] = await Promise.allSettled([
      db.writeTogether(async (trx) => {
        db.onCommit(trx, () => {
          throw new Error("hook");
        });
        await trx.insertInto("site").values(site("a")).execute();
      }),
      db.writeTogether((trx) => trx.insertInto("site").values(site("b")).execute()),
    ]);
    expect([bad.status, good.status, await names()]).toEqual(["rejected", "fulfilled", ["a", "b"]]);
  });

  test("a reader does not see what is not committed, and cannot write", async () => {
    await db.write(async (trx) => {
      await trx.insertInto("site").values(site("a")).execute();
      expect(await names()).toEqual([]);
    });
    expect(await names()).toEqual(["a"]);
    await expect(db.read.deleteFrom("site").execute()).rejects.toThrow("readonly");
  });

  test("a write holds the lock from its beginning, so that another process cannot come between read and write", async () => {
    const other = new Database(path());
    await db.write(async (trx) => {
      await trx.selectFrom("site").select("id").execute();
      expect(() => other.run("DELETE FROM site")).toThrow("locked");
      await trx.insertInto("site").values(site("a")).execute();
    });
    other.close();
    expect(await names()).toEqual(["a"]);
  });

  test("a hook for a transaction that has ended is a fault", async () => {
    const ended = await db.write(async (trx) => trx);
    expect(() => db.onCommit(ended, () => undefined)).toThrow("has ended");
  });

  test("refuses a database that a newer version has written, naming both", async () => {
    await db.close();
    const raw = new Database(path());
    raw.run("INSERT INTO kysely_migration (name, timestamp) VALUES ('999-later', '2030-01-01')");
    raw.close();
    await expect(openSqlite(path())).rejects.toThrow(/999-later; this version knows up to \d{3}-/);
    await openSqlite(path()).catch(() => undefined);
    const repaired = new Database(path());
    repaired.run("DELETE FROM kysely_migration WHERE name = '999-later'");
    repaired.close();
    db = await openSqlite(path());
  });

  test("a migration that was numbered early and finished late is made up for, and nothing is lost", async () => {
    await db.close();
    const schemaOf = (of: Database) =>
      of.query("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name, type").all();
    const raw = new Database(path());
    const whole = schemaOf(raw);
    // As whoever followed the development has it: 025 and 050 were there before 023.
    raw.run("DROP TABLE happening");
    raw.run("DELETE FROM kysely_migration WHERE name = '023-activity'");
    raw.run(`INSERT INTO site (id, organization_id, name, description, address, time_zone, created_ms, updated_ms)
             VALUES ('s', 'o', 's', '', '', 'UTC', 0, 0)`);
    raw.close();

    db = await openSqlite(path());
    expect(await names()).toEqual(["s"]);
    expect(await db.read.selectFrom("happening").select("id").execute()).toEqual([]);
    using again = new Database(path());
    expect(schemaOf(again)).toEqual(whole);
  });
});
