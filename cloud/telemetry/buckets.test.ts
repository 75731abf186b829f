import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { encodeChunk, readChunkHeader } from "../../protocol/chunks/chunk.ts";
import { accept, type Result } from "../../protocol/errors.ts";
import type { Reading, Value } from "../../protocol/telemetry/reading.ts";
import type { SeriesPoint } from "../../protocol/telemetry/series.ts";
import { Buckets } from "./buckets.ts";
import { Corrections } from "./corrections.ts";
import { decodeDigest, digestedChunks, encodeDigest } from "./digest.ts";
import { addDigest, addHeader, readColumn } from "./series.ts";
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

/** A chunk that no digest has. */
function addChunk(buckets: Buckets, bytes: Uint8Array): Result<void> {
  const header = readChunkHeader(bytes);
  if (!header.ok) return header;
  return addHeader(buckets, header.value, "m") ? accept(undefined) : addColumn(buckets, bytes);
}

function addColumn(buckets: Buckets, bytes: Uint8Array): Result<void> {
  const column = readColumn(bytes, "m", zstd);
  if (!column.ok) return column;
  column.value.addTo(buckets);
  return accept(undefined);
}

/** Chunks through a digest of them all, their ids being their places. Returns how many were decoded. */
function addDigested(buckets: Buckets, chunks: Uint8Array[]): number {
  const digested = chunks.map((bytes, id) => {
    const header = readChunkHeader(bytes);
    if (!header.ok) throw new Error(header.refusal.detail);
    return { id, header: header.value, bytes, skewMs: 0 };
  });
  const bytes = encodeDigest(digested, zstd);
  expect(digestedChunks(bytes, zstd)).toEqual(accept(chunks.map((_, id) => id)));
  const digest = decodeDigest(bytes, "m", zstd);
  if (!digest.ok) throw new Error(digest.refusal.detail);
  const rest = addDigest(buckets, digest.value, false, {
    clock: "corrected",
    corrections: new Corrections(),
  });
  for (const id of rest) expect(addColumn(buckets, chunks[id]!).ok).toBe(true);
  return rest.length;
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
      maxLength: 90,
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
          const expected = bruteForce(chunks.flat(), fromMs, fromMs + spanMs, points);
          const encoded = chunks.map((readings) => encodeChunk({ device: "d", readings }, zstd));
          const buckets = new Buckets(fromMs, fromMs + spanMs, points);
          for (const bytes of encoded) expect(addChunk(buckets, bytes).ok).toBe(true);
          expect(buckets.points()).toEqual(expected);
          if (encoded.length === 0) return;
          const digested = new Buckets(fromMs, fromMs + spanMs, points);
          addDigested(digested, encoded);
          expect(digested.points()).toEqual(expected);
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
    expect(addChunk(new Buckets(START, START + 100_000, 1), bytes).ok).toBe(true);
    const buckets = new Buckets(START, START + 100_000, 2);
    expect(addChunk(buckets, bytes)).toMatchObject({ refusal: { code: "chunk.invalid" } });
    expect(buckets.points()).toEqual([]);
    expect(addChunk(buckets, new Uint8Array(3)).ok).toBe(false);
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

  test("a digest knows chunks within one point by their headers, of any number of metrics", () => {
    const values = Object.fromEntries(Array.from({ length: 230 }, (_, index) => [`k${index}`, index]));
    const chunks = [0, 1, 2].map((minute) =>
      encodeChunk(
        {
          device: "d",
          readings: [0, 1, 2].map((second) => ({
            atMs: START + minute * 60_000 + second * 1_000,
            values: minute === 1 ? { m: second } : { ...values, m: second },
          })),
        },
        zstd,
      ),
    );
    const buckets = new Buckets(START, START + 180_000, 3);
    // Of 231 metrics the digest has room for 200; `m` is not among them.
    expect(addDigested(buckets, chunks)).toBe(3);
    expect(addDigested(buckets, chunks.slice(1, 2))).toBe(0);
    expect(buckets.points()).toEqual([
      [START, 0, 1, 2, 3],
      [START + 60_000, 0, 1, 2, 6],
      [START + 120_000, 0, 1, 2, 3],
    ]);
  });

  test("what is not a digest is refused", () => {
    const bytes = encodeChunk({ device: "d", readings: [{ atMs: 1, values: { m: 1 } }] }, zstd);
    expect(decodeDigest(bytes, "m", zstd)).toMatchObject({ refusal: { code: "chunk.invalid" } });
    expect(decodeDigest(bytes.slice(1), "m", zstd).ok).toBe(false);
    expect(digestedChunks(bytes.slice(1), zstd).ok).toBe(false);
  });
});
