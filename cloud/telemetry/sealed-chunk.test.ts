import { describe, expect, test } from "bun:test";
import { encodeChunk } from "../../protocol/chunks/chunk.ts";
import type { Reading } from "../../protocol/telemetry/reading.ts";
import { readSealedChunk } from "./sealed-chunk.ts";
import { zstd } from "./zstd.ts";

const seal = (readings: Reading[], device = "till-1") => encodeChunk({ device, readings }, zstd);
const newest = (readings: Reading[]) => {
  const chunk = readSealedChunk(seal(readings), zstd);
  if (!chunk.ok) throw new Error(chunk.refusal.detail);
  return chunk.value.newest;
};

describe("a chunk on its way in", () => {
  test("keeps its bytes and gives each metric's newest value", () => {
    const bytes = seal([
      { atMs: 10, values: { power: 1, door: true } },
      { atMs: 20, values: { power: 2.5, door: false } },
    ]);
    expect(readSealedChunk(bytes, zstd)).toMatchObject({
      ok: true,
      value: {
        bytes,
        header: { device: "till-1", count: 2 },
        newest: [
          { metric: "power", value: 2.5, atMs: 20 },
          { metric: "door", value: false, atMs: 20 },
        ],
      },
    });
  });

  test("knows the newest by time, also when readings are out of order, lack a metric or change its type", () => {
    expect(
      newest([
        { atMs: 30, values: { power: 3 } },
        { atMs: 10, values: { power: 1, state: "idle" } },
        { atMs: 20, values: { state: 7 } },
        { atMs: 20, values: { state: true } },
      ]).sort((a, b) => a.metric.localeCompare(b.metric)),
    ).toEqual([
      { metric: "power", value: 3, atMs: 30 },
      { metric: "state", value: true, atMs: 20 },
    ]);
  });

  test("passes over what JSON cannot say", () => {
    expect(newest([{ atMs: 10, values: { power: Number.NaN } }])).toEqual([]);
    expect(
      newest([
        { atMs: 10, values: { power: 4, other: 1 } },
        { atMs: 20, values: { power: Number.POSITIVE_INFINITY } },
      ]),
    ).toEqual([{ metric: "other", value: 1, atMs: 10 }]);
  });

  test.each([
    ["a device that is no device's key", seal([{ atMs: 1, values: { a: 1 } }], "a/b")],
    ["a metric with too long a name", seal([{ atMs: 1, values: { ["x".repeat(65)]: 1 } }])],
    ["no bytes", new Uint8Array(0)],
  ])("is refused with %s", (_, bytes) => {
    expect(readSealedChunk(bytes, zstd)).toMatchObject({ ok: false, refusal: { code: "chunk.invalid" } });
  });
});

test("a small compressed part that claims to be huge is not followed", () => {
  const bomb = zstd.compress(new Uint8Array(50_000_000));
  expect(bomb.length).toBeLessThan(10_000);
  expect(() =>
    zstd.decompress(new Uint8Array([...zstd.compress(new Uint8Array(10)), ...bomb]), 1_000),
  ).toThrow();
  expect(zstd.decompress(zstd.compress(Uint8Array.of(1, 2, 3)), 3)).toEqual(Buffer.from([1, 2, 3]));
});
