import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { Compressor } from "../../protocol/chunks/chunk.ts";

/**
 * zstd for chunks. Not the runtime's own one-shot call: that one follows whatever the bytes claim, this one stops at
 * `maxOutputLength`, so that a chunk made to harm cannot fill the memory.
 */
export const zstd: Compressor = {
  compress: (bytes) => zstdCompressSync(bytes),
  decompress: (bytes, maxBytes) => zstdDecompressSync(bytes, { maxOutputLength: maxBytes }),
};
