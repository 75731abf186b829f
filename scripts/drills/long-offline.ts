import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { LedgerDevice } from "../e2e/ledger.ts";
import { Cloud, Gateway, until } from "../e2e/stack.ts";
import type { Drill, DrillTask, Findings } from "./drill.ts";
import { accountFor } from "./thinned-verdict.ts";
import { deviceId } from "./verdict.ts";

const MIB = 1024 * 1024;
const BUDGET_MIB = 16;
/** Noise of a message: it takes so many bytes in a chunk, because it cannot be compressed. */
const NOISES = 100;
const READING_BYTES = NOISES * 6.6;
/** The device's readings are spread over so long that even rows of a day win little: some must be dropped. */
const SPAN_MS = 50 * 365 * 86_400_000;
/** Beyond the budget the database may grow so far while room is made, and its log beside it. */
const SLACK_MIB = 24;
const MEMORY_LIMIT_MIB = 400;

/**
 * The cloud is away while so many times the gateway's disk budget comes in, and the gateway is killed in the middle of
 * making room, once for each. Invariants: disk and memory stay within bounds; then the cloud is back, and what its
 * chart counts and what it was told was dropped make up, together, exactly what was acknowledged; in order; what is
 * no telemetry is all there.
 */
async function run(task: DrillTask): Promise<Findings> {
  const random = seededRandom(task.seed);
  await using cloud = await Cloud.start();
  await using gateway = await Gateway.start(cloud, "Away for long");
  const credential = await gateway.addDevice("ledger-1");
  const perBudget = Math.ceil((BUDGET_MIB * MIB) / READING_BYTES);
  const endMs = Date.now();
  const beginMs = endMs - SPAN_MS;
  const everyMs = Math.floor(SPAN_MS / (task.rounds * perBudget));
  await using device = new LedgerDevice(gateway.port, credential, (n) => {
    const reading: Record<string, number> = { n, ts: beginMs + n * everyMs };
    for (let index = 0; index < NOISES; index += 1) reading[`noise${index}`] = random.next() * random.next();
    return reading;
  });
  await until("the device to be known in the cloud", () => deviceId(cloud, device.key));
  await cloud.program.kill();
  await gateway.program.stop();
  gateway.runsAs.options = ["--disk-budget-mib", `${BUDGET_MIB}`, "--mqtt-max-messages-per-second", "0"];
  await gateway.run();

  const most = { diskMib: 0, memoryMib: 0 };
  const measure = (): void => {
    most.diskMib = Math.max(most.diskMib, sizeMib(gateway.directory));
    most.memoryMib = Math.max(most.memoryMib, peakMemoryMib(gateway.program.pid));
  };
  for (let round = 1; round <= task.rounds; round += 1) {
    device.start(32);
    await until(
      "the budget to be used up once more",
      () => {
        measure();
        return device.acknowledged.size >= round * perBudget;
      },
      120_000,
    );
    await device.drain();
    measure();
    await Bun.sleep(1_000 * random.next());
    await gateway.program.kill();
    const events = `${device.acknowledged.size} acknowledged, ${Math.round(most.diskMib)} MiB at most`;
    task.say(`budget ${round}/${task.rounds}: ${events}`);
    await gateway.run();
  }
  await cloud.run();
  const range = { fromMs: beginMs, toMs: endMs + everyMs * perBudget };
  const { figures, faults } = await accountFor(cloud, gateway, device, range);
  if (figures.dropped === 0) faults.push("nothing had to be dropped, so that was not shown");
  if (most.diskMib > BUDGET_MIB + SLACK_MIB) faults.push(`${Math.round(most.diskMib)} MiB of disk were used`);
  if (most.memoryMib > MEMORY_LIMIT_MIB) faults.push(`${Math.round(most.memoryMib)} MiB of memory were used`);
  return {
    figures: {
      budgets: task.rounds,
      ...figures,
      "MiB of disk at most": Math.round(most.diskMib),
      "MiB of memory at most": Math.round(most.memoryMib),
    },
    faults,
  };
}

function sizeMib(directory: string): number {
  const sizeOf = (name: string): number =>
    statSync(join(directory, name), { throwIfNoEntry: false })?.size ?? 0;
  return (sizeOf("edge.db") + sizeOf("edge.db-wal")) / MIB;
}

function peakMemoryMib(pid: number): number {
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(peak?.[1] ?? 0) / 1_024;
}

export const longOffline: Drill = {
  name: "long-offline",
  about:
    "ten times the gateway's disk budget comes in while the cloud is away, with deaths while room is made",
  rounds: 10,
  shortRounds: 2,
  run,
};
