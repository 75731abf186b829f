import { describe, expect, test } from "bun:test";
import { type ChunkHeader, encodeChunk, readChunkHeader } from "../../protocol/chunks/chunk.ts";
import { CHUNK_KIND } from "../../protocol/log/kinds.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { DAY, MINUTE, SECOND } from "../../protocol/units.ts";
import { zstd } from "../compression/zstd.ts";
import { openDatabase } from "../database/database.ts";
import { createUplog, Thinnable, type Uplog } from "../uplog/uplog.ts";
import { Dropped, readDropped } from "./dropped.ts";
import { makeRoom, stepsInTurn } from "./make-room.ts";

const START_MS = Date.UTC(2026, 0, 1);

function openSite() {
  const clock = new ManualClock();
  const random = seededRandom(7);
  const db = openDatabase(":memory:", { clock, random });
  const uplog = createUplog(db);
  const parts = { thinnable: new Thinnable(db), dropped: new Dropped({ db, uplog }), compressor: zstd };
  /** A chunk a minute of each device, `everyMs` between readings. */
  const addTelemetry = (devices: number, minutes: number, everyMs: number, bare = false) =>
    db.transaction(() => {
      for (let minute = 0; minute < minutes; minute += 1) {
        for (let device = 0; device < devices; device += 1) {
          const readings = Array.from({ length: MINUTE / everyMs }, (_, index) => ({
            atMs: START_MS + minute * MINUTE + index * everyMs,
            values: { temperature: Math.round(random.next() * 4_000) / 100 },
          }));
          const payload = bare
            ? new Uint8Array([1, 2, 3])
            : encodeChunk({ device: `d${device}`, readings }, zstd);
          uplog.append({ kind: CHUNK_KIND, atMs: START_MS, payload }, { device: `d${device}` });
        }
      }
    });
  return { db, uplog, parts, addTelemetry, work: () => db.transaction(() => makeRoom(parts)) };
}

/** Of all telemetry in the log. */
function totals(uplog: Uplog) {
  const headers = uplog.read("bulk", 0, Number.MAX_SAFE_INTEGER).map(({ payload }) => headerOf(payload));
  const metrics = headers.flatMap(({ metrics }) => metrics);
  return {
    readings: headers.reduce((sum, { count }) => sum + count, 0),
    min: Math.min(...metrics.map(({ min }) => min!)),
    max: Math.max(...metrics.map(({ max }) => max!)),
    sum: Math.round(metrics.reduce((sum, metric) => sum + metric.sum!, 0) * 100),
    spans: [...new Set(headers.map(({ spanMs }) => spanMs ?? 0))].sort((a, b) => a - b),
  };
}

function headerOf(bytes: Uint8Array): ChunkHeader {
  const header = readChunkHeader(bytes);
  if (!header.ok) throw new Error(header.refusal.detail);
  return header.value;
}

describe("which step is next", () => {
  test("is the finest that holds more than all coarser ones together", () => {
    expect(stepsInTurn([10, 0, 0, 0, 0])[0]).toBe(0);
    expect(stepsInTurn([10, 10, 0, 0, 0])[0]).toBe(1);
    expect(stepsInTurn([8, 4, 2, 1, 0.5])[0]).toBe(0);
    expect(stepsInTurn([7, 4, 2, 1, 0.5])[0]).toBe(1);
  });
  test("is dropping when the coarsest holds most, and anything else that can be done after that", () => {
    expect(stepsInTurn([0, 0, 0, 0, 9])).toEqual([4, 0, 1, 2, 3]);
    expect(stepsInTurn([0, 0, 0, 0, 0])).toEqual([4, 0, 1, 2, 3]);
    expect(stepsInTurn([5, 0, 0, 0, 0])).toEqual([0, 1, 2, 3, 4]);
  });
});

