import { expect, test } from "bun:test";
import { constants, zstdCompressSync } from "node:zlib";
import { declaredSize } from "./zstd-frame.ts";

const text = (length: number) => new TextEncoder().encode("reading ".repeat(length).slice(0, length));
const joined = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

test("a frame of any size says how much is in it", () => {
  for (const length of [0, 1, 255, 256, 257, 65_791, 65_792, 200_000, 3_000_000])
    for (const checksum of [0, 1]) {
      const params = { [constants.ZSTD_c_checksumFlag]: checksum };
      expect(declaredSize(zstdCompressSync(text(length), { params }))).toBe(length);
    }
  const random = crypto.getRandomValues(new Uint8Array(50_000));
  expect(declaredSize(zstdCompressSync(random))).toBe(50_000);
});

test("nothing else does: no frame, half of one, two of them, one with something behind it, one that does not say", () => {
  const frame = new Uint8Array(zstdCompressSync(text(1_000)));
  expect(declaredSize(text(100))).toBeNull();
  for (let length = 0; length < frame.length; length += 1)
    expect(declaredSize(frame.subarray(0, length))).toBeNull();
  expect(declaredSize(joined(frame, frame))).toBeNull();
  expect(declaredSize(joined(frame, Uint8Array.of(0)))).toBeNull();
  const params = { [constants.ZSTD_c_contentSizeFlag]: 0 };
  expect(declaredSize(zstdCompressSync(text(1_000), { params }))).toBeNull();
});
