import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getLogger } from "@logtape/logtape";
import { ROLE_PERMISSIONS } from "../../protocol/accounts/role.ts";
import { encodeChunk, thinChunks } from "../../protocol/chunks/chunk.ts";
import type { Reading } from "../../protocol/telemetry/reading.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { HOUR, MINUTE, SECOND } from "../../protocol/units.ts";
import type { Scope } from "../accounts/scope.ts";
import type { CloudDatabase } from "../database/database.ts";
import { openSqlite } from "../database/sqlite.ts";
import { Digests } from "./digests.ts";
import { createTelemetry, readSealedChunk, storeChunks, type Telemetry } from "./telemetry.ts";
import { addTestDevice, DEVICE } from "./testing/test-device.ts";
import { zstd } from "./zstd.ts";

const SCOPE: Scope = {
  ...{ userId: "u", organizationId: "o", role: "viewer" },
  permissions: ROLE_PERMISSIONS.viewer,
};
let directory: string;
let db: CloudDatabase;
let clock: ManualClock;
let telemetry: Telemetry;
let flushed: string[];
let whenFlushed: () => Promise<void>;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "homepot-telemetry-"));
  db = await openSqlite(join(directory, "cloud.db"));
  clock = new ManualClock();
  flushed = [];
  whenFlushed = async () => {};
  telemetry = createTelemetry({
    db,
    clock,
    log: getLogger(["test"]),
    compressor: zstd,
    async flush(gatewayId, devices) {
      flushed.push(`${gatewayId} ${devices.join()}`);
      await whenFlushed();
      return true;
    },
  });
  await addTestDevice(db);
});
afterEach(async () => {
  await db.close();
  rmSync(directory, { recursive: true });
});

async function store(...chunks: Reading[][]): Promise<void> {
  const sealed = chunks.map((readings) => {
    const chunk = readSealedChunk(encodeChunk({ device: "meter", readings }, zstd), zstd);
    if (!chunk.ok) throw new Error(chunk.refusal.detail);
    return { deviceId: DEVICE, chunk: chunk.value, skewMs: 0 };
  });
  await db.write((trx) => storeChunks(trx, sealed, clock.nowMs()));
}
async function damage(id: number): Promise<void> {
  const bytes = new Uint8Array([1, 2]);
  await db.write((trx) => trx.updateTable("chunk").set({ bytes }).where("id", "=", id).execute());
}
/** A chunk a minute, of a reading a second, `minutes` of them up to now. */
async function storeMinutes(minutes: number): Promise<number> {
  const fromMs = clock.nowMs() - minutes * MINUTE;
  const seconds = (minute: number) =>
    Array.from({ length: 60 }, (_, second) => reading(fromMs + minute * MINUTE + second * SECOND, second));
  await store(...Array.from({ length: minutes }, (_, minute) => seconds(minute)));
  return fromMs;
}
const count = async (table: "chunk" | "open_chunk" | "chunk_digest" | "damaged_chunk") =>
  (
    await db.read
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<number>().as("rows"))
      .executeTakeFirstOrThrow()
  ).rows;
const reading = (atMs: number, power: number): Reading => ({ atMs, values: { power } });
const series = (query: Partial<Parameters<Telemetry["series"]>[2]> = {}) =>
  telemetry.series(SCOPE, DEVICE, { points: 300, ...query });

