import { expect, test } from "bun:test";
import fc from "fast-check";
import { encodeChunk, readChunkHeader, thinChunks } from "../../protocol/chunks/chunk.ts";
import type { Reading } from "../../protocol/telemetry/reading.ts";
import { Buckets } from "./buckets.ts";
import { summaryOfColumn } from "./header-summary.ts";
import { readSealedChunk } from "./sealed-chunk.ts";
import { addHeader, readColumn } from "./series.ts";
import { zstd } from "./zstd.ts";

const MINUTE = 60_000;
const START = 1_700_000_040_000;
const reading = (atMs: number, values: Reading["values"]): Reading => ({ atMs, values });

function accepted<T>(result: { ok: true; value: T } | { ok: false; refusal: unknown }): T {
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.refusal)}`);
  return result.value;
}
const thin = (readings: Reading[], spanMs = MINUTE) =>
  accepted(thinChunks([encodeChunk({ device: "d", readings }, zstd)], spanMs, zstd));

function pointsOf(bytes: Uint8Array, metric: string, fromMs: number, toMs: number, count: number) {
  const buckets = new Buckets(fromMs, toMs, count);
  if (!addHeader(buckets, accepted(readChunkHeader(bytes)), metric)) {
    accepted(readColumn(bytes, metric, zstd)).addTo(buckets);
  }
  return buckets.points();
}

const readings = fc.array(
  fc
    .tuple(fc.integer({ min: 0, max: 60 * MINUTE - 1 }), fc.integer({ min: -500, max: 500 }), fc.boolean())
    .map(([offMs, tenths, sparse]) =>
      reading(START + offMs, sparse ? { other: true } : { power: tenths / 10, other: false }),
    ),
  { minLength: 1, maxLength: 80 },
);

test("points as wide as rows, and on their borders, are those of the raw readings", () => {
  fc.assert(
    fc.property(readings, fc.constantFrom(1, 2, 6, 12, 60), (all, count) => {
      const raw = encodeChunk({ device: "d", readings: all }, zstd);
      for (const metric of ["power", "other"]) {
        const from = pointsOf(raw, metric, START, START + 60 * MINUTE, count);
        const rows = pointsOf(thin(all), metric, START, START + 60 * MINUTE, count);
        expect(rows.map(([atMs, min, , max, n]) => [atMs, min, max, n])).toEqual(
          from.map(([atMs, min, , max, n]) => [atMs, min, max, n]),
        );
        for (const [index, [, , mean]] of rows.entries()) expect(mean).toBeCloseTo(from[index]![2], 9);
      }
    }),
  );
});

test("of points finer than rows, each row counts once, where it begins", () => {
  const all = [0, 10, 20, 59, 61].map((second, value) => reading(START + second * 1_000, { power: value }));
  const bytes = thin(all);
  expect(pointsOf(bytes, "power", START, START + 2 * MINUTE, 120)).toEqual([
    [START, 0, 1.5, 3, 4],
    [START + 61_000, 4, 4, 4, 1],
  ]);
  // The first row began before what is asked, so it is in the answer about the time before.
  expect(pointsOf(bytes, "power", START + 5_000, START + 2 * MINUTE, 10)).toEqual([
    [START + 61_000, 4, 4, 4, 1],
  ]);
  expect(accepted(readColumn(bytes, "power", zstd))).toMatchObject({ isThinned: true });
});

test("a digest has of a thinned chunk what it has of the raw one", () => {
  fc.assert(
    fc.property(readings, (all) => {
      const raw = encodeChunk({ device: "d", readings: all }, zstd);
      const rows = thin(all, 600_000);
      for (const metric of ["power", "other", "none"]) {
        const [of, from] = [rows, raw].map((bytes) =>
          summaryOfColumn(bytes, accepted(readChunkHeader(bytes)), metric, zstd),
        );
        expect(of).toMatchObject({ ...from, sum: expect.closeTo(from!.sum, 9) });
      }
    }),
  );
});

test("the newest value of each metric is known from the header, whatever its type and the order", () => {
  const bytes = thin([
    reading(START + 9_000, { power: 9, mode: "high" }),
    reading(START + 8_000, { power: 8 }),
    reading(START + 10_000, { mode: 4 }),
    reading(START + 7_000, { door: true }),
  ]);
  expect(accepted(readSealedChunk(bytes, zstd)).newest).toEqual([
    { metric: "power", value: 9, atMs: START + 9_000 },
    { metric: "mode", value: 4, atMs: START + 10_000 },
    { metric: "door", value: true, atMs: START + 7_000 },
  ]);
  expect(readSealedChunk(thin([reading(START, { ["m".repeat(65)]: 1 })]), zstd).ok).toBe(false);
});
