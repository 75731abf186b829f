import { describe, expect, test } from "bun:test";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import fc from "fast-check";
import type { Compressor } from "../chunks/chunk.ts";
import { encodeFrame, FRAME_MAX_BYTES } from "./frame.ts";
import { PACKED_CODE, packFrame, readsPacked, unpackFrame } from "./packed.ts";

const zstd: Compressor = {
  compress: (bytes) => zstdCompressSync(bytes),
  decompress: (bytes, maxBytes) => zstdDecompressSync(bytes, { maxOutputLength: maxBytes }),
};
const packed = (content: Uint8Array): Uint8Array => new Uint8Array([PACKED_CODE, ...zstd.compress(content)]);

describe("packed frames", () => {
  test("come back as they were, packed only where that is smaller", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), fc.nat(20), (part, times) => {
        const bytes = new Uint8Array([
          0x10,
          ...Array(times)
            .fill([...part])
            .flat(),
        ]);
        const onTheLine = packFrame(bytes, zstd);
        expect(onTheLine.length).toBeLessThanOrEqual(bytes.length);
        const back = unpackFrame(onTheLine, zstd);
        expect(back.ok && Buffer.compare(back.value, bytes) === 0).toBe(true);
      }),
    );
  });

  test("are worth it for many alike, and short ones are left alone", () => {
    const ping = encodeFrame({ type: "ping", nowMs: 1 });
    expect(packFrame(ping, zstd)).toBe(ping);
    const devices = Array.from({ length: 500 }, (_, index) => `till-${index}`);
    const watch = encodeFrame({ type: "watch", devices });
    expect(packFrame(watch, zstd).length).toBeLessThan(watch.length / 3);
  });

  test("that are damaged, or would be too large, are refused whatever they claim", () => {
    const bomb = packed(new Uint8Array(FRAME_MAX_BYTES + 1));
    expect(bomb.length).toBeLessThan(2_000);
    expect(unpackFrame(bomb, zstd)).toMatchObject({ ok: false, refusal: { code: "frame.invalid" } });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const read = unpackFrame(new Uint8Array([PACKED_CODE, ...bytes]), zstd);
        if (!read.ok) expect(read.refusal.code).toBe("frame.invalid");
        else expect(read.value.length).toBeLessThanOrEqual(FRAME_MAX_BYTES);
      }),
    );
  });

  test("are sent to who reads them only", () => {
    expect([readsPacked(undefined), readsPacked([]), readsPacked(["brotli"]), readsPacked(["zstd"])]).toEqual(
      [false, false, false, true],
    );
  });
});
