import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { encodeChunk } from "../../protocol/chunks/chunk.ts";
import type { Series } from "../../protocol/telemetry/series.ts";
import { DAY, MINUTE, SECOND } from "../../protocol/units.ts";
import { readSealedChunk, storeChunks } from "../telemetry/telemetry.ts";
import { zstd } from "../telemetry/zstd.ts";
import { addEstate } from "../testing/estate.ts";
import { startCloud, type TestCloud } from "../testing/start-cloud.ts";

let cloud: TestCloud;
let device: string;
beforeEach(async () => {
  cloud = await startCloud();
  device = (await addEstate(cloud, cloud.owner, "Store", { meter: {} })).devices.meter!;
});
afterEach(async () => {
  await cloud.cloud.telemetry.stop();
  await cloud.cloud.retentions.stop();
  await cloud[Symbol.asyncDispose]();
});

const PATH = "/organization/retention";
const change = (json: object, person = cloud.owner) => cloud.api(PATH, person, { method: "PATCH", json });

/** A chunk a minute of a reading a second, `minutes` of them, beginning so many days ago; returns when. */
async function store(daysAgo: number, minutes: number): Promise<number> {
  const fromMs = cloud.clock.nowMs() - daysAgo * DAY;
  const chunks = Array.from({ length: minutes }, (_, minute) => {
    const readings = Array.from({ length: 60 }, (_, second) => ({
      atMs: fromMs + minute * MINUTE + second * SECOND,
      values: { power: second, ...(second % 7 === 3 ? { seldom: second } : {}) },
    }));
    const sealed = readSealedChunk(encodeChunk({ device: "meter", readings }, zstd), zstd);
    if (!sealed.ok) throw new Error(sealed.refusal.detail);
    return { deviceId: device, chunk: sealed.value, skewMs: 0 };
  });
  await cloud.db.write((trx) => storeChunks(trx, chunks, cloud.clock.nowMs()));
  return fromMs;
}

async function digest(): Promise<void> {
  cloud.cloud.telemetry.start();
  cloud.clock.advance(10 * SECOND);
  const due = () => cloud.db.read.selectFrom("device").select("id").where("open_chunks", ">=", 128).execute();
  while ((await due()).length > 0) await new Promise((resolve) => setImmediate(resolve));
  await cloud.cloud.telemetry.stop();
}

async function rows(): Promise<{ chunks: number; open: number; digests: number }> {
  const count = async (table: "chunk" | "open_chunk" | "chunk_digest") =>
    (
      await cloud.db.read
        .selectFrom(table)
        .select((eb) => eb.fn.countAll<number>().as("rows"))
        .executeTakeFirstOrThrow()
    ).rows;
  return {
    chunks: await count("chunk"),
    open: await count("open_chunk"),
    digests: await count("chunk_digest"),
  };
}

const ask = (metric: string, fromMs: number, toMs: number, points: number): Promise<Series> =>
  cloud.read(`/devices/${device}/telemetry?metric=${metric}&from=${fromMs}&to=${toMs}&points=${points}`);

describe("the settings", () => {
  test("are the service's own until somebody sets others, which the audit log tells", async () => {
    expect(await cloud.read(PATH)).toEqual({ rawDays: 0, keepDays: 0, isDefault: true });
    const answer = await change({ rawDays: 30 });
    expect(await answer.json()).toEqual({ rawDays: 30, keepDays: 0, isDefault: false });
    await change({ keepDays: 60 });
    expect(await cloud.read(PATH)).toEqual({ rawDays: 30, keepDays: 60, isDefault: false });
    expect(await cloud.read("/audit?action=retention.update")).toMatchObject({
      items: [{ after: { rawDays: 30, keepDays: 60 } }, { before: { rawDays: 0 }, after: { rawDays: 30 } }],
    });
    const stranger = await cloud.addOwner("other@homepot.test", "Other");
    expect(await cloud.read(PATH, stranger)).toEqual({ rawDays: 0, keepDays: 0, isDefault: true });
  });

  test.each([
    ["a word", { rawDays: "long" }, 400],
    ["less than nothing", { keepDays: -1 }, 400],
    ["more raw than kept", { rawDays: 31, keepDays: 30 }, 400],
    ["what does not exist", { days: 1 }, 400],
  ])("are not %s", async (_, json, status) => {
    expect((await change(json)).status).toBe(status);
    expect(await cloud.read(PATH)).toMatchObject({ isDefault: true });
  });

  test("are seen by members, and changed by those who may change the organisation", async () => {
    const viewer = await cloud.addMember("viewer");
    expect((await cloud.api(PATH, viewer)).status).toBe(200);
    expect((await change({ rawDays: 1 }, viewer)).status).toBe(403);
    expect((await change({ rawDays: 1 }, await cloud.addMember("administrator"))).status).toBe(200);
    expect((await cloud.api(PATH, null)).status).toBe(401);
  });
});

