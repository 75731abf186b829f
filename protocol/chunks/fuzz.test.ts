import { expect, test } from "bun:test";
import { zstdDecompressSync } from "node:zlib";
import fc from "fast-check";
import type { Reading } from "../telemetry/reading.ts";
import { crc32c } from "./checksum.ts";
import {
  type Compressor,
  decodeChunk,
  decodeMetric,
  decodeNumbers,
  encodeChunk,
  readChunkHeader,
} from "./chunk.ts";

const zstd: Compressor = {
  compress: (bytes) => Bun.zstdCompressSync(bytes, { level: 3 }),
  decompress: (bytes, maxBytes) => zstdDecompressSync(bytes, { maxOutputLength: maxBytes }),
};

/** One chunk with every form of every kind of column. */
const SIZE = 300;
const seed: Reading[] = Array.from({ length: SIZE }, (_, index): Reading => {
  const wave = Math.sin(index * index);
  return {
    atMs: 1_700_000_000_000 + index * 1_000 + Math.round(wave * 20),
    values: {
      walk: Math.round(wave * 300) / 100,
      steps: index * 625,
      bursts: index % 50 === 0 ? 9_007_199_254_740_991 : Math.round(wave * 2),
      rare: index % 40 === 0 ? 1 : 0,
      patched: index === 77 ? 0.1 + 0.2 : index / 10,
      float: Math.fround(wave),
      noise: wave,
      few: (20 + (index % 3)) * 1.8 + 0.1,
      pattern: (index * 7_919) % 23,
      on: wave > 0,
      mode: ["off", "low", "high", `odd ${index >> 4}`][index % 4]!,
      constant: 4,
      ...(wave > 0.2 ? { sparse: index, twin: "x" } : {}),
      ...(index % 7 === 0 ? { mixed: true } : { mixed: index }),
    },
  };
});
const original = encodeChunk({ device: "fuzz", readings: seed }, zstd);
const bodyOffset = (() => {
  const header = readChunkHeader(original);
  if (!header.ok) throw new Error(header.refusal.detail);
  return header.value.body.offset;
})();

/** Makes both checksums right again, so that the damage reaches what they protect. */
function reseal(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let headerAt = 1;
  let length = 0;
  for (let scale = 1; headerAt < 5; scale *= 128) {
    const byte = bytes[headerAt]!;
    headerAt += 1;
    length += (byte & 0x7f) * scale;
    if (byte < 0x80) break;
  }
  const headerEnd = headerAt + length;
  if (headerEnd + 4 > bytes.length || length < 4) return bytes;
  view.setUint32(headerAt, crc32c(bytes, headerEnd + 4), true);
  view.setUint32(headerEnd, crc32c(bytes, 0, headerEnd), true);
  return bytes;
}

/** Everything the door offers, on these bytes: it must answer, not throw. Gives whether anything was refused. */
function tryAll(bytes: Uint8Array): boolean {
  const header = readChunkHeader(bytes);
  const whole = decodeChunk(bytes, zstd);
  if (!header.ok) return true;
  let refused = !whole.ok;
  for (const { name } of header.value.metrics.slice(0, 20)) {
    const points = decodeMetric(bytes, header.value, name, zstd);
    const numbers = decodeNumbers(bytes, header.value, name, zstd);
    if (points.ok) expect(points.value.times.length).toBe(points.value.values.length);
    refused ||= !points.ok || !numbers.ok;
  }
  return refused;
}

const change = fc.tuple(fc.nat({ max: original.length - 1 }), fc.integer({ min: 1, max: 255 }));

test("changed bytes under right checksums give a refusal or other readings, never an exception", () => {
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      const bytes = original.slice();
      for (const [at, bits] of changes) bytes[at]! ^= bits;
      tryAll(reseal(bytes));
    }),
    { numRuns: 1_500 },
  );
});

test("changed headers under right checksums give a refusal or other readings, never an exception", () => {
  fc.assert(
    fc.property(fc.nat({ max: bodyOffset - 1 }), fc.nat({ max: 255 }), (at, value) => {
      const bytes = original.slice();
      bytes[at] = value;
      tryAll(reseal(bytes));
    }),
    { numRuns: 1_500 },
  );
});

test("bytes cut out, doubled or cut off under right checksums never give an exception", () => {
  fc.assert(
    fc.property(fc.nat({ max: original.length }), fc.nat({ max: 40 }), fc.boolean(), (at, length, twice) => {
      const before = original.subarray(0, at);
      const after = original.subarray(twice ? Math.max(0, at - length) : at + length);
      tryAll(reseal(Uint8Array.of(...before, ...after)));
    }),
    { numRuns: 500 },
  );
});

test("any bytes at all are refused", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(tryAll(bytes)).toBe(true);
      bytes[0] = 1;
      expect(tryAll(bytes)).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

test("a decompressor that gives too much is not believed", () => {
  const readings = Array.from(
    { length: 200 },
    (_, index): Reading => ({ atMs: 0, values: { text: `text ${index}` } }),
  );
  const bytes = encodeChunk({ device: "d", readings }, zstd);
  const bomb: Compressor = { ...zstd, decompress: (_, maxBytes) => new Uint8Array(maxBytes + 1) };
  expect(decodeChunk(bytes, zstd).ok).toBe(true);
  expect(decodeChunk(bytes, bomb)).toMatchObject({ ok: false, refusal: { code: "chunk.invalid" } });
});
