import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { Compressor } from "../../protocol/chunks/chunk.ts";

/** zstd as the runtime has it, with a bound on what may come out. */
export const zstd: Compressor = {
  compress: (bytes) => zstdCompressSync(bytes),
  decompress: (bytes, maxBytes) => zstdDecompressSync(bytes, { maxOutputLength: maxBytes }),
};
