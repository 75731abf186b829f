import { type Compressor, readChunkHeader, THIN_SPANS_MS, thinChunks } from "../../protocol/chunks/chunk.ts";
import type { Thinnable, Waiting } from "../uplog/uplog.ts";
import type { Dropped } from "./dropped.ts";
import { rowCounter } from "./row-counter.ts";

export interface RoomParts {
  thinnable: Thinnable;
  dropped: Dropped;
  compressor: Compressor;
}

/** What a piece of work came to. `nothing`: no telemetry is left that may be touched. */
export type Made = "thinned" | "dropped" | "nothing";

/** The coarsest step, rows of a day: what is there can only be dropped. */
const LAST = THIN_SPANS_MS.length;
/** Chunks of a device that are made one, at most: rows of an hour from an hour of minutes, with a margin. */
const TOGETHER = 64;
const TOGETHER_BYTES = 131_072;
/** Thinning must win so much, or a coarser span is tried at once. */
const WORTHWHILE = 0.75;

/**
 * Makes some room, within the transaction under way: thins the oldest telemetry of one device by a step, or drops the
 * oldest chunk that can be thinned no further. Which step is next: the finest that holds more than all coarser ones
 * together. So half of the room stays with raw readings, a quarter with minutes and so on, the oldest the coarsest.
 */
export function makeRoom(parts: RoomParts): Made {
  for (const step of stepsInTurn(parts.thinnable.bytesByStep())) {
    if (step === LAST ? dropOldest(parts) : thinOldest(parts, step)) {
      return step === LAST ? "dropped" : "thinned";
    }
  }
  return "nothing";
}

/** Steps in the order in which to look for something to do. */
export function stepsInTurn(bytes: readonly number[]): number[] {
  const finer = THIN_SPANS_MS.map((_, step) => step);
  const coarserThan = (step: number) => bytes.slice(step + 1).reduce((sum, size) => sum + size, 0);
  const first = finer.find((step) => bytes[step]! > coarserThan(step)) ?? LAST;
  return [first, ...[...finer, LAST].filter((step) => step !== first)];
}

function thinOldest({ thinnable, compressor }: RoomParts, step: number): boolean {
  const found = thinnable.oldest(step, TOGETHER);
  if (found === null) return false;
  for (let some = within(found.chunks); some.length > 0; some = some.slice(0, some.length >>> 1)) {
    const thinned = thin(some, step, compressor);
    if (thinned === "too much") continue;
    if (thinned === "no use") for (const { seq } of some) thinnable.count(seq, LAST);
    else thinnable.replace(some, thinned.payload, thinned.step);
    return true;
  }
  // Damaged, or too much even alone: it stays as it is, and goes with the coarsest.
  thinnable.count(found.chunks[0]!.seq, LAST);
  return true;
}

/** By the first step that is worth it, or by the last of those that win anything. */
function thin(
  chunks: readonly Waiting[],
  step: number,
  compressor: Compressor,
): { step: number; payload: Uint8Array } | "no use" | "too much" {
  const payloads = chunks.map(({ payload }) => payload);
  const size = sizeOf(chunks);
  const rows = rowCounter(payloads, compressor);
  if (rows === null) return "too much";
  let best: Uint8Array | null = null;
  for (const [index, spanMs] of THIN_SPANS_MS.entries()) {
    if (index < step || !rows.isPromising(spanMs)) continue;
    try {
      const thinned = thinChunks(payloads, spanMs, compressor);
      if (!thinned.ok) return "too much";
      best = thinned.value;
    } catch (error) {
      if (error instanceof RangeError) return "too much";
      throw error;
    }
    if (best.length <= WORTHWHILE * size) return { step: index + 1, payload: best };
  }
  return best !== null && best.length < size ? { step: LAST, payload: best } : "no use";
}

function dropOldest({ thinnable, dropped }: RoomParts): boolean {
  const found = thinnable.oldest(LAST, 1);
  if (found === null) return false;
  const [chunk] = found.chunks;
  thinnable.remove(chunk!.seq);
  const header = readChunkHeader(chunk!.payload);
  // Of a chunk whose header is damaged nothing can be said, and its readings were lost before.
  if (header.ok) dropped.add(found.device, header.value.count, header.value.minMs, header.value.maxMs);
  return true;
}

/** As many from the start as are worked on at once, and one at least. */
function within(chunks: readonly Waiting[]): readonly Waiting[] {
  let bytes = 0;
  const end = chunks.findIndex(({ payload }) => {
    bytes += payload.length;
    return bytes > TOGETHER_BYTES;
  });
  return end < 0 ? chunks : chunks.slice(0, Math.max(1, end));
}

const sizeOf = (chunks: readonly Waiting[]): number =>
  chunks.reduce((sum, { payload }) => sum + payload.length, 0);
