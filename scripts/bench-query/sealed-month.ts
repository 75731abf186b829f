import { encodeChunk } from "../../protocol/chunks/chunk.ts";
import type { Entry } from "../../protocol/log/entry.ts";
import { CHUNK_KIND } from "../../protocol/log/kinds.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import type { Reading } from "../../protocol/telemetry/reading.ts";
import { SECOND } from "../../protocol/units.ts";
import { zstd } from "../bench-chunks/bench-compressor.ts";

/** A device that sends three metrics a second, sealed into chunks of so many readings. */
export interface Month {
  device: string;
  fromMs: number;
  seconds: number;
  chunkReadings: number;
}

/** The chunks as entries of a gateway's log, in order of time, with some milliseconds of jitter. */
export function* sealedMonth({ device, fromMs, seconds, chunkReadings }: Month): Generator<Entry> {
  const random = seededRandom(chunkReadings);
  let temperature = 21;
  let power = 180;
  let seq = 0;
  for (let start = 0; start < seconds; start += chunkReadings) {
    const readings: Reading[] = [];
    for (let second = start; second < Math.min(seconds, start + chunkReadings); second += 1) {
      temperature += (random.next() - 0.5) * 0.06;
      power = Math.max(0, power + (random.next() - 0.5) * 4);
      readings.push({
        atMs: fromMs + second * SECOND + Math.floor(random.next() * 10),
        values: {
          power: Math.round(power * 10) / 10,
          temperature: Math.round(temperature * 100) / 100,
          voltage: Math.round((230 + random.next()) * 10) / 10,
        },
      });
    }
    seq += 1;
    yield { seq, kind: CHUNK_KIND, atMs: fromMs, payload: encodeChunk({ device, readings }, zstd) };
  }
}
