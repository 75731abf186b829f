import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { LedgerDevice } from "../e2e/ledger.ts";
import { Cloud, Gateway, until } from "../e2e/stack.ts";
import type { Drill, DrillTask, Findings } from "./drill.ts";
import { LoopDisk } from "./loop-disk.ts";
import { traced } from "./traced.ts";
import { findingsOf, settle } from "./verdict.ts";

const DISK_MIB = 256;
/** One fsync in ten. */
const EVERY = 10;
const MESSAGES = 200;

/**
 * One fsync in ten fails with EIO, and at the end of each round the power goes, so that whatever was acknowledged
 * without an fsync that succeeded is lost. Invariants: what was acknowledged is in the cloud exactly once; the gateway
 * lives through it, and takes messages between the errors.
 */
async function run(task: DrillTask): Promise<Findings> {
  const random = seededRandom(task.seed);
  const traces = mkdtempSync(join(tmpdir(), "homepot-trace-"));
  try {
    using disk = LoopDisk.make(DISK_MIB);
    await using cloud = await Cloud.start();
    await using gateway = await Gateway.enrolled(cloud, "Failing fsync", join(disk.directory, "edge"));
    const credential = await gateway.addDevice("ledger-1");
    gateway.runsAs.options = ["--telemetry-seal-readings", "20"];
    await using device = new LedgerDevice(gateway.port, credential);
    const trace = join(traces, "fsyncs");
    let errors = 0;
    let fsyncs = 0;
    let died = 0;
    for (let round = 1; round <= task.rounds; round += 1) {
      const first = 1 + Math.floor(random.next() * EVERY);
      gateway.runsAs.under = traced([`error=EIO:when=${first}+${EVERY}`], trace);
      await gateway.run();
      const { program } = gateway;
      const goal = device.acknowledged.size + MESSAGES;
      device.start(2);
      await until(
        "load to go on between the errors",
        () => !program.running || device.acknowledged.size >= goal,
      );
      if (!program.running) died += 1;
      disk.cutPower();
      await program.kill();
      await device.pause();
      disk.unmount();
      disk.mount();
      const calls = readFileSync(trace, "utf8");
      errors += calls.match(/EIO/g)?.length ?? 0;
      fsyncs += calls.match(/f(data)?sync\(/g)?.length ?? 0;
      task.say(`round ${round}/${task.rounds}: ${errors} errors, ${device.acknowledged.size} acknowledged`);
    }
    gateway.runsAs.under = [];
    await gateway.run();
    const { figures, faults } = findingsOf(await settle(cloud, gateway, device));
    await gateway.program.kill();
    if (died > 0) faults.push(`the gateway ended ${died} times because an fsync failed`);
    if (errors === 0) faults.push("no fsync failed, so nothing was shown");
    return { figures: { fsyncs, "failed fsyncs": errors, ...figures }, faults };
  } finally {
    rmSync(traces, { recursive: true, force: true });
  }
}

export const fsyncError: Drill = {
  name: "fsync-error",
  about: "one fsync in ten fails with EIO, and the power goes at the end of each round",
  rounds: 20,
  shortRounds: 2,
  tools: ["strace", "xfs_io"],
  run,
};
