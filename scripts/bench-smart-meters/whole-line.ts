import { SECOND } from "../../protocol/units.ts";
import { cpuSeconds } from "../benchmarks/process-meter.ts";
import { Cloud, until } from "../e2e/stack.ts";
import { type MeterGateways, startGateways } from "./gateways.ts";
import { Load } from "./load.ts";
import { readBack } from "./read-back.ts";
import { chunkSeconds } from "./sealing.ts";
import { StoredPoints } from "./stored-points.ts";

/** Meters that publish. */
export interface WholeLine {
  gateways: number;
  metersEach: number;
  pointsPerReading: number;
  periodMs: number;
  /** How long it is measured, after all are connected. */
  seconds: number;
  sealAfterSeconds: number;
}

export interface WholeLineFigures {
  pointsPerSecond: number;
  /** From the last acknowledgement until the last point was in the cloud. */
  lagSeconds: number;
  /** How long the gateways took to acknowledge a message, ms. */
  acknowledgement: { p50: number; p99: number };
  /** Cores in use, of all processes of a kind. */
  cores: { meters: number; gateways: number; cloud: number };
}

/**
 * The first readings of a device are sealed after two seconds, those after it as soon as may be, because until then its
 * numbers have stood still; some later it runs evenly.
 */
const FIRST_SEAL_MS = 5 * SECOND;
/** Devices that are asked for over the API. */
const SAMPLES = 50;
const SAY_EVERY_MS = 10 * SECOND;

/**
 * The whole line: meters with a connection of their own publish with QoS 1 to gateways that are processes with a
 * database each, and these bring it to a cloud that is one too. How many points a second become readable in the cloud
 * while it runs evenly; then everything that was acknowledged must be there.
 */
export async function benchWholeLine(
  say: (line: string) => void,
  bench: WholeLine,
): Promise<WholeLineFigures> {
  const devices = bench.metersEach * bench.gateways;
  await using cloud = await Cloud.start();
  await using site = await startGateways(cloud, bench, say);
  using stored = new StoredPoints(cloud, bench.pointsPerReading);
  await until("the cloud to know all meters", () => stored.devices() === devices, 300 * SECOND);
  // What is sealed a while after its first reading is spread over time, as it is among real meters.
  const { sealAfterSeconds, periodMs } = bench;
  const chunkMs = chunkSeconds({ sealAfterSeconds, periodSeconds: periodMs / SECOND }) * SECOND;
  const rampMs = chunkMs;
  say(`${devices} meters connect within ${rampMs} ms, each sends every ${bench.periodMs} ms`);
  await using load = Load.start(site, { periodMs: bench.periodMs, rampMs });
  const saying = setInterval(() => say(`${stored.points()} points are in the cloud`), SAY_EVERY_MS);
  try {
    await load.connected();
    await Bun.sleep(FIRST_SEAL_MS + sealAfterSeconds * SECOND);
    say(`measuring for ${bench.seconds} s`);
    load.measure();
    const first = look(cloud, site, load, stored);
    await Bun.sleep(bench.seconds * SECOND);
    const last = look(cloud, site, load, stored);
    const sent = await load.stop();
    const stoppedMs = performance.now();
    const points = sum(sent.acknowledged.flat()) * bench.pointsPerReading;
    say(`${points} points are acknowledged`);
    const limitMs = chunkMs + 120 * SECOND;
    await until("all of them to be in the cloud", () => stored.points() >= points, limitMs);
    const lagSeconds = (performance.now() - stoppedMs) / SECOND;
    if (stored.points() !== points) throw new Error(`the cloud has ${stored.points()} points, not ${points}`);
    const read = await readBack(cloud, site, sent.acknowledged, SAMPLES);
    say(`${read} points of some meters are read back over the API, as many as were acknowledged`);
    const perSecond = (part: keyof typeof first): number =>
      (last[part] - first[part]) / ((last.atMs - first.atMs) / SECOND);
    return {
      pointsPerSecond: perSecond("points"),
      lagSeconds,
      acknowledgement: { p50: sent.p50, p99: sent.p99 },
      cores: { meters: perSecond("meters"), gateways: perSecond("gateways"), cloud: perSecond("cloud") },
    };
  } finally {
    clearInterval(saying);
  }
}

/** Points in the cloud, and seconds of processor time so far, at a moment. */
function look(cloud: Cloud, { gateways }: MeterGateways, load: Load, stored: StoredPoints) {
  return {
    atMs: performance.now(),
    points: stored.points(),
    meters: sum(load.pids.map(cpuSeconds)),
    gateways: sum(gateways.map(({ program }) => cpuSeconds(program.pid))),
    cloud: cpuSeconds(cloud.program.pid),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
