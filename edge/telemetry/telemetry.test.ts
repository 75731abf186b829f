import { describe, expect, spyOn, test } from "bun:test";
import { getLogger } from "@logtape/logtape";
import { decodeChunk } from "../../protocol/chunks/chunk.ts";
import { CHUNK_KIND } from "../../protocol/log/kinds.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import type { Reading, Value } from "../../protocol/telemetry/reading.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { MINUTE } from "../../protocol/units.ts";
import { zstd } from "../compression/zstd.ts";
import { openDatabase } from "../database/database.ts";
import { createUplog } from "../uplog/uplog.ts";
import { createGroupCommit } from "./group-commit.ts";
import { createTelemetry, PATIENCE, type Telemetry } from "./telemetry.ts";
import { journalled } from "./testing/journalled.ts";

function start(sealReadings = 5) {
  const clock = new ManualClock();
  const db = openDatabase(":memory:", { clock, random: seededRandom(1) });
  const uplog = createUplog(db);
  const policy = { readings: sealReadings, afterMs: MINUTE };
  const commit = createGroupCommit(db, new ManualClock());
  const log = getLogger("test");
  const telemetry = createTelemetry({ db, uplog, commit, clock, log, policy });
  /** Readings that would be open after a restart. */
  const journal = () => journalled(db).flatMap(({ payload }) => JSON.parse(payload)).length;
  const sealed = () =>
    uplog.read("bulk", 0, 1_000_000).map((entry) => {
      expect(entry.kind).toBe(CHUNK_KIND);
      const chunk = decodeChunk(entry.payload, zstd);
      if (!chunk.ok) throw new Error(chunk.refusal.detail);
      return chunk.value;
    });
  /** Time passes, and what became due is sealed. */
  const advance = async (ms: number): Promise<void> => {
    clock.advance(ms);
    commit.flush();
    await Bun.sleep(0);
  };
  return { clock, db, uplog, commit, telemetry, journal, sealed, advance };
}
const ingest = (telemetry: Telemetry, device: string, taken: Reading[]): Promise<void> => {
  const payload = Buffer.from(JSON.stringify(taken.map(({ atMs, values }) => ({ ts: atMs, ...values }))));
  return telemetry.ingest({ device, arrivedMs: 0, payload }, taken);
};
const readings = (...atMs: number[]): Reading[] =>
  atMs.map((at) => ({ atMs: at, values: { temperature: at / 4 } }));