describe("storing chunks", () => {
  test("keeps the bytes as they came, with what the index needs", async () => {
    const nowMs = clock.nowMs();
    const readings = [reading(nowMs - 5, 2), reading(nowMs - 9, 1)];
    await store(readings);
    const rows = await db.read.selectFrom("chunk").selectAll().execute();
    expect(rows).toEqual([
      {
        id: 1,
        device_id: DEVICE,
        min_ms: nowMs - 9,
        max_ms: nowMs - 5,
        readings: 2,
        skew_ms: 0,
        bytes: encodeChunk({ device: "meter", readings }, zstd),
      },
    ]);
  });

  test("shows the newest value, whatever the order in which chunks arrive", async () => {
    const nowMs = clock.nowMs();
    await store([reading(nowMs - 10, 10)], [reading(nowMs - 5, 5)], [reading(nowMs - 7, 7)]);
    await store([reading(nowMs - 20, 20)]);
    expect(await telemetry.metrics(SCOPE, DEVICE)).toEqual({
      ok: true,
      value: [{ metric: "power", unit: "W", value: 5, at: new Date(nowMs - 5).toISOString() }],
    });
    const device = await db.read.selectFrom("device").select("last_seen_ms").executeTakeFirstOrThrow();
    expect(device.last_seen_ms).toBe(nowMs - 5);
  });

  test("notes of each of many devices when it was heard, and how many of its chunks wait", async () => {
    const nowMs = clock.nowMs();
    const { id: _, ...device } = await db.read.selectFrom("device").selectAll().executeTakeFirstOrThrow();
    const ids = Array.from({ length: 250 }, (_, index) => `many-${index}`);
    await db.write(async (trx) => {
      for (const id of ids)
        await trx
          .insertInto("device")
          .values({ ...device, id, key: id })
          .execute();
      // Every other one has two chunks, of which the older one comes last.
      const chunks = ids.flatMap((deviceId, index) =>
        Array.from({ length: 1 + (index % 2) }, (_, place) => {
          const chunk = readSealedChunk(
            encodeChunk({ device: deviceId, readings: [reading(nowMs - index - place * 1_000, 1)] }, zstd),
            zstd,
          );
          if (!chunk.ok) throw new Error(chunk.refusal.detail);
          return { deviceId, chunk: chunk.value, skewMs: 0 };
        }),
      );
      await storeChunks(trx, chunks, nowMs);
    });
    const noted = await db.read
      .selectFrom("device")
      .select(["id", "last_seen_ms as seenMs", "open_chunks as open"])
      .where("id", "like", "many-%")
      .execute();
    const byId = new Map(noted.map(({ id, seenMs, open }) => [id, { seenMs, open }]));
    expect(byId).toEqual(
      new Map(ids.map((id, index) => [id, { seenMs: nowMs - index, open: 1 + (index % 2) }])),
    );
  });

  test("of a device whose clock is known to be behind, what comes last is the newest", async () => {
    clock.jump(3 * HOUR);
    const nowMs = clock.nowMs();
    const value = async () => {
      const latest = await telemetry.metrics(SCOPE, DEVICE);
      return latest.ok ? latest.value[0]?.value : null;
    };
    await store([{ atMs: nowMs, values: { power: 1 } }]);
    await store([{ atMs: nowMs - 2 * HOUR, values: { power: 2 } }]);
    expect(await value()).toBe(1);
    const conduct = JSON.stringify({ clock: { aheadMs: -2 * HOUR } });
    await db.write((trx) =>
      trx.insertInto("device_conduct").values({ device_id: DEVICE, conduct, severity: 1 }).execute(),
    );
    await store([{ atMs: nowMs - 2 * HOUR + SECOND, values: { power: 3 } }]);
    expect(await value()).toBe(3);
  });

  test("a reading from the future is not the newest for ever, and nobody was seen in the future", async () => {
    await store([reading(clock.nowMs() + 400 * 24 * HOUR, 1)]);
    const device = await db.read.selectFrom("device").select("last_seen_ms").executeTakeFirstOrThrow();
    expect(device.last_seen_ms).toBe(clock.nowMs());
    clock.advance(SECOND);
    await store([reading(clock.nowMs(), 2)]);
    expect(await telemetry.metrics(SCOPE, DEVICE)).toMatchObject({ value: [{ value: 2 }] });
  });
});

