import type { ByteSource } from "./bytes.ts";
import { DamagedError } from "./damage.ts";

/**
 * General-purpose compression as a port, because the runtimes bring their own: zstd (RFC 8878), each side with its
 * native implementation. The same compressor must be used for writing and reading.
 */
export interface Compressor {
  compress(bytes: Uint8Array): Uint8Array;
  /** Throws when the input is damaged or would give more than `maxBytes`. */
  decompress(bytes: Uint8Array, maxBytes: number): Uint8Array;
}

/** Decompresses the rest of `source`; never gives more than `maxBytes`. */
export function unpack(source: ByteSource, maxBytes: number, compressor: Compressor): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = compressor.decompress(source.raw(source.left), maxBytes);
  } catch (error) {
    throw new DamagedError("a compressed part cannot be read", { cause: error });
  }
  if (bytes.length > maxBytes) throw new DamagedError("a compressed part is larger than allowed");
  return bytes;
}
