import { describe, expect, test } from "bun:test";
import { zstdDecompressSync } from "node:zlib";
import fc from "fast-check";
import type { Reading, Value } from "../telemetry/reading.ts";
import {
  type Compressor,
  decodeChunk,
  decodeMetric,
  decodeMetrics,
  decodeNumbers,
  decodeTimes,
  encodeChunk,
  type MetricHeader,
  readChunkHeader,
} from "./chunk.ts";

const zstd: Compressor = {
  compress: (bytes) => Bun.zstdCompressSync(bytes, { level: 3 }),
  decompress: (bytes, maxBytes) => zstdDecompressSync(bytes, { maxOutputLength: maxBytes }),
};

const decimal = fc
  .tuple(fc.integer({ min: -100_000, max: 100_000 }), fc.integer({ min: 0, max: 4 }))
  .map(([digits, exponent]) => Number(`${digits}e-${exponent}`));
const number = fc.oneof(
  { weight: 4, arbitrary: decimal },
  { weight: 2, arbitrary: fc.maxSafeInteger() },
  { weight: 2, arbitrary: fc.double({ noNaN: false, noDefaultInfinity: false }) },
  { weight: 2, arbitrary: fc.float() },
  fc.constantFrom(0, -0, 5e-324, Number.MAX_VALUE, 2 ** 53, 2 ** 53 - 1, 0.1 + 0.2),
);
const text = fc.oneof(
  fc.constantFrom("on", "off", ""),
  fc.string({ unit: "binary", maxLength: 20 }),
  // Lone surrogates, which UTF-8 cannot hold.
  fc.array(fc.integer({ min: 0xd7ff, max: 0xe000 }), { maxLength: 4 }).map((u) => String.fromCharCode(...u)),
);
const value: fc.Arbitrary<Value> = fc.oneof(number, fc.boolean(), text);
const metricName = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom("temperature", "humidity", "door", "1", "__proto__", "constructor"),
  },
  fc.string({ minLength: 1, maxLength: 64, unit: "binary" }),
);
const atMs = fc.oneof(
  fc.integer({ min: 1_700_000_000_000, max: 1_700_000_100_000 }),
  fc.integer({ min: 0, max: 253_402_300_799_999 }),
);

/** What JSON.parse would make, `__proto__` included. */
function toRecord(entries: [string, Value][]): Record<string, Value> {
  return Object.fromEntries(entries);
}
const wildReading: fc.Arbitrary<Reading> = fc.record({
  atMs,
  values: fc
    .uniqueArray(fc.tuple(metricName, value), { selector: ([name]) => name, maxLength: 5 })
    .map(toRecord),
});
const wildReadings = fc.array(wildReading, { minLength: 1, maxLength: 40 });

/** Readings as devices send them: the same metrics every time, values near those before. */
const steadyReadings = fc
  .record({
    startMs: fc.integer({ min: 0, max: 2_000_000_000_000 }),
    periodMs: fc.integer({ min: 0, max: 100_000 }),
    exponent: fc.integer({ min: 0, max: 6 }),
    step: fc.integer({ min: 1, max: 1_000 }),
    jitter: fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 400 }),
  })
  .map(({ startMs, periodMs, exponent, step, jitter }) =>
    jitter.map(
      (off, index): Reading => ({
        atMs: Math.max(0, startMs + index * periodMs + off),
        values: {
          walk: Number(`${(off + index) * step}e-${exponent}`),
          counter: index * step,
          on: off > 0,
          mode: off > 25 ? "high" : off < -25 ? "low" : "middle",
          float: Math.fround(off / 7),
          ...(off % 3 === 0 ? { rare: off } : {}),
        },
      }),
    ),
  );
const anyReadings = fc.oneof(wildReadings, steadyReadings);

