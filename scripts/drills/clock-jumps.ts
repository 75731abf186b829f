import { Database } from "bun:sqlite";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { falseClockOf } from "../e2e/false-clock.ts";
import { LedgerDevice } from "../e2e/ledger.ts";
import { Cloud, Gateway, until } from "../e2e/stack.ts";
import { ChaosProxy } from "./chaos-proxy.ts";
import type { Drill, DrillTask, Findings } from "./drill.ts";
import { findingsOf, settle } from "./verdict.ts";

/** Where the gateway's clock jumps to, in seconds beside the true time. */
const JUMPS: readonly { to: string; offset(nowSeconds: number): number }[] = [
  { to: "an hour ahead", offset: () => 3_600 },
  { to: "two hours behind", offset: () => -7_200 },
  {
    to: "a second before summer time ends in London",
    offset: (now) => Date.UTC(2026, 9, 25, 0, 59, 59) / 1_000 - now,
  },
  {
    to: "a second before summer time begins there",
    offset: (now) => Date.UTC(2027, 2, 28, 0, 59, 59) / 1_000 - now,
  },
  { to: "1970", offset: (now) => 5 - now },
  { to: "a second before the 32-bit clock ends in 2038", offset: (now) => 2 ** 31 - 2 - now },
  { to: "the true time", offset: () => 0 },
];
const SEAL_READINGS = 50;
/** A round's load. */
const MESSAGES = 300;
/** How far a corrected time may lie from the true one: two measurements over the loopback, and what the cloud takes for one. */
const CORRECTED_WITHIN_MS = 1_500;
/** Under load a chunk of the usual size is followed by one of what is over; a jump may end what is open early. */
const CHUNKS_A_SEAL = 2;
const EXTRA_CHUNKS_A_JUMP = 4;

/** The library reads the file at any moment: it is there whole, or as it was, and its end is marked. */
function setClock(file: string, offsetSeconds: number): void {
  writeFileSync(`${file}.next`, `${offsetSeconds < 0 ? "" : "+"}${offsetSeconds}\n`);
  renameSync(`${file}.next`, file);
}

/**
 * The gateway's wall clock jumps while it works, and the line breaks after each jump. Invariants: every acknowledged
 * reading is in the cloud once, in the order it was sent and not in that of the clock, and is shown within a second and a
 * half of when it was measured; the gateway connects once a break, and does not seal more than there is.
 */
async function run(task: DrillTask): Promise<Findings> {
  const clocks = mkdtempSync(join(tmpdir(), "homepot-clock-"));
  try {
    const file = join(clocks, "offset");
    setClock(file, 0);
    await using cloud = await Cloud.start();
    const random = seededRandom(task.seed);
    await using proxy = await ChaosProxy.start({ targetPort: cloud.port, random, faults: () => [] });
    await using gateway = await Gateway.enrolled(cloud, "Clock");
    gateway.runsAs.environment = falseClockOf(file);
    gateway.runsAs.options = [
      "--cloud-url",
      `http://127.0.0.1:${proxy.port}`,
      "--telemetry-seal-readings",
      String(SEAL_READINGS),
    ];
    await gateway.run();
    await using device = new LedgerDevice(gateway.port, await gateway.addDevice("ledger-1"));
    const startMs = Date.now();
    device.start(4);
    for (let round = 0; round < task.rounds; round += 1) {
      const jump = JUMPS[round % JUMPS.length]!;
      const offset = Math.round(jump.offset(Math.floor(Date.now() / 1_000)));
      setClock(file, offset);
      const before = { acknowledged: device.acknowledged.size, connections: proxy.connections };
      proxy.breakAll();
      await until("the gateway to connect again", () => proxy.connections > before.connections);
      // It has looked at its clock by the time it says hello.
      const connected = async () => (await gateway.status()).uplink?.state === "connected";
      await until("the gateway to be connected", connected);
      const acknowledged = Math.max(before.acknowledged, device.acknowledged.size);
      await until("load to go on", () => device.acknowledged.size >= acknowledged + MESSAGES);
      task.say(`round ${round + 1}/${task.rounds}: ${jump.to}, ${device.acknowledged.size} acknowledged`);
    }
    await device.stop();
    const endMs = Date.now();
    const settled = await settle(cloud, gateway, device);
    const { figures, faults } = findingsOf(settled);
    const { chunks, earliest, latest, misplaced } = chunksOf(cloud.directory, startMs, endMs);
    if (misplaced > 0) faults.push(`${misplaced} chunks are shown at times when they were not measured`);
    const chunksMax =
      (settled.stored / SEAL_READINGS) * CHUNKS_A_SEAL + (task.rounds + 1) * EXTRA_CHUNKS_A_JUMP;
    if (chunks > chunksMax) faults.push(`${chunks} chunks of ${settled.stored} readings: it sealed too much`);
    const connectionsMax = task.rounds * 2 + 1;
    if (proxy.connections > connectionsMax) {
      faults.push(`${proxy.connections} connections for ${task.rounds} breaks: it connects too often`);
    }
    const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
    return {
      figures: {
        jumps: task.rounds,
        ...figures,
        chunks,
        "shown at a wrong time": misplaced,
        connections: proxy.connections,
        "first and last day of a reading": `${day(earliest)} and ${day(latest)}`,
      },
      faults: latest - earliest > 0 ? faults : [...faults, "the clock never jumped, so nothing was shown"],
    };
  } finally {
    rmSync(clocks, { recursive: true, force: true });
  }
}

/** `earliest` and `latest` by the gateway's clock; `misplaced` by what is shown. */
function chunksOf(
  cloudDirectory: string,
  startMs: number,
  endMs: number,
): { chunks: number; earliest: number; latest: number; misplaced: number } {
  using database = new Database(join(cloudDirectory, "cloud.db"), { readonly: true });
  return database
    .query<{ chunks: number; earliest: number; latest: number; misplaced: number }, [number, number]>(
      `SELECT count(*) AS chunks, min(min_ms + skew_ms) AS earliest, max(max_ms + skew_ms) AS latest,
         count(*) FILTER (WHERE min_ms < ?1 OR max_ms > ?2) AS misplaced FROM chunk`,
    )
    .get(startMs - CORRECTED_WITHIN_MS, endMs + CORRECTED_WITHIN_MS)!;
}

export const clockJumps: Drill = {
  name: "clock",
  about: "the gateway's clock jumps: an hour, minus two, the ends of summer time, 1970, 2038",
  rounds: 14,
  shortRounds: 6,
  tools: ["faketime"],
  run,
};
