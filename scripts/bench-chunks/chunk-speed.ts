/**
 * Readings (time and value of one metric) encoded and decoded a second, one thread, over the realistic mix with
 * three metrics a message and a little jitter, against Gorilla's target in the issue.
 * Usage: bun scripts/bench-chunks/chunk-speed.ts
 */
import { decodeMetrics, encodeChunk, readChunkHeader } from "../../protocol/chunks/chunk.ts";
import { zstd } from "./bench-compressor.ts";
import { type BenchRow, median, printRows } from "./bench-row.ts";
import { realisticMix, type SimulatedDevice } from "./series.ts";

const METRICS = 3;
/** The median of so many rounds counts: whatever else runs on the machine spoils some of them. */
const ROUNDS = 9;
const ROUND_SECONDS = 0.25;
/** Rounds before the clock starts, so that the just-in-time compiler has settled. */
const WARM_UP_SECONDS = 0.5;

export function chunkSpeed(): BenchRow[] {
  return [1_000, 60].flatMap((count) => {
    const devices = realisticMix(count, "little");
    const chunks = devices.map((device) => encodeChunk(device, zstd));
    const readings = devices.length * count * METRICS;
    const encode = millionsPerSecond(readings, () => devices.map(encodeOne));
    const decode = millionsPerSecond(readings, () => chunks.map(decodeColumns));
    return [
      row(`encode, chunks of ${count}`, encode, 40),
      row(`decode columns, chunks of ${count}`, decode, 70),
      row(
        `headers read, chunks of ${count}`,
        millionsPerSecond(chunks.length, () => chunks.map(readChunkHeader)),
        1,
      ),
    ];
  });
}

function encodeOne(device: SimulatedDevice): number {
  return encodeChunk(device, zstd).length;
}

function decodeColumns(bytes: Uint8Array): number {
  const header = readChunkHeader(bytes);
  if (!header.ok) throw new Error(header.refusal.detail);
  const names = header.value.metrics.map((metric) => metric.name);
  const decoded = decodeMetrics(bytes, header.value, names, zstd);
  if (!decoded.ok) throw new Error(decoded.refusal.detail);
  return decoded.value.size;
}

function millionsPerSecond(unitsARound: number, round: () => unknown): number {
  repeat(WARM_UP_SECONDS, round);
  const speeds = Array.from({ length: ROUNDS }, () => {
    const { rounds, ms } = repeat(ROUND_SECONDS, round);
    return (rounds * unitsARound) / ms / 1_000;
  });
  return median(speeds);
}

function repeat(seconds: number, round: () => unknown): { rounds: number; ms: number } {
  const start = performance.now();
  let rounds = 0;
  let ms = 0;
  while (ms < seconds * 1_000) {
    round();
    rounds += 1;
    ms = performance.now() - start;
  }
  return { rounds, ms };
}

function row(name: string, value: number, target: number): BenchRow {
  return {
    name: `chunk speed: ${name}`,
    value,
    unit: "M/s",
    peer: "target",
    peerValue: target,
    ratio: value / target,
    target: `${target} M/s`,
  };
}

if (import.meta.main) printRows(chunkSpeed());
