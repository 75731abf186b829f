import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { SECOND } from "../../protocol/units.ts";
import { digested } from "../bench-query/digested.ts";
import { cpuSeconds } from "../benchmarks/process-meter.ts";
import { Cloud, until } from "../e2e/stack.ts";
import type { BringersTask } from "./bringers.ts";
import { inParallel } from "./in-parallel.ts";
import { StoredPoints } from "./stored-points.ts";

/** What gateways bring at once. */
export interface CloudLine {
  gateways: number;
  metersEach: number;
  /** Of each meter, after the first. */
  chunks: number;
  /** In each chunk. */
  readings: number;
  pointsPerReading: number;
  periodMs: number;
}

export interface CloudLineFigures {
  /** Meters the cloud had not heard of, each with its first chunk. */
  newDevicesPerSecond: number;
  pointsPerSecond: number;
  /** Of telemetry, its indexes included, when the cloud has made its digests. */
  bytesPerPoint: number;
  /** Of one core. */
  cloudCpu: number;
}

const SLOWEST_CHUNKS_PER_SECOND = 500;

/**
 * The cloud's part of the line alone: all gateways bring what their meters measured at the same time, sealed before.
 * They speak the line as gateways do, from one process, so that the cloud has the other core.
 */
export async function benchCloudLine(
  say: (line: string) => void,
  bench: CloudLine,
): Promise<CloudLineFigures> {
  await using cloud = await Cloud.start();
  say("claiming gateways");
  const claims = await inParallel(Array.from({ length: bench.gateways }), (_, place) =>
    cloud.claim(`Line ${place + 1}`),
  );
  const perMeter = (1 + bench.chunks) * bench.readings;
  const task: BringersTask = {
    url: cloud.url,
    claims,
    meters: {
      meters: bench.metersEach,
      chunks: 1 + bench.chunks,
      readings: bench.readings,
      periodMs: bench.periodMs,
      fromMs: Date.now() - perMeter * bench.periodMs,
    },
  };
  const devices = bench.gateways * bench.metersEach;
  await using child = Bun.spawn([process.execPath, `${import.meta.dir}/bringers.ts`], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  const answers = createInterface({ input: Readable.fromWeb(child.stdout as never) })[Symbol.asyncIterator]();
  const tell = async (line: string): Promise<void> => {
    child.stdin.write(`${line}\n`);
    child.stdin.flush();
    if ((await answers.next()).done === true) throw new Error("the gateways' process has ended");
  };
  await tell(JSON.stringify(task));
  using stored = new StoredPoints(cloud, bench.pointsPerReading);
  const bring = async (chunks: number): Promise<{ seconds: number; cpu: number }> => {
    const points = stored.points() + devices * chunks * bench.readings * bench.pointsPerReading;
    say(`${bench.gateways} gateways bring ${devices * chunks} chunks of ${bench.readings} readings`);
    const began = { ms: performance.now(), cpu: cpuSeconds(cloud.program.pid) };
    const limitMs = (60 + (devices * chunks) / SLOWEST_CHUNKS_PER_SECOND) * SECOND;
    await Promise.all([
      tell("bring"),
      until("it to be in the cloud", () => stored.points() === points, limitMs),
    ]);
    const seconds = (performance.now() - began.ms) / SECOND;
    return { seconds, cpu: (cpuSeconds(cloud.program.pid) - began.cpu) / seconds };
  };
  const first = await bring(1);
  const before = stored.points();
  const rest = await bring(bench.chunks);
  await digested(cloud);
  return {
    newDevicesPerSecond: devices / first.seconds,
    pointsPerSecond: (stored.points() - before) / rest.seconds,
    bytesPerPoint: stored.telemetryBytes() / stored.points(),
    cloudCpu: rest.cpu,
  };
}
