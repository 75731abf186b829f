import { crc32c } from "../chunks/checksum.ts";
import type { Seq } from "./cursor.ts";

/**
 * An entry as logs store it and frames carry it: opaque but for its kind, so that a side can keep and pass on
 * what it does not understand. `atMs` is the writer's clock, for people; order comes from `seq` alone.
 */
export interface Entry {
  seq: Seq;
  /** Name of the kind, at most 64 bytes of UTF-8; see `kinds.ts`. */
  kind: string;
  atMs: number;
  /** JSON text in UTF-8, or a chunk's bytes for `telemetry.chunk`. At most {@link ENTRY_PAYLOAD_MAX_BYTES}. */
  payload: Uint8Array;
}

/** An entry before its log has given it a place. */
export type NewEntry = Omit<Entry, "seq">;

const encoder = new TextEncoder();

/**
 * A number by which two logs that gave the same seq to different entries are told apart, as when one of them went on
 * from a backup: of 2^32 equally likely ones. `null` as a mark means "not known".
 */
export function markOf({ kind, atMs, payload }: NewEntry): number {
  return crc32c(encoder.encode(`${kind} ${atMs} ${crc32c(payload)}`));
}

export const KIND_MAX_BYTES = 64;
export const ENTRY_PAYLOAD_MAX_BYTES = 1_048_576;

/** What an entry counts against window and batch: its payload, its kind, and its share of the frame. */
export function entrySize(entry: Entry): number {
  return entry.payload.length + entry.kind.length + 16;
}