function accepted<T>(result: { ok: true; value: T } | { ok: false; refusal: unknown }): T {
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.refusal)}`);
  return result.value;
}

/** Bit by bit: toEqual takes 0 for -0 in some places, and is slow on many values. */
function bitsOf(value: Value): string {
  if (typeof value !== "number") return `${typeof value} ${value}`;
  if (Number.isNaN(value)) return "number NaN";
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return `number ${view.getBigUint64(0).toString(16)}`;
}

function exactly(readings: readonly Reading[]): unknown {
  return readings.map((reading) => [
    reading.atMs,
    Object.entries(reading.values)
      .map(([name, value]) => `${name} = ${bitsOf(value)}`)
      .sort(),
  ]);
}

/** Points of a metric straight from the readings, the model for everything the codec says about it. */
function rawPoints(readings: readonly Reading[], name: string): { atMs: number; value: Value }[] {
  return readings
    .filter(({ values }) => Object.hasOwn(values, name))
    .map((reading) => ({ atMs: reading.atMs, value: reading.values[name]! }));
}

/** A metric's header from the readings. */
function rawHeader(readings: readonly Reading[], name: string, type: MetricHeader["type"]) {
  const values = rawPoints(readings, name)
    .map((point) => point.value)
    .filter((value) => typeof value === type);
  const numbers = type === "string" ? [] : values.map(Number);
  const ordered = numbers.filter((number) => !Number.isNaN(number));
  return {
    count: values.length,
    first: bitsOf(values[0]!),
    last: bitsOf(values.at(-1)!),
    ...(type === "string"
      ? {}
      : {
          sum: bitsOf(numbers.reduce((sum, number) => sum + number, 0)),
          min: ordered.length === 0 ? Number.NaN : Math.min(...ordered) + 0,
          max: ordered.length === 0 ? Number.NaN : Math.max(...ordered) + 0,
        }),
  };
}

describe("a chunk", () => {
  test("gives back what it was made of, bit by bit and in the order given", () => {
    fc.assert(
      fc.property(anyReadings, (readings) => {
        const bytes = encodeChunk({ device: "sensor-17", readings }, zstd);
        const decoded = accepted(decodeChunk(bytes, zstd));
        expect(decoded.device).toBe("sensor-17");
        expect(exactly(decoded.readings)).toEqual(exactly(readings));
      }),
      { numRuns: 400 },
    );
  });

  test("has a header that says what the raw readings say", () => {
    fc.assert(
      fc.property(anyReadings, (readings) => {
        const header = accepted(readChunkHeader(encodeChunk({ device: "d", readings }, zstd)));
        const times = readings.map((reading) => reading.atMs);
        expect([header.count, header.firstMs, header.lastMs, header.minMs, header.maxMs]).toEqual([
          readings.length,
          times[0]!,
          times.at(-1)!,
          Math.min(...times),
          Math.max(...times),
        ]);
        for (const metric of header.metrics) {
          const { count, first, last, min, max, sum } = metric;
          expect({
            count,
            first: bitsOf(first),
            last: bitsOf(last),
            ...(sum === undefined ? {} : { sum: bitsOf(sum), min: min! + 0, max: max! + 0 }),
          }).toEqual(rawHeader(readings, metric.name, metric.type));
        }
        const kinds = readings.flatMap(({ values }) =>
          Object.entries(values).map(([name, value]) => `${typeof value} ${name}`),
        );
        expect(header.metrics.map(({ name, type }) => `${type} ${name}`).sort()).toEqual(
          [...new Set(kinds)].sort(),
        );
      }),
      { numRuns: 300 },
    );
  });

  test("gives the points of one metric without the others", () => {
    fc.assert(
      fc.property(anyReadings, (readings) => {
        const bytes = encodeChunk({ device: "d", readings }, zstd);
        const header = accepted(readChunkHeader(bytes));
        expect(Array.from(accepted(decodeTimes(bytes, header, zstd)))).toEqual(
          readings.map((reading) => reading.atMs),
        );
        for (const name of new Set(header.metrics.map((metric) => metric.name))) {
          const raw = rawPoints(readings, name);
          const points = accepted(decodeMetric(bytes, header, name, zstd));
          expect(Array.from(points.times)).toEqual(raw.map((point) => point.atMs));
          expect(Array.from(points.values as Value[], bitsOf)).toEqual(
            raw.map((point) => bitsOf(point.value)),
          );
          const numbers = raw.filter((point) => typeof point.value !== "string");
          const shown = accepted(decodeNumbers(bytes, header, name, zstd));
          expect(Array.from(shown.times)).toEqual(numbers.map((point) => point.atMs));
          expect(Array.from(shown.values, bitsOf)).toEqual(
            numbers.map((point) => bitsOf(Number(point.value))),
          );
        }
      }),
      { numRuns: 300 },
    );
  });

  test("has no points of a metric that no reading has", () => {
    const bytes = encodeChunk({ device: "d", readings: [{ atMs: 1, values: { a: 1 } }] }, zstd);
    const header = accepted(readChunkHeader(bytes));
    const none = { ok: true, value: { times: new Float64Array(0), values: new Float64Array(0) } } as const;
    expect(decodeMetric(bytes, header, "b", zstd)).toEqual(none);
    expect(decodeNumbers(bytes, header, "b", zstd)).toEqual(none);
  });

  test("gives several metrics at once as it gives each alone", () => {
    const readings = Array.from(
      { length: 20 },
      (_, index): Reading => ({
        atMs: index * 1_000,
        values: { all: index, some: true, ...(index % 3 === 0 ? { few: "x" } : {}) },
      }),
    );
    const bytes = encodeChunk({ device: "d", readings }, zstd);
    const header = accepted(readChunkHeader(bytes));
    const together = accepted(decodeMetrics(bytes, header, ["all", "few", "none"], zstd));
    expect([...together.keys()]).toEqual(["all", "few", "none"]);
    for (const [name, points] of together) {
      expect(points).toEqual(accepted(decodeMetric(bytes, header, name, zstd)));
    }
  });

  test("keeps few distinct numbers with many digits short", () => {
    const readings = Array.from(
      { length: 300 },
      (_, index): Reading => ({
        atMs: index,
        values: { fahrenheit: (20 + ((index ** 3 % 7_919) % 10) / 10) * 1.8 + 32 },
      }),
    );
    const bytes = encodeChunk({ device: "d", readings }, zstd);
    expect(bytes.length).toBeLessThan(400);
    expect(exactly(accepted(decodeChunk(bytes, zstd)).readings)).toEqual(exactly(readings));
  });

  test("has the exact sum also where whole numbers add up beyond 2^53", () => {
    const readings = Array.from(
      { length: 30 },
      (_, index): Reading => ({
        atMs: index,
        values: { large: index === 0 ? 1 : 999_999_999_999_999 - index },
      }),
    );
    const header = accepted(readChunkHeader(encodeChunk({ device: "d", readings }, zstd)));
    expect(header.metrics[0]?.sum).toBe(readings.reduce((sum, { values }) => sum + Number(values.large), 0));
  });

  test("holds numbers that are nothing but infinite or no number", () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const readings = [1, 2, 3].map((atMs): Reading => ({ atMs, values: { value } }));
      const bytes = encodeChunk({ device: "d", readings }, zstd);
      expect(accepted(readChunkHeader(bytes)).metrics[0]).toMatchObject({
        min: value,
        max: value,
        sum: value,
      });
      expect(accepted(decodeChunk(bytes, zstd)).readings).toEqual(readings);
    }
  });

  test("of a single message with three metrics takes under 80 bytes", () => {
    const readings = [
      { atMs: 1_700_000_000_000, values: { temperature: 21.43, humidity: 40.2, door: true } },
    ];
    expect(encodeChunk({ device: "sensor-17", readings }, zstd).length).toBeLessThan(80);
  });
});