describe("digests", () => {
  test("take the place of the oldest chunks' index, once there are enough, and answer the same", async () => {
    const fromMs = await storeMinutes(300);
    const query = { from: fromMs, to: clock.nowMs(), points: 7 };
    const before = await series(query);
    const digests = new Digests({ db, clock, log: getLogger(["test"]), compressor: zstd });
    await digests.catchUp();
    expect([await count("chunk_digest"), await count("open_chunk"), await count("chunk")]).toEqual([
      2, 44, 300,
    ]);
    expect(await series(query)).toEqual(before);
    expect(before).toMatchObject({ value: { points: { length: 7 } } });
    // From what is kept in memory as well.
    expect(await series(query)).toEqual(before);
    const { open_chunks } = await db.read
      .selectFrom("device")
      .select("open_chunks")
      .executeTakeFirstOrThrow();
    expect(open_chunks).toBe(44);
  });

  test("are made while the cloud runs, and no more once it stops", async () => {
    telemetry.start();
    await storeMinutes(130);
    clock.advance(10 * SECOND);
    while ((await count("chunk_digest")) === 0) await new Promise((resolve) => setImmediate(resolve));
    await telemetry.stop();
    await storeMinutes(130);
    clock.advance(MINUTE);
    await telemetry.stop();
    expect(await count("chunk_digest")).toBe(1);
  });

  test("leave a chunk with a damaged header aside, and the answer says so", async () => {
    const fromMs = await storeMinutes(128);
    await damage(5);
    const digests = new Digests({ db, clock, log: getLogger(["test"]), compressor: zstd });
    await digests.catchUp();
    expect(await count("open_chunk")).toBe(0);
    const answer = await series({ from: fromMs, to: clock.nowMs(), points: 1 });
    expect(answer).toMatchObject({
      value: {
        points: [[fromMs, 0, 29.5, 59, 127 * 60]],
        quality: { damagedChunks: 1, missingReadings: 60, droppedReadings: 0 },
      },
    });
  });

  test("serve a damaged column where its header suffices, and say what a finer look lacks", async () => {
    const fromMs = await storeMinutes(128);
    const digests = new Digests({ db, clock, log: getLogger(["test"]), compressor: zstd });
    await digests.catchUp();
    await damage(5);
    const hourly = await series({ from: fromMs, to: fromMs + 128 * MINUTE - 1, points: 1 });
    expect(hourly).toMatchObject({ value: { points: [[fromMs, 0, 29.5, 59, 128 * 60]] } });
    expect(hourly).not.toHaveProperty("value.quality");
    const fine = await series({ from: fromMs + 4 * MINUTE, to: fromMs + 6 * MINUTE - 1, points: 4 });
    expect(fine).toMatchObject({
      value: { quality: { damagedChunks: 1, missingReadings: 60, droppedReadings: 0 } },
    });
  });

  test("go on when the count of what waits was wrong", async () => {
    await storeMinutes(3);
    await db.write((trx) => trx.updateTable("device").set({ open_chunks: 500 }).execute());
    await new Digests({ db, clock, log: getLogger(["test"]), compressor: zstd }).catchUp();
    expect(await db.read.selectFrom("device").select("open_chunks").execute()).toEqual([{ open_chunks: 3 }]);
  });
});

