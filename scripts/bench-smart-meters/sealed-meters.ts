import { encodeChunk } from "../../protocol/chunks/chunk.ts";
import type { Entry } from "../../protocol/log/entry.ts";
import { CHUNK_KIND } from "../../protocol/log/kinds.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import type { Reading } from "../../protocol/telemetry/reading.ts";
import { zstd } from "../bench-chunks/bench-compressor.ts";
import { meter } from "../bench-chunks/series.ts";

/** What the meters of one gateway measured, sealed as a gateway seals it. */
export interface SealedMeters {
  meters: number;
  /** Of each meter. */
  chunks: number;
  /** In each chunk. */
  readings: number;
  periodMs: number;
  fromMs: number;
  seed: number;
}

/** Latency of a meter and its line, ms: what makes times uneven. */
const JITTER_MS = 10;

/** The chunks as entries of a log: of every meter the first, then of every meter the second, and so on. */
export function* sealedMeters(task: SealedMeters): Generator<Entry> {
  const meters = Array.from({ length: task.meters }, (_, index) => {
    const random = seededRandom(task.seed + index);
    return { device: `meter-${index + 1}`, random, source: meter(random) };
  });
  let seq = 0;
  for (let chunk = 0; chunk < task.chunks; chunk += 1) {
    for (const { device, random, source } of meters) {
      const readings = Array.from({ length: task.readings }, (_, place): Reading => {
        const index = chunk * task.readings + place;
        const atMs = task.fromMs + index * task.periodMs + Math.floor(random.next() * JITTER_MS);
        return { atMs, values: source(index) };
      });
      seq += 1;
      const atMs = readings.at(-1)!.atMs;
      yield { seq, kind: CHUNK_KIND, atMs, payload: encodeChunk({ device, readings }, zstd) };
    }
  }
}
