import { describe, expect, test } from "bun:test";
import { zstdDecompressSync } from "node:zlib";
import fc from "fast-check";
import type { Reading, Value } from "../telemetry/reading.ts";
import {
  type Compressor,
  checkChunk,
  decodeChunk,
  decodeMetric,
  decodeNumbers,
  decodeRows,
  decodeTimes,
  encodeChunk,
  readChunkHeader,
  THIN_SPANS_MS,
  thinChunks,
} from "./chunk.ts";

const zstd: Compressor = {
  compress: (bytes) => Bun.zstdCompressSync(bytes, { level: 3 }),
  decompress: (bytes, maxBytes) => zstdDecompressSync(bytes, { maxOutputLength: maxBytes }),
};
const MINUTE = 60_000;
const START = 1_700_000_000_000;

function accepted<T>(result: { ok: true; value: T } | { ok: false; refusal: unknown }): T {
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.refusal)}`);
  return result.value;
}

const decimal = fc
  .tuple(fc.integer({ min: -100_000, max: 100_000 }), fc.integer({ min: 0, max: 3 }))
  .map(([digits, exponent]) => digits / 10 ** exponent);
const anyNumber = fc.oneof(decimal, fc.double({ noNaN: true, noDefaultInfinity: true }));
const reading = (number: fc.Arbitrary<number>): fc.Arbitrary<Reading> =>
  fc.record({
    atMs: fc.integer({ min: START, max: START + 100 * MINUTE }),
    values: fc
      .uniqueArray(
        fc.tuple(
          fc.constantFrom("a", "b", "__proto__"),
          fc.oneof({ weight: 4, arbitrary: number }, fc.boolean(), fc.constantFrom("on", "off")),
        ),
        { selector: ([name]) => name },
      )
      .map((entries): Record<string, Value> => Object.fromEntries(entries)),
  });
const chunksOf = (number: fc.Arbitrary<number>) =>
  fc.array(fc.array(reading(number), { minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 4 });
const seal = (readings: Reading[]) => encodeChunk({ device: "d", readings }, zstd);

/** What the raw readings say of a metric's numbers and booleans within each span: the model. */
function rawRows(readings: readonly Reading[], name: string, type: string, spanMs: number) {
  const rows = new Map<number, { atMs: number; value: number }[]>();
  for (const { atMs, values } of readings) {
    if (!Object.hasOwn(values, name) || typeof values[name] !== type) continue;
    const row = Math.floor(atMs / spanMs);
    rows.set(row, [...(rows.get(row) ?? []), { atMs, value: Number(values[name]) }]);
  }
  return [...rows]
    .sort(([a], [b]) => a - b)
    .map(([, points]) => ({
      firstMs: Math.min(...points.map((point) => point.atMs)),
      lastMs: Math.max(...points.map((point) => point.atMs)),
      count: points.length,
      min: Math.min(...points.map((point) => point.value)) + 0,
      max: Math.max(...points.map((point) => point.value)) + 0,
    }));
}

/** Of numbers of at most three decimals. */
function decimalSum(values: readonly number[]): number {
  return Number(values.reduce((sum, value) => sum + BigInt(Math.round(value * 1_000)), 0n)) / 1_000;
}

describe("a thinned chunk", () => {
  test("has in its header and in every row what the raw readings say", () => {
    fc.assert(
      fc.property(chunksOf(anyNumber), fc.constantFrom(...THIN_SPANS_MS), (chunks, spanMs) => {
        const all = chunks.flat();
        const bytes = accepted(thinChunks(chunks.map(seal), spanMs, zstd));
        const header = accepted(checkChunk(bytes));
        const times = all.map(({ atMs }) => atMs);
        expect(header).toMatchObject({ version: 2, device: "d", count: all.length, spanMs });
        expect([header.minMs, header.maxMs]).toEqual([Math.min(...times), Math.max(...times)]);
        for (const { name, type, count, min, max, first, last, firstMs, lastMs } of header.metrics) {
          const points = all.filter(
            ({ values }) => Object.hasOwn(values, name) && typeof values[name] === type,
          );
          const ordered = [...points].sort((a, b) => a.atMs - b.atMs);
          expect([count, firstMs, lastMs]).toEqual([points.length, ordered[0]!.atMs, ordered.at(-1)!.atMs]);
          expect([first, last]).toEqual([ordered[0]!.values[name]!, ordered.at(-1)!.values[name]!]);
          if (type === "string") continue;
          const numbers = points.map(({ values }) => Number(values[name]));
          expect([min! + 0, max! + 0]).toEqual([Math.min(...numbers) + 0, Math.max(...numbers) + 0]);
        }
        for (const name of ["a", "b", "__proto__"]) {
          const rows = accepted(decodeRows(bytes, header, name, zstd));
          const types = header.metrics.filter((metric) => metric.name === name).map(({ type }) => type);
          const expected = types
            .filter((type) => type !== "string")
            .flatMap((type) => rawRows(all, name, type, spanMs));
          const plain = rows.map(({ sum, text, min, max, ...row }) => ({
            ...row,
            min: min + 0,
            max: max + 0,
          }));
          expect(plain).toEqual(expected);
        }
      }),
      { numRuns: 200 },
    );
  });

  test("has sums of decimals that are exact, and of any numbers within the rounding of doubles", () => {
    const numeric = (readings: Reading[]) =>
      readings.map(({ values }) => values.a).filter((value): value is number => typeof value === "number");
    const sumOf = (chunks: Reading[][]) => {
      const header = accepted(readChunkHeader(accepted(thinChunks(chunks.map(seal), MINUTE, zstd))));
      return header.metrics.find(({ name, type }) => name === "a" && type === "number")?.sum;
    };
    fc.assert(
      fc.property(chunksOf(decimal), (chunks) => {
        const values = numeric(chunks.flat());
        if (values.length > 0) expect(sumOf(chunks)).toBe(decimalSum(values) + 0);
      }),
    );
    fc.assert(
      fc.property(chunksOf(fc.double({ min: -1e6, max: 1e6, noNaN: true })), (chunks) => {
        const values = numeric(chunks.flat());
        const size = values.reduce((sum, value) => sum + Math.abs(value), 0);
        const plain = values.reduce((sum, value) => sum + value, 0);
        if (values.length > 0) expect(Math.abs(sumOf(chunks)! - plain)).toBeLessThanOrEqual(size * 1e-12);
      }),
    );
  });

  test("comes out the same whether it was thinned at once or step by step", () => {
    fc.assert(
      fc.property(chunksOf(decimal), (chunks) => {
        const raw = chunks.map(seal);
        for (const spanMs of THIN_SPANS_MS.slice(1)) {
          const minutes = raw.map((bytes) => accepted(thinChunks([bytes], MINUTE, zstd)));
          const [head, ...rest] = minutes;
          const half = accepted(thinChunks([head!], THIN_SPANS_MS[1]!, zstd));
          expect(accepted(thinChunks([half, ...rest], spanMs, zstd))).toEqual(
            accepted(thinChunks(raw, spanMs, zstd)),
          );
        }
      }),
      { numRuns: 60 },
    );
  });

  test("is much smaller than what it stands for", () => {
    const readings = Array.from({ length: 3_600 }, (_, index): Reading => {
      const wave = Math.sin(index * index);
      return {
        atMs: START + index * 1_000,
        values: { walk: Math.round(2_000 + wave * 300) / 100, on: wave > 0 },
      };
    });
    const raw = seal(readings);
    const sizes = THIN_SPANS_MS.slice(0, 3).map((spanMs) => accepted(thinChunks([raw], spanMs, zstd)).length);
    expect(sizes[0]).toBeLessThan(raw.length / 5);
    expect(sizes[1]).toBeLessThan(sizes[0]!);
    expect(sizes[2]).toBeLessThan(sizes[1]!);
  });

  test("keeps sums beyond the range of doubles at its end, and leaves out what is no finite number", () => {
    const big = [1, 2, 3].map((second): Reading => ({ atMs: second, values: { a: Number.MAX_VALUE } }));
    const odd: Reading = { atMs: 4, values: { a: Number.NaN, b: Number.POSITIVE_INFINITY } };
    const header = accepted(readChunkHeader(accepted(thinChunks([seal([...big, odd])], MINUTE, zstd))));
    expect(header).toMatchObject({ count: 4, metrics: [{ name: "a", count: 3, sum: Number.MAX_VALUE }] });
  });

  test("has no readings to give", () => {
    const bytes = accepted(thinChunks([seal([{ atMs: 5, values: { a: 1 } }])], MINUTE, zstd));
    const header = accepted(readChunkHeader(bytes));
    for (const refused of [
      decodeChunk(bytes, zstd),
      decodeTimes(bytes, header, zstd),
      decodeMetric(bytes, header, "a", zstd),
      decodeNumbers(bytes, header, "a", zstd),
      decodeRows(seal([{ atMs: 5, values: {} }]), { ...header, metrics: [] }, "a", zstd),
    ]) {
      expect(refused).toMatchObject({ ok: false, refusal: { code: "chunk.invalid" } });
    }
    expect(accepted(decodeRows(bytes, header, "other", zstd))).toEqual([]);
  });

  test("is refused of chunks that are damaged, of several devices, or have rows that do not fit", () => {
    const one = seal([{ atMs: 5, values: { a: 1 } }]);
    const other = encodeChunk({ device: "e", readings: [{ atMs: 5, values: { a: 1 } }] }, zstd);
    const hours = accepted(thinChunks([one], 3_600_000, zstd));
    const damaged = one.slice();
    damaged[damaged.length - 1]! ^= 1;
    for (const chunks of [[one, other], [damaged], [hours]]) {
      expect(thinChunks(chunks, MINUTE, zstd)).toMatchObject({ refusal: { code: "chunk.invalid" } });
    }
    expect(() => thinChunks([], MINUTE, zstd)).toThrow(RangeError);
    expect(() => thinChunks([one], 0, zstd)).toThrow(RangeError);
    expect(() => thinChunks([one], 0.5, zstd)).toThrow(RangeError);
  });

  test("that would have more rows than one may hold is not made", () => {
    const wide = Object.fromEntries(Array.from({ length: 200 }, (_, metric) => [`m${metric}`, 1]));
    const readings = Array.from(
      { length: 2_000 },
      (_, row): Reading => ({ atMs: row * MINUTE, values: wide }),
    );
    expect(() => thinChunks([seal(readings)], MINUTE, zstd)).toThrow(RangeError);
  });
});