describe("a series", () => {
  test("is the first metric by name of the last hour when nothing is said", async () => {
    const nowMs = clock.nowMs();
    await store([
      { atMs: nowMs - 2 * HOUR, values: { battery: 50, voltage: 3 } },
      { atMs: nowMs - MINUTE, values: { battery: 40, voltage: 2 } },
      { atMs: nowMs, values: { battery: 30 } },
    ]);
    expect(await series({ points: 1 })).toEqual({
      ok: true,
      value: {
        metric: "battery",
        unit: "%",
        from: new Date(nowMs - HOUR).toISOString(),
        to: new Date(nowMs).toISOString(),
        points: [[nowMs - MINUTE, 30, 35, 40, 2]],
      },
    });
    expect(await series({ points: 1, metric: "voltage" })).toMatchObject({
      value: { points: [[nowMs - MINUTE, 2, 2, 2, 1]] },
    });
  });

  test("asks the gateway first for what is not sealed yet", async () => {
    whenFlushed = () => store([reading(clock.nowMs(), 7)]);
    expect(await series()).toMatchObject({ value: { points: [[clock.nowMs(), 7, 7, 7, 1]] } });
    expect(flushed).toEqual(["g meter"]);
  });

  test("does not ask it where what is kept is enough", async () => {
    await store([reading(clock.nowMs() - 1, 6)]);
    whenFlushed = () => store([reading(clock.nowMs(), 7)]);
    expect(await series({ kept: "true" })).toMatchObject({
      value: { metric: "power", points: [[clock.nowMs() - 1, 6, 6, 6, 1]] },
    });
    expect(flushed).toEqual([]);
  });

  test("asks it for the newest values as well", async () => {
    whenFlushed = () => store([{ atMs: clock.nowMs(), values: { battery: 7 } }]);
    expect(await telemetry.metrics(SCOPE, DEVICE)).toMatchObject({
      value: [{ metric: "battery", value: 7 }],
    });
    expect(flushed).toEqual(["g meter"]);
  });

  test("goes over any number of chunks, of any overlap", async () => {
    const nowMs = clock.nowMs();
    const wide = [reading(nowMs - HOUR, 0), reading(nowMs + HOUR, 0)];
    const small = Array.from({ length: 1_100 }, (_, index) => [
      reading(nowMs - 1_100 + (index % 700), index),
    ]);
    await store(wide, ...small);
    expect(await series({ from: nowMs - 1_100, to: nowMs, points: 1 })).toMatchObject({
      value: { points: [[nowMs - 1_100, 0, 549.5, 1_099, 1_100]] },
    });
  });

  test("leaves a damaged chunk out, serves the rest, and says so", async () => {
    const nowMs = clock.nowMs();
    await store([reading(nowMs - 2, 2)], [reading(nowMs - 1, 1)]);
    await damage(1);
    for (let asked = 0; asked < 2; asked += 1) {
      expect(await series()).toMatchObject({
        value: {
          points: [[nowMs - 1, 1, 1, 1, 1]],
          quality: { damagedChunks: 1, missingReadings: 1, droppedReadings: 0 },
        },
      });
    }
    expect(await db.read.selectFrom("damaged_chunk").selectAll().execute()).toMatchObject([
      { chunk_id: 1, device_id: DEVICE, readings: 1, found_ms: nowMs, set_aside: 0 },
    ]);
  });

  test("of a text has no points", async () => {
    await store([{ atMs: clock.nowMs(), values: { state: "idle" } }]);
    expect(await series({ metric: "state" })).toMatchObject({ ok: true, value: { points: [] } });
  });

  test("of an unknown metric is refused, naming those there are", async () => {
    expect(await series()).toMatchObject({
      refusal: { code: "record.not-found", detail: "the device has sent no telemetry yet" },
    });
    expect(await series({ metric: "powr" })).toMatchObject({
      refusal: { code: "record.not-found", detail: expect.stringContaining("none yet") },
    });
    await store([{ atMs: 1, values: { power: 1, voltage: 1 } }]);
    expect(await series({ metric: "powr" })).toEqual({
      ok: false,
      refusal: {
        code: "record.not-found",
        detail: "the device has no metric powr; it has: power, voltage",
      },
    });
  });

  test("of another organisation's device does not exist, nor do its metrics", async () => {
    const stranger: Scope = { ...SCOPE, organizationId: "other" };
    const query = { points: 1 };
    expect(await telemetry.series(stranger, DEVICE, query)).toMatchObject({
      refusal: { code: "record.not-found" },
    });
    expect(await telemetry.metrics(stranger, DEVICE)).toMatchObject({
      refusal: { code: "record.not-found" },
    });
    expect(flushed).toEqual([]);
  });

  test.each([
    ["from", { from: 2, to: 1 }],
    ["to", { from: 1, to: 2 ** 52 }],
  ])("with a bad %s is refused", async (path, query) => {
    expect(await series(query)).toMatchObject({
      refusal: { code: "request.invalid", errors: [{ path }] },
    });
  });
});

describe("a chunk that the gateway had thinned", () => {
  test("is stored as any other, and a series says so where a row decides what a point shows", async () => {
    const nowMs = clock.nowMs();
    const raw = [0, 10, 70].map((second) => reading(nowMs - 5 * MINUTE + second * SECOND, second));
    const thinned = thinChunks([encodeChunk({ device: "meter", readings: raw }, zstd)], MINUTE, zstd);
    if (!thinned.ok) throw new Error(thinned.refusal.detail);
    const chunk = readSealedChunk(thinned.value, zstd);
    if (!chunk.ok) throw new Error(chunk.refusal.detail);
    await db.write((trx) => storeChunks(trx, [{ deviceId: DEVICE, chunk: chunk.value, skewMs: 0 }], nowMs));
    const wide = await series({ points: 1 });
    expect(wide).toMatchObject({ ok: true, value: { points: [[raw[0]!.atMs, 0, 80 / 3, 70, 3]] } });
    expect(wide).not.toMatchObject({ value: { thinned: true } });
    const fine = await series({ points: 360 });
    expect(fine).toMatchObject({ ok: true, value: { thinned: true } });
    expect(await telemetry.metrics(SCOPE, DEVICE)).toMatchObject({ value: [{ metric: "power", value: 70 }] });
  });
});