describe("keeping to them", () => {
  test("thins what is past the raw days to its digests, which answer as exactly as before", async () => {
    const fromMs = await store(40, 256);
    await store(1, 130);
    await digest();
    expect(await rows()).toEqual({ chunks: 386, open: 2, digests: 3 });
    const toMs = fromMs + 256 * MINUTE - 1;
    const before = [await ask("power", fromMs, toMs, 64), await ask("seldom", fromMs, toMs, 64)];
    await change({ rawDays: 30, keepDays: 60 });
    await cloud.cloud.retentions.sweep();
    expect(await rows()).toEqual({ chunks: 130, open: 2, digests: 3 });
    const after = [await ask("power", fromMs, toMs, 64), await ask("seldom", fromMs, toMs, 64)];
    expect(after).toEqual(before.map((series) => ({ ...series, thinned: true })));
    expect(after[1]?.points).toHaveLength(64);
    const young = cloud.clock.nowMs() - DAY;
    expect(await ask("power", young, young + DAY, 5)).not.toHaveProperty("thinned");
  });

  test("a point finer than a row has the row where it begins, so that each counts once", async () => {
    const fromMs = await store(40, 128);
    await digest();
    await change({ rawDays: 30 });
    await cloud.cloud.retentions.sweep();
    const middle = fromMs + 10 * MINUTE + 17 * SECOND;
    const halves = [
      await ask("power", fromMs, middle - 1, 77),
      await ask("power", middle, fromMs + DAY, 999),
    ];
    const counted = halves.flatMap(({ points }) => points).reduce((sum, point) => sum + point[4], 0);
    expect(counted).toBe(128 * 60);
    expect(halves[1]?.points[0]?.[0]).toBe(fromMs + 11 * MINUTE);
  });

  test("drops what is past the days it is kept, with and without a digest, raw and thinned", async () => {
    await store(90, 128);
    await store(80, 128);
    await digest();
    await change({ rawDays: 85 });
    await cloud.cloud.retentions.sweep();
    expect(await rows()).toEqual({ chunks: 128, open: 0, digests: 2 });
    const old = await store(70, 3);
    const young = await store(10, 3);
    await cloud.db.write((trx) =>
      trx
        .insertInto("damaged_chunk")
        .values({
          chunk_id: 9_999,
          device_id: device,
          min_ms: old,
          max_ms: old,
          readings: 1,
          found_ms: old,
          reason: "",
          set_aside: 1,
        })
        .execute(),
    );
    await change({ rawDays: 20, keepDays: 60 });
    await cloud.cloud.retentions.sweep();
    expect(await rows()).toEqual({ chunks: 3, open: 3, digests: 0 });
    expect(await cloud.db.read.selectFrom("damaged_chunk").selectAll().execute()).toEqual([]);
    expect((await ask("power", young, young + DAY, 1)).points.at(0)?.[4]).toBe(180);
    const { open_chunks } = await cloud.db.read
      .selectFrom("device")
      .select("open_chunks")
      .executeTakeFirstOrThrow();
    expect(open_chunks).toBe(3);
  });

  test("begins by itself some minutes after a start, and ends with it", async () => {
    await store(90, 3);
    await change({ rawDays: 0, keepDays: 60 });
    cloud.cloud.retentions.start();
    cloud.clock.advance(5 * MINUTE);
    while ((await rows()).chunks > 0) await new Promise((resolve) => setImmediate(resolve));
    await cloud.cloud.retentions.stop();
  });
});
