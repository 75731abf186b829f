import { describe, expect, spyOn, test } from "bun:test";
import { getLogger } from "@logtape/logtape";
import { decodeChunk } from "../../protocol/chunks/chunk.ts";
import { CHUNK_KIND } from "../../protocol/log/kinds.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import type { Reading } from "../../protocol/telemetry/reading.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { MINUTE } from "../../protocol/units.ts";
import { openDatabase } from "../database/database.ts";
import { createUplog } from "../uplog/uplog.ts";
import { createGroupCommit } from "./group-commit.ts";
import { createTelemetry } from "./telemetry.ts";
import { zstd } from "./zstd.ts";

function start() {
  const clock = new ManualClock();
  const db = openDatabase(":memory:", { clock, random: seededRandom(1) });
  const uplog = createUplog(db);
  const policy = { readings: 5, afterMs: MINUTE };
  const commit = createGroupCommit(db);
  const log = getLogger("test");
  const telemetry = createTelemetry({ db, uplog, commit, clock, log, policy });
  const journal = () => db.sqlite.query<{ n: number }, []>("SELECT count(*) AS n FROM journal").get()!.n;
  const sealed = () =>
    uplog.read("bulk", 0, 1_000_000).map((entry) => {
      expect(entry.kind).toBe(CHUNK_KIND);
      const chunk = decodeChunk(entry.payload, zstd);
      if (!chunk.ok) throw new Error(chunk.refusal.detail);
      return chunk.value;
    });
  return { clock, db, uplog, telemetry, journal, sealed };
}
const readings = (...atMs: number[]): Reading[] =>
  atMs.map((at) => ({ atMs: at, values: { temperature: at / 4 } }));

