import { zstdDecompressSync } from "node:zlib";
import * as bun from "bun";
import type { Compressor } from "../../protocol/chunks/chunk.ts";
import { declaredSize } from "../../protocol/chunks/zstd-frame.ts";

/**
 * zstd for chunks and frames, by the runtime's own calls: node:zlib makes a stream of each, which for what is as small as a frame of the line
 * takes 10 to 40 µs instead of 4. They follow whatever the bytes claim, so they are given only what claims no more than it may come to; else it is
 * the other, which stops at `maxOutputLength`: a chunk made to harm cannot fill the memory.
 */
export const zstd: Compressor = {
  compress: (bytes) => bun.zstdCompressSync(bytes),
  decompress(bytes, maxBytes) {
    const size = declaredSize(bytes);
    return size !== null && size <= maxBytes
      ? bun.zstdDecompressSync(bytes as Uint8Array<ArrayBuffer>)
      : zstdDecompressSync(bytes, { maxOutputLength: maxBytes });
  },
};
