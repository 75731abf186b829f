import type { Compressor } from "../../protocol/chunks/chunk.ts";
import { declaredSize } from "../../protocol/chunks/zstd-frame.ts";

/** zstd as the runtime has it, with a bound on what may come out. */
export const zstd: Compressor = {
  // Not by node:zlib, which makes a stream of it: for what is as small as a column that took ten times as long, and memory
  // that only a collection gives back.
  compress: (bytes) => Bun.zstdCompressSync(bytes),
  // It follows whatever the bytes claim, so it is given only what claims no more than it may come to.
  decompress(bytes, maxBytes) {
    const size = declaredSize(bytes);
    if (size !== null && size <= maxBytes) return Bun.zstdDecompressSync(bytes as Uint8Array<ArrayBuffer>);
    // Loaded when it is first needed, which takes 3 ms and as many megabytes.
    return process.getBuiltinModule("node:zlib").zstdDecompressSync(bytes, { maxOutputLength: maxBytes });
  },
};
