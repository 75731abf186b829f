import { expect, test } from "bun:test";
import type { Compressor } from "../chunks/chunk.ts";

const MAX_BYTES = 1_000_000;
const joined = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

/** What either side's compressor must do, in tests of its own: each takes it from its runtime, with a bound on what may come out. */
export function testCompressor(zstd: Compressor): void {
  test("what was packed is unpacked, of any size up to the bound", () => {
    for (const length of [0, 1, 300, 70_000, MAX_BYTES]) {
      const bytes = new Uint8Array(length).map((_, index) => (index * index) % 251);
      const packed = zstd.compress(bytes) as Uint8Array<ArrayBuffer>;
      expect(zstd.decompress(packed, MAX_BYTES)).toEqual(bytes);
    }
  });

  test("nothing comes to more than it may: not what says so, not several that each say less, not what says less than it is", () => {
    const most = zstd.compress(new Uint8Array(MAX_BYTES));
    expect(() => zstd.decompress(zstd.compress(new Uint8Array(MAX_BYTES + 1)), MAX_BYTES)).toThrow();
    expect(() => zstd.decompress(joined(most, most, most), MAX_BYTES)).toThrow();
    const small = new Uint8Array(zstd.compress(new Uint8Array(70_000)));
    // The size of a frame of this length is the four bytes behind its first five.
    const lying = new DataView(small.buffer);
    expect(lying.getUint32(5, true)).toBe(70_000);
    lying.setUint32(5, 100, true);
    expect(() => zstd.decompress(small, MAX_BYTES)).toThrow();
  });

  test("what is no zstd is refused", () => {
    expect(() => zstd.decompress(new TextEncoder().encode("no zstd at all"), MAX_BYTES)).toThrow();
  });
}
