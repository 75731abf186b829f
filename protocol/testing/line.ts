import type { Entries } from "../frames/entries.ts";
import { decodeFrame, encodeFrame } from "../frames/frame.ts";

export type { Entries };

/** An entries frame as bytes and back, for tests in which it crosses a line. */
export function encodeEntriesFrame(frame: Entries): Uint8Array {
  return encodeFrame({ type: "entries", ...frame });
}

export function decodeEntriesFrame(bytes: Uint8Array): Entries {
  const read = decodeFrame(bytes);
  if (!read.ok || read.value.type !== "entries") throw new TypeError("not an entries frame");
  const { type: _, ...frame } = read.value;
  return frame;
}
