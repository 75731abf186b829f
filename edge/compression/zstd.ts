import type { Compressor } from "../../protocol/chunks/chunk.ts";

/** zstd as the runtime has it, with a bound on what may come out. */
export const zstd: Compressor = {
  // Not by node:zlib, which makes a stream of it: for what is as small as a column that took ten times as long, and memory
  // that only a collection gives back.
  compress: (bytes) => Bun.zstdCompressSync(bytes),
  // Loaded when it is first needed, which takes 3 ms and as many megabytes of a gateway that only seals.
  decompress: (bytes, maxBytes) =>
    process.getBuiltinModule("node:zlib").zstdDecompressSync(bytes, { maxOutputLength: maxBytes }),
};
