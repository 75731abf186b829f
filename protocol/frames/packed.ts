import type { Compressor } from "../chunks/compressor.ts";
import { accept, type Result, refuse } from "../errors.ts";
import { FRAME_MAX_BYTES } from "./frame.ts";

/**
 * A frame in compressed form, for a line that is paid by the byte:
 *
 *     0x12 | zstd of a whole frame, which is not packed itself
 *
 * Each side says in its first word how the other may pack (`packing`), and neither packs before the welcome. Chunks are
 * compressed already, each by itself: what is won is what chunks, and events even more, have in common.
 */
export const PACKED_CODE = 0x12;
export const PACKINGS = ["zstd"] as const;

/** Smaller frames are not worth the time. */
const WORTH_PACKING_BYTES = 256;

/** Whether the other side, by its first word, reads what {@link packFrame} makes. */
export function readsPacked(packing: readonly string[] | undefined): boolean {
  return packing?.includes("zstd") ?? false;
}

/** The frame packed, or as it is when that is not smaller. */
export function packFrame(frame: Uint8Array<ArrayBuffer>, compressor: Compressor): Uint8Array<ArrayBuffer> {
  if (frame.length < WORTH_PACKING_BYTES) return frame;
  const compressed = compressor.compress(frame);
  if (compressed.length + 1 >= frame.length) return frame;
  const packed = new Uint8Array(compressed.length + 1);
  packed[0] = PACKED_CODE;
  packed.set(compressed, 1);
  return packed;
}

/** The bytes of a frame, unpacked when it is packed. Codes: `frame.invalid`, also for what would be too large. */
export function unpackFrame(bytes: Uint8Array, compressor: Compressor): Result<Uint8Array> {
  if (bytes[0] !== PACKED_CODE) return accept(bytes);
  try {
    return accept(compressor.decompress(bytes.subarray(1), FRAME_MAX_BYTES));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return refuse("frame.invalid", `a packed frame cannot be read: ${why}`);
  }
}
