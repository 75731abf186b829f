import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { encodeChunk } from "../../protocol/chunks/chunk.ts";
import type { Reading, Value } from "../../protocol/telemetry/reading.ts";
import type { SeriesPoint } from "../../protocol/telemetry/series.ts";
import { Buckets } from "./buckets.ts";
import { addChunk } from "./series.ts";
import { zstd } from "./zstd.ts";

const START = 1_700_000_000_000;

/** The same by looking at every raw reading, bucket by bucket, with sums that never round. */
function bruteForce(readings: Reading[], fromMs: number, toMs: number, points: number): SeriesPoint[] {
  const buckets = new Map<number, { at: number; value: number }[]>();
  for (const { atMs, values } of readings) {
    const value = Number(values.m);
    if (values.m === undefined || typeof values.m === "string") continue;
    if (atMs < fromMs || atMs > toMs) continue;
    const span = BigInt(Math.max(1, toMs - fromMs));
    const index = Math.min(points - 1, Number((BigInt(atMs - fromMs) * BigInt(points)) / span));
    buckets.set(index, [...(buckets.get(index) ?? []), { at: atMs, value }]);
  }
  return [...buckets.entries()]
    .sort(([a], [b]) => a - b)
    .map(([, found]) => {
      const values = found.map(({ value }) => value);
      // Values are multiples of 1/64, so whole numbers hold their sum exactly.
      const mean = values.reduce((sum, value) => sum + value * 64, 0) / 64 / values.length;
      return [
        Math.min(...found.map(({ at }) => at)),
        Math.min(...values),
        mean,
        Math.max(...values),
        values.length,
      ];
    });
}

const sixtyFourths = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((whole) => whole / 64);
const value: fc.Arbitrary<Value> = fc.oneof(
  { weight: 8, arbitrary: sixtyFourths },
  { weight: 1, arbitrary: fc.boolean() },
  { weight: 1, arbitrary: fc.constant("text") },
);
/** Chunks as they come: dense and sparse, one type and several, in order and not, overlapping and apart. */
const chunk = fc
  .tuple(
    fc.nat(100_000),
    fc.boolean(),
    fc.array(fc.record({ step: fc.nat(2_000), value: fc.option(value, { freq: 5, nil: undefined }) }), {
      minLength: 1,
      maxLength: 30,
    }),
    fc.constantFrom("numbers" as const, "anything" as const),
  )
  .map(([offset, shuffled, drafts, kind]) => {
    let atMs = START + offset;
    const readings = drafts.map(({ step, value: drawn }): Reading => {
      atMs += step;
      const kept = kind === "numbers" ? (typeof drawn === "number" ? drawn : 0.5) : drawn;
      return { atMs, values: kept === undefined ? { other: 1 } : { m: kept, other: 1 } };
    });
    return shuffled ? readings.reverse() : readings;
  });

describe("a series", () => {
  test("has for every point what all raw readings in its span say, whatever the chunks were like", () => {
    fc.assert(
      fc.property(
        fc.array(chunk, { maxLength: 8 }),
        fc.nat(60_000),
        fc.nat(120_000),
        fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 500 })),
        (chunks, fromOffset, spanMs, points) => {
          const fromMs = START + fromOffset;
          const buckets = new Buckets(fromMs, fromMs + spanMs, points);
          for (const readings of chunks) {
            const bytes = encodeChunk({ device: "d", readings }, zstd);
            expect(addChunk(buckets, bytes, "m", zstd).ok).toBe(true);
          }
          expect(buckets.points()).toEqual(bruteForce(chunks.flat(), fromMs, fromMs + spanMs, points));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test("a chunk within one point is answered from its header, one across a border from its column", () => {
    const readings = Array.from({ length: 100 }, (_, index) => ({
      atMs: START + index * 1_000,
      values: { m: Math.sin(index) },
    }));
    const bytes = encodeChunk({ device: "d", readings }, zstd);
    // The last byte belongs to the columns: whoever decodes them finds the damage.
    bytes[bytes.length - 1]! ^= 1;
    expect(addChunk(new Buckets(START, START + 100_000, 1), bytes, "m", zstd).ok).toBe(true);
    const buckets = new Buckets(START, START + 100_000, 2);
    expect(addChunk(buckets, bytes, "m", zstd)).toMatchObject({ refusal: { code: "chunk.invalid" } });
    expect(buckets.points()).toEqual([]);
    expect(addChunk(buckets, new Uint8Array(3), "m", zstd).ok).toBe(false);
  });

  test("a mean stays between the least and the greatest, even where a double's sum ends", () => {
    const buckets = new Buckets(0, 100, 1);
    buckets.addAll(Float64Array.of(1, 2, 3), Float64Array.of(1e308, 1e308, 1e308));
    buckets.addAll(Float64Array.of(4, 5), Float64Array.of(Number.NaN, Number.POSITIVE_INFINITY));
    expect(buckets.points()).toEqual([[1, 1e308, 1e308, 1e308, 3]]);
  });

  test("a mean does not drift over a million readings", () => {
    const buckets = new Buckets(0, 1_000_000, 1);
    const times = Float64Array.from({ length: 1_000_000 }, (_, index) => index);
    buckets.addAll(times, new Float64Array(1_000_000).fill(0.1));
    expect(buckets.points()).toEqual([[0, 0.1, 0.1, 0.1, 1_000_000]]);
  });
});