describe("telemetry", () => {
  test("is in the journal when it was taken in, and in the uplog instead when it was sealed", async () => {
    const { telemetry, journal, sealed } = start();
    await ingest(telemetry, "till-1", readings(3, 1));
    await ingest(telemetry, "door-1", [{ atMs: 2, values: { open: true } }]);
    expect([journal(), sealed()]).toEqual([3, []]);
    expect(telemetry.seal(["till-1"])).toBe(1);
    expect([journal(), sealed()]).toEqual([1, [{ device: "till-1", readings: readings(3, 1) }]]);
    expect(telemetry.seal()).toBe(2);
    expect([journal(), sealed().length]).toEqual([0, 2]);
    expect(telemetry.seal()).toBe(2);
  });

  test("is sealed when enough is open, and when the oldest has been open long enough", async () => {
    const { clock, advance, telemetry, sealed } = start();
    telemetry.start();
    await ingest(telemetry, "till-1", readings(1, 2, 3, 4));
    expect(sealed()).toEqual([]);
    await ingest(telemetry, "till-1", readings(5, 6));
    await advance(0);
    // Up to the end of a commit, so that no chunk is made of the few readings that are too many.
    expect(sealed().map((chunk) => chunk.readings.length)).toEqual([4]);
    await ingest(telemetry, "till-1", readings(7));
    await ingest(telemetry, "door-1", readings(...Array.from({ length: 12 }, (_, at) => at)));
    await advance(0);
    expect(sealed().map((chunk) => chunk.readings.length)).toEqual([4, 5, 5, 2]);
    await advance(MINUTE - 1);
    expect(sealed().length).toBe(4);
    await advance(2_000);
    expect(sealed().length).toBe(5);
    telemetry.stop();
    expect(clock.pending).toBe(0);
  });

  describe("that has been sealed before", () => {
    /** A device with a chunk whose temperature varied; it is a minute later. */
    async function startSealed() {
      const started = start(1_000);
      const { telemetry, advance, sealed } = started;
      telemetry.start();
      const message = (temperature: number, more: Record<string, Value> = {}): Promise<void> =>
        ingest(telemetry, "fridge-1", [{ atMs: 1, values: { temperature, door: false, fault: 0, ...more } }]);
      for (const temperature of [4, 4.5, 5]) await message(temperature);
      await advance(3_000);
      expect(sealed().length).toBe(1);
      await advance(MINUTE);
      return { ...started, message };
    }

    test("waits five times as long when it is little and says nothing new", async () => {
      const { telemetry, advance, sealed, message } = await startSealed();
      for (let half = 0; half < 2 * PATIENCE; half += 1) {
        await message(half);
        expect(sealed().length).toBe(1);
        await advance(MINUTE / 2);
      }
      await advance(1_000);
      expect(sealed().at(-1)!.readings.length).toBe(2 * PATIENCE);
      telemetry.stop();
    });

    test("waits no longer when nothing more comes", async () => {
      const { telemetry, advance, sealed, message } = await startSealed();
      await message(5);
      await message(6);
      await advance(MINUTE - 1_000);
      expect(sealed().length).toBe(1);
      await advance(2_000);
      expect(sealed().at(-1)!.readings.length).toBe(2);
      telemetry.stop();
    });

    test("waits no longer when it is enough to fill a chunk", async () => {
      const { telemetry, advance, sealed, message } = await startSealed();
      for (let index = 0; index < 100; index += 1) await message(index);
      await advance(MINUTE - 1_000);
      expect(sealed().length).toBe(1);
      await advance(2_000);
      expect(sealed().length).toBe(2);
      telemetry.stop();
    });

    test.each<[string, Record<string, Value>]>([
      ["a boolean that changes", { door: true }],
      ["a number that stood still", { fault: 7 }],
      ["a metric that was never there", { battery: 80 }],
      ["a type that is another", { temperature: "broken" }],
    ])("is sealed at once for %s", async (_, news) => {
      const { telemetry, advance, sealed, message } = await startSealed();
      await message(6);
      await advance(2_000);
      expect(sealed().length).toBe(1);
      await message(7, news);
      await advance(2_000);
      expect(sealed().at(-1)!.readings.length).toBe(2);
      telemetry.stop();
    });

    test("is sealed for news at most once in the time, and shows in the end how things stand", async () => {
      const { telemetry, advance, sealed, message } = await startSealed();
      const doors = () => sealed().map((chunk) => chunk.readings.at(-1)!.values.door);
      await message(5, { door: true });
      await advance(2_000);
      for (const door of [false, true, false]) {
        await message(5, { door });
        await advance(2_000);
      }
      expect(doors()).toEqual([false, true]);
      await advance(MINUTE);
      expect(doors()).toEqual([false, true, false]);
      telemetry.stop();
    });
  });

  test("of a device that is new since the start is sealed soon, so that it shows in the cloud", async () => {
    const { advance, telemetry, sealed } = start();
    telemetry.start();
    telemetry.seal(["till-1"]);
    await ingest(telemetry, "till-1", readings(1));
    await advance(3_000);
    expect(sealed().length).toBe(1);
    await ingest(telemetry, "till-1", readings(2));
    await advance(3_000);
    expect(sealed().length).toBe(1);
    telemetry.stop();
  });

  test("that was journalled before a restart is sealed after it", async () => {
    const { clock, db, uplog, commit, telemetry, sealed, advance } = start();
    await ingest(telemetry, "till-1", readings(1));
    const policy = { readings: 5, afterMs: MINUTE };
    const log = getLogger("test");
    const next = createTelemetry({ db, uplog, commit, clock, log, policy });
    next.start();
    await advance(MINUTE + 2_000);
    expect(sealed()).toEqual([{ device: "till-1", readings: readings(1) }]);
  });

  test("that was journalled before a restart comes before what is measured after it", async () => {
    const { clock, db, uplog, commit, telemetry, sealed } = start();
    await ingest(telemetry, "till-1", readings(1));
    const policy = { readings: 5, afterMs: MINUTE };
    const next = createTelemetry({ db, uplog, commit, clock, log: getLogger("test"), policy });
    next.start();
    await ingest(next, "till-1", readings(2));
    expect(next.open("till-1")).toEqual(readings(1, 2));
    next.seal();
    expect(sealed()).toEqual([{ device: "till-1", readings: readings(1, 2) }]);
    next.stop();
  });

  test("is not acknowledged while what came before a restart cannot be read back", async () => {
    const { clock, db, uplog, commit, telemetry } = start();
    await ingest(telemetry, "till-1", readings(1));
    await ingest(telemetry, "till-1", readings(2));
    const policy = { readings: 5, afterMs: MINUTE };
    const next = createTelemetry({ db, uplog, commit, clock, log: getLogger("test"), policy });
    db.sqlite.run("ALTER TABLE sealed_to RENAME TO out_of_reach");
    for (const at of [3, 4]) {
      const refused = await ingest(next, "till-1", readings(at)).catch((error: unknown) => String(error));
      expect(refused).toContain("sealed_to");
    }
    db.sqlite.run("ALTER TABLE out_of_reach RENAME TO sealed_to");
    await ingest(next, "till-1", readings(5));
    expect(next.open("till-1")).toEqual(readings(1, 2, 5));
  });

  test("that cannot be sealed stays in the journal, is acknowledged all the same, and is sealed later", async () => {
    const { advance, db, telemetry, journal, sealed } = start();
    telemetry.start();
    db.sqlite.run(
      "CREATE TRIGGER full BEFORE INSERT ON uplog_bulk BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    );
    await ingest(telemetry, "till-1", readings(1, 2, 3, 4, 5));
    await advance(10_000);
    expect([journal(), sealed()]).toEqual([5, []]);
    expect(() => telemetry.seal()).toThrow("disk full");
    db.sqlite.run("DROP TRIGGER full");
    await advance(3_000);
    expect([journal(), sealed().length]).toEqual([0, 1]);
    telemetry.stop();
  });

  test("of many devices is sealed with few commits", async () => {
    const { db, telemetry, sealed } = start();
    const names = Array.from({ length: 100 }, (_, index) => `sensor-${index}`);
    await Promise.all(names.map((name) => ingest(telemetry, name, readings(1))));
    const transactions = spyOn(db, "transaction");
    expect(telemetry.seal()).toBe(100);
    expect(transactions.mock.calls.length).toBe(4);
    expect(sealed().map((chunk) => chunk.device)).toEqual(names);
  });

  test("is told to listeners after it is durable", async () => {
    const { telemetry, journal } = start();
    const heard: [string, number, number][] = [];
    const stop = telemetry.onReadings((device, taken) => heard.push([device, taken.length, journal()]));
    await ingest(telemetry, "till-1", readings(1, 2));
    stop();
    await ingest(telemetry, "till-1", readings(3));
    expect(heard).toEqual([["till-1", 2, 2]]);
  });

  test("that cannot be written is not there, and everyone who waits for its commit is told", async () => {
    const { db, telemetry, journal, commit, sealed } = start();
    db.sqlite.run("CREATE TRIGGER full BEFORE INSERT ON journal BEGIN SELECT RAISE(ABORT, 'full'); END");
    const taken = [
      ingest(telemetry, "till-1", readings(1)),
      ingest(telemetry, "door-1", readings(1)),
      commit.run(() => db.sqlite.run("UPDATE identity SET site = 'here'")),
    ];
    const results = await Promise.allSettled(taken);
    expect(results.map((result) => result.status)).toEqual(["rejected", "rejected", "fulfilled"]);
    telemetry.seal();
    expect([journal(), sealed()]).toEqual([0, []]);
    db.sqlite.run("DROP TRIGGER full");
    await ingest(telemetry, "till-1", readings(2));
    expect(journal()).toBe(1);
  });

  test("that comes while others are sealed in the same commit stays open", async () => {
    const { commit, telemetry, sealed, journal, advance } = start();
    await ingest(telemetry, "till-1", readings(1, 2, 3, 4, 5));
    const meanwhile = ingest(telemetry, "till-1", readings(6));
    commit.flush();
    await meanwhile;
    expect([sealed().map((chunk) => chunk.readings.length), journal()]).toEqual([[5], 1]);
    telemetry.seal();
    await advance(0);
    expect([sealed().map((chunk) => chunk.readings.length), journal()]).toEqual([[5, 1], 0]);
  });

  test("is journalled in rows that are deleted when nobody needs them, and bounded by sealing early", async () => {
    const { db, telemetry, advance } = start();
    telemetry.start();
    const rows = () => db.sqlite.query<{ n: number }, []>("SELECT count(*) AS n FROM journal").get()!.n;
    for (let at = 1; at <= 200; at += 1) await ingest(telemetry, "till-1", readings(at));
    expect(rows()).toBeLessThan(80);
    await ingest(telemetry, "door-1", readings(1));
    await advance(3_000);
    const large = [{ atMs: 1, values: { text: "x".repeat(1_000) } }];
    for (let mib = 0; mib < 66; mib += 1) {
      await Promise.all(Array.from({ length: 1_000 }, (_, at) => ingest(telemetry, `till-${at}`, large)));
    }
    const before = rows();
    await advance(1_000);
    for (let turn = 0; turn < 100; turn += 1) await advance(0);
    expect(rows()).toBeLessThan(before / 2 + 64);
    telemetry.stop();
  });

  test("whose row of the journal is damaged is left out after a restart, and only that", async () => {
    const { db, uplog, commit, clock, telemetry, advance, sealed } = start();
    for (const at of [1, 2, 3]) await ingest(telemetry, "till-1", readings(at));
    db.sqlite.run("UPDATE journal SET body = zeroblob(30) WHERE id = 2");
    const policy = { readings: 5, afterMs: MINUTE };
    const next = createTelemetry({ db, uplog, commit, clock, log: getLogger("test"), policy });
    next.start();
    await advance(MINUTE);
    expect(sealed()).toEqual([{ device: "till-1", readings: readings(1, 3) }]);
  });
});

describe("a group commit", () => {
  test("puts what came together into one transaction", async () => {
    const { db } = start();
    const commit = createGroupCommit(db, new ManualClock());
    const transactions = spyOn(db, "transactionAhead");
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
    const failed = createGroupCommit(db, new ManualClock()).run(() => {
      throw new Error("no");
    });
    expect(failed).rejects.toThrow("no");
    await failed.catch(() => undefined);
  });

  test("a commit that fails is told to everyone in it", async () => {
    const { db } = start();
    const commit = createGroupCommit(db, new ManualClock());
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
