import { zstdDecompressSync } from "node:zlib";
import type { Compressor } from "../../protocol/chunks/chunk.ts";

/** Level 3, zstd's own default, as both sides use it. */
export const zstd: Compressor = {
  compress: (bytes) => Bun.zstdCompressSync(bytes, { level: 3 }),
  decompress: (bytes, maxBytes) => zstdDecompressSync(bytes, { maxOutputLength: maxBytes }),
};
