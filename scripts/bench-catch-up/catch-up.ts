import { Database } from "bun:sqlite";
import { readFileSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { againstTarget, alone, type BenchRow, median } from "../bench-chunks/bench-row.ts";
import { bytesSentTo, cpuSeconds, peakMemoryMib } from "../benchmarks/process-meter.ts";
import { Cloud, Gateway, until } from "../e2e/stack.ts";
import { type Backlog, makeBacklog } from "./backlog.ts";

/** How much of it: less for a trial. */
export interface CatchUpBench {
  readings: number;
  /** Readings a chunk at most. */
  chunkReadings: number;
  runs: number;
}

/** What one run came to. */
interface CaughtUp {
  seconds: number;
  lineBytes: number;
  edgeCpuSeconds: number;
  cloudCpuSeconds: number;
  edgePeakMib: number;
  cloudPeakMib: number;
}

const TARGET_READINGS_PER_SECOND = 1_000_000;
const SLOWEST_READINGS_PER_SECOND = 20_000;
const SAY_EVERY_MS = 2_000;

/**
 * A gateway that was alone for long meets its cloud: both are processes, the line is a WebSocket on loopback. From
 * the moment it is connected until every entry is committed in the cloud's database and its cursors stand at the
 * gateway's last; each run brings a copy of the same backlog to a new cloud.
 */
export async function benchCatchUp(say: (line: string) => void, bench: CatchUpBench): Promise<BenchRow[]> {
  const directory = await mkdtemp(join(tmpdir(), "homepot-backlog-"));
  try {
    const backlog = await makeBacklog(directory, bench, say);
    const { readings, values, chunks, bytes } = backlog;
    say(`${readings} readings, ${values} values, in ${chunks} chunks of ${bytes} bytes in all`);
    const runs: CaughtUp[] = [];
    for (let run = 1; run <= bench.runs; run += 1) {
      const caughtUp = await catchUp(backlog, say);
      say(`run ${run}/${bench.runs}: ${JSON.stringify(caughtUp)}`);
      runs.push(caughtUp);
    }
    return rowsOf(backlog, runs);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function catchUp(backlog: Backlog, say: (line: string) => void): Promise<CaughtUp> {
  await using cloud = await Cloud.start();
  const directory = await mkdtemp(join(tmpdir(), "homepot-catch-up-"));
  await cp(backlog.directory, directory, { recursive: true });
  await using gateway = await Gateway.enrolled(cloud, "Catch up", directory);
  const heads = headsOf(directory);
  using stored = new Database(join(cloud.directory, "cloud.db"), { readonly: true });
  const cursor = stored.query<{ seq: number }, [string]>("SELECT seq FROM uplog_cursor WHERE stream = ?");
  const applied = (stream: keyof typeof heads): number => cursor.get(stream)?.seq ?? 0;

  const accepting = gateway.run();
  const connectedMs = await until("the gateway to be connected", () => connectedSinceMs(directory));
  const cpu = () => ({ edge: cpuSeconds(gateway.program.pid), cloud: cpuSeconds(cloud.program.pid) });
  const before = cpu();
  await accepting;
  let saidMs = connectedMs;
  await until(
    "everything to be in the cloud",
    () => {
      const bulk = applied("bulk");
      if (Date.now() - saidMs >= SAY_EVERY_MS) {
        saidMs = Date.now();
        say(`${bulk} of ${heads.bulk} entries are in the cloud`);
      }
      return bulk >= heads.bulk && applied("urgent") >= heads.urgent;
    },
    60_000 + (backlog.readings / SLOWEST_READINGS_PER_SECOND) * 1_000,
  );
  const seconds = (Date.now() - connectedMs) / 1_000;
  const after = cpu();
  const lineBytes = bytesSentTo(cloud.port, gateway.program.pid);
  const held = stored
    .query<{ chunks: number; readings: number }, []>(
      "SELECT count(*) AS chunks, sum(readings) AS readings FROM chunk",
    )
    .get();
  if (held?.chunks !== backlog.chunks || held.readings !== backlog.readings) {
    throw new Error(`the cloud has ${JSON.stringify(held)}, the gateway had ${JSON.stringify(backlog)}`);
  }
  return {
    seconds,
    lineBytes,
    edgeCpuSeconds: after.edge - before.edge,
    cloudCpuSeconds: after.cloud - before.cloud,
    edgePeakMib: peakMemoryMib(gateway.program.pid),
    cloudPeakMib: peakMemoryMib(cloud.program.pid),
  };
}

/** Newest seq of each lane of the uplog of the gateway in this directory. */
function headsOf(directory: string): { urgent: number; bulk: number } {
  using database = new Database(join(directory, "edge.db"), { readonly: true });
  const head = database.query<{ seq: number }, [string]>("SELECT seq FROM sqlite_sequence WHERE name = ?");
  return { urgent: head.get("uplog_urgent")?.seq ?? 0, bulk: head.get("uplog_bulk")?.seq ?? 0 };
}

/** Since when the running gateway is connected, ms since 1970; null while it is not. */
function connectedSinceMs(directory: string): number | null {
  const text = readFileSync(join(directory, "running.json"), "utf8");
  const { uplink } = JSON.parse(text) as { uplink: { state: string; sinceMs: number } };
  return uplink.state === "connected" ? uplink.sinceMs : null;
}

function rowsOf({ readings, values, bytes }: Backlog, runs: readonly CaughtUp[]): BenchRow[] {
  const of = (pick: (run: CaughtUp) => number): number => median(runs.map(pick));
  const name = (what: string): string => `catch-up: ${readings.toLocaleString("en")} readings, ${what}`;
  return [
    againstTarget(
      name("of three values"),
      of((run) => readings / run.seconds),
      "readings/s",
      TARGET_READINGS_PER_SECOND,
    ),
    alone(
      name("values with their time"),
      of((run) => values / run.seconds),
      "values/s",
    ),
    alone(
      name("wall time from connected to committed"),
      of((run) => run.seconds),
      "s",
    ),
    alone(
      name("on the line"),
      of((run) => run.lineBytes / 1e6 / run.seconds),
      "MB/s",
    ),
    alone(
      name("on the line, of all payloads"),
      of((run) => run.lineBytes / bytes),
      "",
    ),
    alone(
      name("CPU of the gateway"),
      of((run) => run.edgeCpuSeconds),
      "s",
    ),
    alone(
      name("CPU of the cloud"),
      of((run) => run.cloudCpuSeconds),
      "s",
    ),
    alone(
      name("peak memory of the gateway"),
      of((run) => run.edgePeakMib),
      "MiB",
    ),
    alone(
      name("peak memory of the cloud"),
      of((run) => run.cloudPeakMib),
      "MiB",
    ),
  ];
}
