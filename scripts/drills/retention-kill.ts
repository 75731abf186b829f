import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { LedgerDevice } from "../e2e/ledger.ts";
import { Cloud, Gateway, until } from "../e2e/stack.ts";
import type { Drill, DrillTask, Findings } from "./drill.ts";
import { LoopDisk } from "./loop-disk.ts";
import { accountFor } from "./thinned-verdict.ts";
import { traced } from "./traced.ts";
import { deviceId } from "./verdict.ts";

const DISK_MIB = 256;
const MIB = 1024 * 1024;
/** What comes in before the budget is set, and the budget. */
const HELD_MIB = 40;
const BUDGET_MIB = 16;
/** Noise of a message, which cannot be compressed: 6.6 bytes each in a chunk. */
const NOISES = 100;
const MESSAGES = Math.ceil((HELD_MIB * MIB) / (NOISES * 6.6));
const EVERY_MS = 10_000;
/** No fsync for so long: there is nothing left to make room for. */
const QUIET_MS = 4_000;

/**
 * The gateway has far more than its disk budget and dies on entering its Nth fsync while it makes room, and the power
 * of its disk goes with it; then with the next N, until it comes to an end unharmed. Invariant: what the cloud's chart
 * counts and what it was told was dropped make up exactly what was acknowledged.
 */
async function run(task: DrillTask): Promise<Findings> {
  const random = seededRandom(task.seed);
  const traces = mkdtempSync(join(tmpdir(), "homepot-trace-"));
  try {
    using disk = LoopDisk.make(DISK_MIB);
    await using cloud = await Cloud.start();
    await using gateway = await Gateway.enrolled(cloud, "Making room", join(disk.directory, "edge"));
    const credential = await gateway.addDevice("ledger-1");
    await gateway.run();
    const beginMs = Date.now() - MESSAGES * EVERY_MS;
    await using device = new LedgerDevice(gateway.port, credential, (n) => {
      const reading: Record<string, number> = { n, ts: beginMs + n * EVERY_MS };
      for (let index = 0; index < NOISES; index += 1)
        reading[`noise${index}`] = random.next() * random.next();
      return reading;
    });
    await until("the device to be known in the cloud", () => deviceId(cloud, device.key));
    await cloud.program.kill();
    await gateway.program.stop();
    gateway.runsAs.options = ["--mqtt-max-messages-per-second", "0"];
    await gateway.run();
    device.start(32);
    await until("more than the budget to come in", () => device.acknowledged.size >= MESSAGES, 120_000);
    await device.drain();
    await gateway.program.stop();

    gateway.runsAs.options = ["--disk-budget-mib", String(BUDGET_MIB)];
    let kills = 0;
    for (let nth = 1; kills < task.rounds; nth += 1) {
      const trace = join(traces, String(nth));
      gateway.runsAs.under = traced([`signal=SIGKILL:when=${nth}`], trace);
      const killed = await gateway.run().then(
        () => untilDead(gateway, trace),
        () => true,
      );
      if (gateway.program.running) await gateway.program.kill();
      disk.cutPower();
      disk.unmount();
      disk.mount();
      task.say(`fsync ${nth}: ${killed ? "killed" : "not reached"}`);
      if (!killed) break;
      kills += 1;
    }
    gateway.runsAs.under = [];
    await gateway.run();
    await cloud.run();
    const range = { fromMs: beginMs, toMs: beginMs + 2 * MESSAGES * EVERY_MS };
    const { figures, faults } = await accountFor(cloud, gateway, device, range);
    await gateway.program.kill();
    if (kills === 0) faults.push("the gateway made no fsync, so nothing was shown");
    return { figures: { kills, ...figures }, faults };
  } finally {
    rmSync(traces, { recursive: true, force: true });
  }
}

/** True when the gateway dies; false when it has made no fsync for a while. */
async function untilDead({ program }: Gateway, trace: string): Promise<boolean> {
  let size = -1;
  let sinceMs = performance.now();
  while (program.running && performance.now() - sinceMs < QUIET_MS) {
    const { length } = readFileSync(trace);
    if (length !== size) sinceMs = performance.now();
    size = length;
    await Bun.sleep(20);
  }
  return !program.running;
}

export const retentionKill: Drill = {
  name: "retention-kill",
  about:
    "the gateway dies on entering each of its fsyncs while it makes room, and its disk loses its power with it",
  rounds: 60,
  shortRounds: 5,
  tools: ["strace", "xfs_io"],
  run,
};
