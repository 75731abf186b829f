/**
 * Bytes a reading (time and value of one metric) over the realistic mix, against Gorilla and JSON with zstd in the
 * same run. Usage: bun scripts/bench-chunks/chunk-size.ts [--candidates]
 */

import type { Compressor } from "../../protocol/chunks/chunk.ts";
import { encodeChunk, readChunkHeader } from "../../protocol/chunks/chunk.ts";
import { zstd } from "./bench-compressor.ts";
import { type BenchRow, printRows } from "./bench-row.ts";
import { CANDIDATES } from "./candidates.ts";
import { fullPrecision, type Jitter, realisticMix, type SimulatedDevice } from "./series.ts";

const METRICS = 3;
const SEEDS = [1, 2, 3, 4];
const SHAPES: { count: number; jitter: Jitter }[] = [60, 1_000].flatMap((count) =>
  (["none", "little", "much"] as const).map((jitter) => ({ count, jitter })),
);
const none: Compressor = {
  // Longer than its input, so it is never taken.
  compress: (bytes) => new Uint8Array(bytes.length + 1),
  decompress: (bytes) => bytes,
};

type Encode = (device: SimulatedDevice) => number;

const ours =
  (compressor: Compressor): Encode =>
  (device) =>
    encodeChunk(device, compressor).length;
const bodyOnly: Encode = (device) => {
  const header = readChunkHeader(encodeChunk(device, zstd));
  return header.ok ? header.value.body.bytes : Number.NaN;
};

function sizes(name: string): { plain: Encode; packed: Encode } {
  const { encode } = CANDIDATES.find((candidate) => candidate.name === name)!;
  return {
    plain: ({ readings }) => encode(readings).length,
    packed: ({ readings }) => Bun.zstdCompressSync(encode(readings), { level: 3 }).length,
  };
}

/** Mean over devices and seeds, a reading being one value with its time. */
function bytesPerReading(encode: Encode, devices: readonly SimulatedDevice[]): number {
  const values = devices.reduce((sum, { readings }) => sum + readings.length * METRICS, 0);
  return devices.reduce((sum, device) => sum + encode(device), 0) / values;
}

function mixes(count: number, jitter: Jitter): SimulatedDevice[] {
  return SEEDS.flatMap((seed) => realisticMix(count, jitter, seed));
}

export function chunkSize(): BenchRow[] {
  const peers = {
    Gorilla: sizes("Gorilla, a series for each metric").plain,
    "JSON + zstd": sizes("JSON").packed,
  };
  const rows: BenchRow[] = [];
  for (const [peer, encode] of Object.entries(peers)) {
    let value = 0;
    let peerValue = 0;
    for (const { count, jitter } of SHAPES) {
      const devices = mixes(count, jitter);
      const row = compare(`${count} readings, jitter ${jitter}`, ours(zstd), peer, encode, devices);
      rows.push(row);
      if (jitter === "much") continue;
      value += row.value / 4;
      peerValue += row.peerValue / 4;
    }
    rows.push({ ...toRow("mean of 60 and 1,000, without and with jitter", value, peer, peerValue) });
    rows.push(
      compare("full-precision doubles, 1,000 readings", ours(zstd), peer, encode, fullPrecision(1_000)),
    );
  }
  return rows;
}

function compare(
  name: string,
  encode: Encode,
  peer: string,
  peerEncode: Encode,
  devices: readonly SimulatedDevice[],
): BenchRow {
  return toRow(name, bytesPerReading(encode, devices), peer, bytesPerReading(peerEncode, devices));
}

function toRow(name: string, value: number, peer: string, peerValue: number): BenchRow {
  const target = peer === "Gorilla" ? "ratio 0.3 first, then 0.2" : "";
  return {
    name: `chunk size: ${name}`,
    value,
    unit: "bytes/reading",
    peer,
    peerValue,
    ratio: value / peerValue,
    target,
  };
}

/** The table of docs/decisions/0002-chunk-encoding.md, as Markdown. */
export function candidateTable(): string {
  const encoders: [string, Encode][] = [
    ...CANDIDATES.flatMap(({ name }): [string, Encode][] => {
      const { plain, packed } = sizes(name);
      return [
        [name, plain],
        [`${name}, + zstd`, packed],
      ];
    }),
    ["chunk without its header", bodyOnly],
    ["chunk, zstd never used", ours(none)],
    ["chunk", ours(zstd)],
  ];
  const lines = [
    `| bytes a reading | ${SHAPES.map(({ count, jitter }) => `${count}, ${jitter}`).join(" | ")} |`,
  ];
  lines.push(`|---|${SHAPES.map(() => "--:").join("|")}|`);
  for (const [name, encode] of encoders) {
    const cells = SHAPES.map(({ count, jitter }) => bytesPerReading(encode, mixes(count, jitter)).toFixed(2));
    lines.push(`| ${name} | ${cells.join(" | ")} |`);
  }
  return lines.join("\n");
}

if (import.meta.main) {
  if (process.argv.includes("--candidates")) console.log(candidateTable());
  else printRows(chunkSize());
}
