import { describe, expect, test } from "bun:test";
import { zstdDecompressSync } from "node:zlib";
import type { Reading, Value } from "../telemetry/reading.ts";
import {
  type ChunkHeader,
  type Compressor,
  decodeChunk,
  decodeTimes,
  encodeChunk,
  encodeChunks,
  readChunkHeader,
} from "./chunk.ts";

const zstd: Compressor = {
  compress: (bytes) => Bun.zstdCompressSync(bytes, { level: 3 }),
  decompress: (bytes, maxBytes) => zstdDecompressSync(bytes, { maxOutputLength: maxBytes }),
};

function accepted<T>(result: { ok: true; value: T } | { ok: false; refusal: unknown }): T {
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.refusal)}`);
  return result.value;
}

describe("sealing", () => {
  test("refuses what is not a chunk's content", () => {
    const seal = (readings: Reading[]) => () => encodeChunk({ device: "d", readings }, zstd);
    expect(seal([])).toThrow(RangeError);
    expect(seal([{ atMs: 1.5, values: {} }])).toThrow(RangeError);
    expect(seal([{ atMs: -1, values: {} }])).toThrow(RangeError);
    expect(seal(Array.from({ length: 65_537 }, () => ({ atMs: 1, values: {} })))).toThrow(RangeError);
    expect(seal([{ atMs: 1, values: { text: "x".repeat(65_536) } }])).toThrow(RangeError);
    const wide = Object.fromEntries(Array.from({ length: 33 }, (_, column) => [`m${column}`, 1]));
    expect(seal(Array.from({ length: 65_536 }, () => ({ atMs: 1, values: wide })))).toThrow(RangeError);
    expect(seal([{ atMs: 1, values: { bad: null as unknown as Value } }])).toThrow(TypeError);
  });

  test("makes several chunks of readings with more metrics than one may have", () => {
    const readings = Array.from(
      { length: 20 },
      (_, row): Reading => ({
        atMs: row,
        values: Object.fromEntries(Array.from({ length: 250 }, (_, column) => [`m${row}-${column}`, row])),
      }),
    );
    const chunks = encodeChunks({ device: "d", readings }, zstd);
    expect(chunks.length).toBeGreaterThan(1);
    expect(chunks.flatMap((bytes) => accepted(decodeChunk(bytes, zstd)).readings)).toEqual(readings);
  });
});

describe("damage", () => {
  const readings = Array.from(
    { length: 60 },
    (_, index): Reading => ({
      atMs: 1_700_000_000_000 + index * 1_000,
      values: { temperature: 20 + (index % 7) / 10, door: index > 30, mode: index % 2 === 0 ? "a" : "b" },
    }),
  );
  const bytes = encodeChunk({ device: "sensor-17", readings }, zstd);

  test("of any single bit is refused", () => {
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const damaged = bytes.slice();
      damaged[bit >>> 3]! ^= 1 << (bit & 7);
      expect(decodeChunk(damaged, zstd)).toMatchObject({ ok: false, refusal: { code: "chunk.invalid" } });
    }
  });

  test("of the body leaves the header readable", () => {
    const damaged = bytes.slice();
    damaged[damaged.length - 1]! ^= 1;
    const header = accepted(readChunkHeader(damaged));
    expect(header.count).toBe(60);
    expect(decodeTimes(damaged, header, zstd)).toMatchObject({
      ok: false,
      refusal: { code: "chunk.invalid" },
    });
  });

  test("by cutting or adding bytes is refused", () => {
    for (let length = 0; length < bytes.length; length += 1) {
      expect(readChunkHeader(bytes.subarray(0, length)).ok).toBe(false);
    }
    expect(readChunkHeader(Uint8Array.of(...bytes, 0)).ok).toBe(false);
  });

  test("by a header of another chunk is refused", () => {
    const other = encodeChunk({ device: "sensor-17", readings: readings.slice(1) }, zstd);
    const header: ChunkHeader = accepted(readChunkHeader(other));
    expect(decodeTimes(bytes, header, zstd).ok).toBe(false);
  });
});