describe("making room", () => {
  test("thins the oldest to coarser and coarser rows; count, least, greatest and sum stay true", () => {
    const { db, uplog, parts, addTelemetry, work } = openSite();
    addTelemetry(3, 240, SECOND);
    const before = totals(uplog);
    const bytes = () => parts.thinnable.bytesByStep().reduce((sum, size) => sum + size, 0);
    const full = bytes();
    for (let round = 0; round < 6; round += 1) expect(work()).toBe("thinned");
    expect(totals(uplog)).toEqual({ ...before, spans: [0, MINUTE] });
    expect(uplog.read("bulk", 0, 1).map(({ payload }) => headerOf(payload).spanMs)).toEqual([MINUTE]);
    const half = bytes();
    expect(half).toBeLessThan(full);
    let after = totals(uplog);
    for (; work() === "thinned"; after = totals(uplog))
      expect({ ...after, spans: before.spans }).toEqual(before);
    expect(after.spans).toContain(DAY);
    expect(bytes()).toBeLessThan(full / 50);
    expect(parts.thinnable.bytesByStep().reduce((sum, size) => sum + size, 0)).toBe(
      db.sqlite.query<{ n: number }, []>("SELECT sum(length(payload)) AS n FROM uplog_bulk").get()!.n,
    );
  });

  test("drops at last, oldest first, counts every reading of it and tells each once", () => {
    const { db, uplog, addTelemetry, work, parts } = openSite();
    addTelemetry(2, 130, 10 * SECOND);
    const before = totals(uplog).readings;
    for (let made = work(); made !== "nothing"; made = work()) {
      const dropped = readDropped(db).reduce((sum, { readings }) => sum + readings, 0);
      expect(totals(uplog).readings + dropped).toBe(before);
    }
    expect(uplog.read("bulk", 0, 1_000)).toEqual([]);
    expect(readDropped(db)).toEqual([
      { device: "d0", readings: before / 2 },
      { device: "d1", readings: before / 2 },
    ]);
    expect(parts.dropped.hasUntold()).toBe(true);
    db.transaction(() => parts.dropped.tell(START_MS));
    db.transaction(() => parts.dropped.tell(START_MS));
    const told = uplog.read("urgent", 0, 10_000);
    expect(told.map(({ kind, payload }) => [kind, JSON.parse(Buffer.from(payload).toString())])).toEqual(
      ["d0", "d1"].map((device) => [
        "telemetry.dropped",
        {
          device,
          readings: before / 2,
          fromMs: START_MS,
          toMs: START_MS + 130 * MINUTE - 10 * SECOND,
        },
      ]),
    );
  });

  test("does not put together what was stamped before the clock was set and after", () => {
    const { db, uplog, addTelemetry, work } = openSite();
    addTelemetry(1, 10, SECOND);
    db.sqlite.run("INSERT INTO clock_step (urgent_seq, bulk_seq, by_ms) VALUES (0, 4, 7200000)");
    for (let round = 0; round < 2; round += 1) expect(work()).toBe("thinned");
    const thinned = uplog.read("bulk", 0, Number.MAX_SAFE_INTEGER);
    expect(thinned.map(({ seq, payload }) => [seq, headerOf(payload).count])).toEqual([
      [1, 4 * 60],
      [5, 6 * 60],
    ]);
  });

  test("leaves alone what may be on its way to the cloud", () => {
    const { uplog, addTelemetry, work } = openSite();
    addTelemetry(2, 60, SECOND);
    uplog.offer(80);
    const untouched = () => uplog.read("bulk", 0, Number.MAX_SAFE_INTEGER).filter(({ seq }) => seq <= 80);
    const before = untouched();
    while (work() !== "nothing");
    expect(untouched()).toEqual(before);
    expect(uplog.head("bulk")).toBe(120);
    expect(uplog.read("bulk", 80, 10_000)).toEqual([]);
  });

  test("is not stopped by a chunk that is damaged, nor by telemetry that cannot be made smaller", () => {
    const damaged = openSite();
    damaged.addTelemetry(1, 5, SECOND, true);
    while (damaged.work() !== "nothing");
    expect(damaged.uplog.read("bulk", 0, 10_000)).toEqual([]);
    const sparse = openSite();
    sparse.addTelemetry(70, 1, MINUTE);
    const before = totals(sparse.uplog).readings;
    while (sparse.work() !== "nothing");
    expect(readDropped(sparse.db).reduce((sum, { readings }) => sum + readings, 0)).toBe(before);
  });
});
