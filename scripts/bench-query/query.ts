import { stat } from "node:fs/promises";
import { join } from "node:path";
import { seededRandom } from "../../protocol/seeded-random.ts";
import type { Series } from "../../protocol/telemetry/series.ts";
import { DAY, MINUTE, SECOND } from "../../protocol/units.ts";
import { againstTarget, type BenchRow } from "../bench-chunks/bench-row.ts";
import { Cloud } from "../e2e/stack.ts";
import { bringEntries, enrolBareGateway } from "./bare-gateway.ts";
import { digested } from "./digested.ts";
import { sealedMonth } from "./sealed-month.ts";

/** How much of it: less for a trial. */
export interface QueryBench {
  days: number;
  queries: number;
  points: number;
  /** Readings a chunk: as the gateway seals a reading a second, and the most it puts into one. */
  chunkReadings: readonly number[];
}

const WHOLE: QueryBench = { days: 30, queries: 200, points: 1_000, chunkReadings: [60, 1_000] };
const METRICS = 3;

/**
 * A month of a reading a second, brought to a real cloud over the gateways' line, and asked for over HTTP as a chart
 * does. Every question's span begins at another moment, so that no answer and no border is that of an earlier one;
 * the first questions after a start, when nothing is in memory, are told apart.
 */
export async function benchQuery(say: (line: string) => void, bench = WHOLE): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const chunkReadings of bench.chunkReadings) {
    rows.push(...(await benchChunks(say, bench, chunkReadings)));
  }
  return rows;
}

async function benchChunks(
  say: (line: string) => void,
  { days, queries, points }: QueryBench,
  chunkReadings: number,
): Promise<BenchRow[]> {
  await using cloud = await Cloud.start();
  const before = await databaseBytes(cloud);
  const device = "meter";
  const seconds = (days * DAY) / SECOND;
  const toMs = Math.floor(Date.now() / MINUTE) * MINUTE;
  const fromMs = toMs - days * DAY;
  const gateway = await enrolBareGateway(cloud.url, await cloud.claim("Bench"));
  const began = performance.now();
  await bringEntries(gateway, sealedMonth({ device, fromMs, seconds, chunkReadings }));
  const tookMs = performance.now() - began;
  await digested(cloud);
  say(
    `chunks of ${chunkReadings}: ${seconds} readings brought in ${Math.round(tookMs)} ms, the making of them included`,
  );
  const { items } = await cloud.api<{ items: { id: string }[] }>("/devices?limit=1");
  const path = `/devices/${items[0]?.id}/telemetry?metric=temperature&points=${points}`;
  const random = seededRandom(1);
  const ask = async (): Promise<number> => {
    const shiftMs = Math.floor(random.next() * 10 * MINUTE);
    const start = performance.now();
    const series = await cloud.api<Series>(`${path}&from=${fromMs + shiftMs}&to=${toMs + shiftMs}`);
    const ms = performance.now() - start;
    const counted = series.points.reduce((sum, point) => sum + point[4], 0);
    const within = seconds - shiftMs / SECOND;
    if (Math.abs(counted - within) > 1) throw new Error(`${counted} readings in the answer, not ${within}`);
    return ms;
  };
  await cloud.program.stop();
  const bytes = (await databaseBytes(cloud)) - before;
  await cloud.run();
  const first = await ask();
  const times: number[] = [];
  while (times.length < queries) times.push(await ask());
  times.sort((a, b) => a - b);
  const name = `query: ${days} days of 1 Hz to ${points} points, chunks of ${chunkReadings}`;
  return [
    againstTarget(`${name}, p50`, percentile(times, 0.5), "ms", 30),
    againstTarget(`${name}, p95`, percentile(times, 0.95), "ms", 30),
    againstTarget(`${name}, the first after a start`, first, "ms", 30),
    againstTarget(`${name}, at rest, a value with its time`, bytes / (seconds * METRICS), "bytes", 2),
  ];
}

/** `sorted` in rising order. */
function percentile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
}

async function databaseBytes(cloud: Cloud): Promise<number> {
  const sizes = ["cloud.db", "cloud.db-wal"].map(async (name) => {
    const found = await stat(join(cloud.directory, name)).catch(() => null);
    return found?.size ?? 0;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
