import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getLogger } from "@logtape/logtape";
import { toTimestamp } from "../../protocol/api/list.ts";
import { encodeChunk } from "../../protocol/chunks/chunk.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { HOUR, MINUTE, SECOND } from "../../protocol/units.ts";
import type { CloudDatabase } from "../database/database.ts";
import { openSqlite } from "../database/sqlite.ts";
import { Digests } from "./digests.ts";
import { SeriesReader } from "./series-reader.ts";
import { readSealedChunk, storeChunks } from "./telemetry.ts";
import { addTestDevice, DEVICE } from "./testing/test-device.ts";
import { zstd } from "./zstd.ts";

let directory: string;
let db: CloudDatabase;
let reader: SeriesReader;
const clock = new ManualClock();
const log = getLogger(["test"]);
/** A whole minute, by the cloud's clock. */
const START = Math.floor(clock.nowMs() / HOUR) * HOUR - 10 * HOUR;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "homepot-corrections-"));
  db = await openSqlite(join(directory, "cloud.db"));
  reader = new SeriesReader({ db, clock, log, compressor: zstd });
  await addTestDevice(db);
});
afterEach(async () => {
  await db.close();
  rmSync(directory, { recursive: true });
});

/** A chunk a minute from the `from`th minute on, of a reading a second, by a clock that is ahead by `skewMs`. */
async function store(from: number, minutes: number, skewMs: number): Promise<void> {
  const chunks = Array.from({ length: minutes }, (_, minute) => {
    const readings = Array.from({ length: 60 }, (_, second) => ({
      atMs: START + (from + minute) * MINUTE + second * SECOND + skewMs,
      values: { power: from + minute, ...(second === 30 ? { seldom: second } : {}) },
    }));
    const chunk = readSealedChunk(encodeChunk({ device: "meter", readings }, zstd), zstd);
    if (!chunk.ok) throw new Error(chunk.refusal.detail);
    return { deviceId: DEVICE, chunk: chunk.value, skewMs };
  });
  await db.write(async (trx) => {
    await storeChunks(trx, chunks, clock.nowMs());
    const row = { gateway_id: "g", epoch: "e", stream: "bulk", after_seq: from, skew_ms: skewMs };
    await trx.insertInto("gateway_clock").values(row).execute();
  });
}
const read = (fromMinute: number, toMinute: number, points: number, clock?: "gateway", metric = "power") =>
  reader.read({
    deviceId: DEVICE,
    metric,
    fromMs: START + fromMinute * MINUTE,
    toMs: START + toMinute * MINUTE - 1,
    points,
    clock: clock ?? "corrected",
  });
/** As {@link read} gives it when nothing was ever wrong: a point a minute. */
const minutes = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => from + index).map((minute) => [
    START + minute * MINUTE,
    minute,
    minute,
    minute,
    60,
  ]);
const digest = () => new Digests({ db, clock, log, compressor: zstd }).catchUp();

describe.each([
  ["two hours ahead", 2 * HOUR],
  ["two hours behind", -2 * HOUR],
])("a clock %s", (_, skewMs) => {
  test.each(["open chunks", "digests"])("is corrected in a series from %s", async (kind) => {
    await store(0, 128, skewMs);
    if (kind === "digests") await digest();
    const corrected = [{ skewMs, from: toTimestamp(START + 10 * MINUTE), to: expect.any(String) }];
    expect(await read(10, 20, 10)).toEqual({ points: minutes(10, 20) as never, corrected });
    // Columns of chunks that cross a border, and from what is kept decoded.
    for (let time = 0; time < 2; time += 1) {
      const fine = await read(10, 12, 4);
      expect(fine.points.map(([atMs, , , , count]) => [atMs - START, count])).toEqual([
        [600_000, 30],
        [630_000, 30],
        [660_000, 30],
        [690_000, 30],
      ]);
    }
    const seldom = await read(10, 12, 2, undefined, "seldom");
    expect(seldom.points.map(([atMs]) => (atMs - START) / SECOND)).toEqual([630, 690]);
  });

  test.each(["open chunks", "digests"])("is shown as it is on demand, from %s", async (kind) => {
    await store(0, 128, skewMs);
    if (kind === "digests") await digest();
    const shift = skewMs / MINUTE;
    const raw = await read(10 + shift, 20 + shift, 10, "gateway");
    expect(raw).toEqual({
      points: minutes(10, 20).map(([atMs, ...rest]) => [atMs! + skewMs, ...rest]) as never,
    });
    const fine = await read(10 + shift, 11 + shift, 2, "gateway");
    expect(fine.points.map(([atMs, , , , count]) => [atMs - skewMs - START, count])).toEqual([
      [600_000, 30],
      [630_000, 30],
    ]);
    expect((await read(10, 20, 10, "gateway")).points).toEqual(
      minutes(10 - shift, 20 - shift)
        .filter(([, minute]) => minute! >= 0 && minute! < 128)
        .map(([atMs, ...rest]) => [atMs! + skewMs, ...rest]) as never,
    );
  });
});

test("a jump in the middle leaves one line without a hole or an overlap, and says what was corrected", async () => {
  await store(0, 64, 2 * HOUR);
  await store(64, 64, 0);
  for (const step of [async () => {}, digest]) {
    await step();
    expect(await read(0, 128, 128)).toEqual({
      points: minutes(0, 128) as never,
      corrected: [
        { skewMs: 2 * HOUR, from: toTimestamp(START), to: toTimestamp(START + 64 * MINUTE - SECOND) },
      ],
    });
  }
});

test("a clock that is right changes nothing", async () => {
  await store(0, 128, 0);
  const before = await read(0, 128, 128);
  await digest();
  expect(before).toEqual({ points: minutes(0, 128) as never });
  expect(await read(0, 128, 128)).toEqual(before);
  expect(await read(0, 128, 128, "gateway")).toEqual(before);
});

test("the newest value and when a device was heard are by the corrected times", async () => {
  await store(0, 2, 400 * HOUR);
  await store(2, 1, 0);
  const newest = await db.read.selectFrom("device_metric").select(["metric", "value", "at_ms"]).execute();
  expect(newest).toContainEqual({ metric: "power", value: "2", at_ms: START + 3 * MINUTE - SECOND });
  const device = await db.read.selectFrom("device").select("last_seen_ms").executeTakeFirstOrThrow();
  expect(device.last_seen_ms).toBe(START + 3 * MINUTE - SECOND);
});
