import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { zstdDecompressSync } from "node:zlib";
import fc from "fast-check";
import { ByteSource } from "./bytes.ts";
import { crc32c } from "./checksum.ts";
import { type Compressor, checkChunk, decodeRows, readChunkHeader, thinChunks } from "./chunk.ts";

const FOLDER = new URL("../testdata/chunks-thinned/", import.meta.url);
const zstd: Compressor = {
  compress: (bytes) => Bun.zstdCompressSync(bytes, { level: 3 }),
  decompress: (bytes, maxBytes) => zstdDecompressSync(bytes, { maxOutputLength: maxBytes }),
};
const names = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".bin"))
  .map((file) => file.slice(0, -".bin".length));
const golden = (name: string) => new Uint8Array(readFileSync(new URL(`${name}.bin`, FOLDER)));
const original = golden("minutes");

test.each(names)("the golden thinned chunk %s is read as on the day it was made", (name) => {
  const bytes = golden(name);
  const expected = JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), "utf8"));
  const read = readChunkHeader(bytes);
  if (!read.ok) throw new Error(read.refusal.detail);
  const { body, metrics, ...rest } = read.value;
  expect({ ...rest, metrics: metrics.map(({ column, ...metric }) => metric) } as unknown).toEqual(
    expected.header,
  );
  for (const [metric, rows] of Object.entries(expected.rows)) {
    expect(decodeRows(bytes, read.value, metric, zstd)).toEqual({ ok: true, value: rows as never });
  }
});

test("damage of any single bit is refused", () => {
  for (let at = 0; at < original.length; at += 1) {
    const bytes = original.slice();
    bytes[at]! ^= 1 << (at % 8);
    expect(checkChunk(bytes).ok).toBe(false);
    expect(thinChunks([bytes], 600_000, zstd).ok).toBe(false);
  }
});

/** Makes both checksums right again, so that the damage reaches what they protect. */
function reseal(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 12) return bytes;
  const source = new ByteSource(bytes, 1);
  const length = source.varint(2 ** 53 - 1);
  const headerAt = source.offset;
  const headerEnd = headerAt + length;
  if (headerEnd + 4 > bytes.length || length < 4) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.setUint32(headerAt, crc32c(bytes, headerEnd + 4), true);
  view.setUint32(headerEnd, crc32c(bytes, 0, headerEnd), true);
  return bytes;
}

/** Everything that is offered for these bytes must answer, and rows that are given must be sound. */
function tryAll(bytes: Uint8Array): void {
  const header = readChunkHeader(bytes);
  thinChunks([bytes], 600_000, zstd);
  if (!header.ok || header.value.spanMs === undefined) return;
  for (const { name } of header.value.metrics.slice(0, 20)) {
    const rows = decodeRows(bytes, header.value, name, zstd);
    if (!rows.ok) continue;
    for (const { firstMs, lastMs, count, min, max, sum } of rows.value) {
      expect(firstMs <= lastMs && count >= 1 && min <= max && Number.isFinite(sum)).toBe(true);
    }
  }
}

const headerEnd = (() => {
  const header = readChunkHeader(original);
  if (!header.ok) throw new Error(header.refusal.detail);
  return header.value.body.offset;
})();

test.each([
  ["anywhere", original.length - 1],
  ["in the header", headerEnd - 1],
])("changed bytes %s under right checksums never give an exception", (_, max) => {
  const change = fc.tuple(fc.integer({ min: 3, max }), fc.integer({ min: 1, max: 255 }));
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      const bytes = original.slice();
      for (const [at, bits] of changes) bytes[at]! ^= bits;
      tryAll(reseal(bytes));
    }),
    { numRuns: 800 },
  );
});

test("bytes cut out or doubled under right checksums, and any bytes at all, never give an exception", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 3, max: original.length }),
      fc.nat({ max: 40 }),
      fc.boolean(),
      fc.uint8Array({ maxLength: 200 }),
      (at, length, twice, any) => {
        const before = original.subarray(0, at);
        const after = original.subarray(twice ? Math.max(3, at - length) : at + length);
        tryAll(reseal(Uint8Array.of(...before, ...after)));
        tryAll(any);
        tryAll(Uint8Array.of(2, ...any));
      },
    ),
    { numRuns: 500 },
  );
});