describe("telemetry", () => {
  test("is in the journal when it was taken in, and in the uplog instead when it was sealed", async () => {
    const { telemetry, journal, sealed } = start();
    await telemetry.ingest("till-1", readings(3, 1));
    await telemetry.ingest("door-1", [{ atMs: 2, values: { open: true } }]);
    expect([journal(), sealed()]).toEqual([3, []]);
    expect(telemetry.seal(["till-1"])).toBe(1);
    expect([journal(), sealed()]).toEqual([1, [{ device: "till-1", readings: readings(3, 1) }]]);
    expect(telemetry.seal()).toBe(2);
    expect([journal(), sealed().length]).toEqual([0, 2]);
    expect(telemetry.seal()).toBe(2);
  });

  test("is sealed when enough is open, and when the oldest has been open long enough", async () => {
    const { clock, telemetry, sealed } = start();
    telemetry.start();
    await telemetry.ingest("till-1", readings(1, 2, 3, 4));
    expect(sealed()).toEqual([]);
    await telemetry.ingest("till-1", readings(5, 6));
    expect(sealed().map((chunk) => chunk.readings.length)).toEqual([5, 1]);
    await telemetry.ingest("till-1", readings(7));
    clock.advance(MINUTE - 1);
    expect(sealed().length).toBe(2);
    clock.advance(2_000);
    expect(sealed().length).toBe(3);
    telemetry.stop();
    expect(clock.pending).toBe(0);
  });

  test("of a device that is new since the start is sealed soon, so that it shows in the cloud", async () => {
    const { clock, telemetry, sealed } = start();
    telemetry.start();
    telemetry.seal(["till-1"]);
    await telemetry.ingest("till-1", readings(1));
    clock.advance(3_000);
    expect(sealed().length).toBe(1);
    await telemetry.ingest("till-1", readings(2));
    clock.advance(3_000);
    expect(sealed().length).toBe(1);
    telemetry.stop();
  });

  test("that was journalled before a restart is sealed after it", async () => {
    const { clock, db, uplog, telemetry, sealed } = start();
    await telemetry.ingest("till-1", readings(1));
    const policy = { readings: 5, afterMs: MINUTE };
    const log = getLogger("test");
    const next = createTelemetry({ db, uplog, commit: createGroupCommit(db), clock, log, policy });
    next.start();
    clock.advance(MINUTE + 2_000);
    expect(sealed()).toEqual([{ device: "till-1", readings: readings(1) }]);
  });

  test("that cannot be sealed stays in the journal, is acknowledged all the same, and is sealed later", async () => {
    const { clock, db, telemetry, journal, sealed } = start();
    telemetry.start();
    db.sqlite.run(
      "CREATE TRIGGER full BEFORE INSERT ON uplog_bulk BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    );
    await telemetry.ingest("till-1", readings(1, 2, 3, 4, 5));
    clock.advance(10_000);
    expect([journal(), sealed()]).toEqual([5, []]);
    expect(() => telemetry.seal()).toThrow("disk full");
    db.sqlite.run("DROP TRIGGER full");
    clock.advance(3_000);
    expect([journal(), sealed().length]).toEqual([0, 1]);
    telemetry.stop();
  });

  test("of many devices is sealed with few commits", async () => {
    const { db, telemetry, sealed } = start();
    const names = Array.from({ length: 100 }, (_, index) => `sensor-${index}`);
    await Promise.all(names.map((name) => telemetry.ingest(name, readings(1))));
    const transactions = spyOn(db, "transaction");
    expect(telemetry.seal()).toBe(100);
    expect(transactions.mock.calls.length).toBe(4);
    expect(sealed().map((chunk) => chunk.device)).toEqual(names);
  });

  test("is told to listeners after it is durable", async () => {
    const { telemetry, journal } = start();
    const heard: [string, number, number][] = [];
    const stop = telemetry.onReadings((device, taken) => heard.push([device, taken.length, journal()]));
    await telemetry.ingest("till-1", readings(1, 2));
    stop();
    await telemetry.ingest("till-1", readings(3));
    expect(heard).toEqual([["till-1", 2, 2]]);
  });

  test("that cannot be written is not there, and the caller is told", async () => {
    const { db, telemetry, journal } = start();
    db.sqlite.run(
      "CREATE TRIGGER full BEFORE INSERT ON journal WHEN NEW.device = 'bad' BEGIN SELECT RAISE(ABORT, 'full'); END",
    );
    const results = await Promise.allSettled([
      telemetry.ingest("good", readings(1)),
      telemetry.ingest("bad", readings(1)),
      telemetry.ingest("good", readings(2)),
    ]);
    expect(results.map((result) => result.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(journal()).toBe(2);
  });
});

describe("a group commit", () => {
  test("puts what came together into one transaction", async () => {
    const { db } = start();
    const commit = createGroupCommit(db);
    const transactions = spyOn(db, "transaction");
    const ran: number[] = [];
    await Promise.all([1, 2, 3].map((one) => commit.run(() => ran.push(one))));
    expect([ran, transactions.mock.calls.length]).toEqual([[1, 2, 3], 1]);
    let flushed = false;
    const waiting = commit.run(() => {
      flushed = true;
    });
    commit.flush();
    expect(flushed).toBe(true);
    await waiting;
    commit.flush();
  });

  test("a single write that throws is told so", async () => {
    const { db } = start();
    const failed = createGroupCommit(db).run(() => {
      throw new Error("no");
    });
    expect(failed).rejects.toThrow("no");
    await failed.catch(() => undefined);
  });

  test("a commit that fails is told to everyone in it", async () => {
    const { db } = start();
    const commit = createGroupCommit(db);
    db.sqlite.run("CREATE TABLE parent (id INTEGER PRIMARY KEY)");
    db.sqlite.run("CREATE TABLE child (id INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)");
    const results = await Promise.allSettled([
      commit.run(() => db.sqlite.run("INSERT INTO child VALUES (1)")),
      commit.run(() => db.sqlite.run("INSERT INTO parent VALUES (2)")),
    ]);
    expect(results.map((result) => result.status)).toEqual(["rejected", "rejected"]);
    expect(db.sqlite.query("SELECT count(*) AS n FROM parent").get()).toEqual({ n: 0 });
  });
});
