import { readFileSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { LedgerDevice } from "../e2e/ledger.ts";
import { Cloud, Gateway, until } from "../e2e/stack.ts";
import { ChaosProxy } from "./chaos-proxy.ts";
import type { Drill, DrillTask, Findings } from "./drill.ts";
import { LoopDisk } from "./loop-disk.ts";
import { findingsOf, type Settled, settle } from "./verdict.ts";
import { EDGE_NOT_SYNCED, Weakened } from "./weakened.ts";

const DISK_MIB = 256;
/** With fewer cuts than this even a gateway that syncs too little might have been lucky. */
const CONTROL_ROUNDS = 2;

/**
 * The power of the gateway's disk goes at random moments under load: nothing that was not synced is there afterwards.
 * In every other round the line to the cloud is down until the end, so that what is lost on the disk is lost for good.
 * Invariant: what the device got a PUBACK for is in the cloud exactly once.
 */
async function cuts(task: DrillTask, rounds: number, main: string | null): Promise<Settled> {
  const random = seededRandom(task.seed);
  using disk = LoopDisk.make(DISK_MIB);
  await using cloud = await Cloud.start();
  let lineIsUp = false;
  await using proxy = await ChaosProxy.start({
    targetPort: cloud.port,
    random,
    faults: () => (lineIsUp ? [] : [{ kind: "refuse" }]),
  });
  await using gateway = await Gateway.enrolled(cloud, "Power cut", join(disk.directory, "edge"));
  const credential = await gateway.addDevice("ledger-1");
  gateway.runsAs.options = ["--cloud-url", `http://127.0.0.1:${proxy.port}`];
  if (main !== null) gateway.runsAs.main = main;
  await gateway.run();
  await using device = new LedgerDevice(gateway.port, credential);
  device.start(16);

  for (let round = 1; round <= rounds; round += 1) {
    lineIsUp = main === null && round % 2 === 0;
    if (!lineIsUp) proxy.breakAll();
    const before = device.acknowledged.size;
    await until("load to go on", () => device.acknowledged.size > before);
    await Bun.sleep(100 + random.next() * 600);
    await hold(gateway.program.pid);
    disk.cutPower();
    await gateway.program.kill();
    disk.unmount();
    disk.mount();
    await gateway.run();
    const { size } = device.acknowledged;
    task.say(`round ${round}/${rounds}: power cut, line ${lineIsUp ? "up" : "down"}, ${size} acknowledged`);
  }
  lineIsUp = true;
  await until("load to go on", () => device.acknowledged.size > 0);
  await device.stop();
  const settled = await settle(cloud, gateway, device);
  await gateway.program.kill();
  return settled;
}

/**
 * A processor loses its power with the disk. While a file system is only told that it has none, it goes on, and a sync that is
 * under way at that moment may be told that all is well (ext4: the transaction it waits for was ended by the abort): what is
 * acknowledged after that is no promise of ours. A process in a system call is let into it, so that syncs are cut in the middle.
 */
export async function hold(pid: number): Promise<void> {
  process.kill(pid, "SIGSTOP");
  const state = () => /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1] ?? "";
  await until("the program to stand still", () => ["T", "D"].includes(state()));
}

async function run(task: DrillTask): Promise<Findings> {
  const { figures, faults } = findingsOf(await cuts(task, task.rounds, null));
  task.say("the same with commits that do not wait for the disk, which must lose");
  using weakened = Weakened.make(EDGE_NOT_SYNCED);
  const control = await cuts(task, CONTROL_ROUNDS, weakened.main);
  if (control.missing.length === 0) {
    faults.push("the control that does not wait for the disk lost nothing, so this drill shows nothing here");
  }
  return {
    figures: {
      ...figures,
      "acknowledged by the control": control.acknowledged,
      "missing of the control (must lose)": control.missing.length,
    },
    faults,
  };
}

export const powerCut: Drill = {
  name: "power-cut",
  about:
    "the gateway's disk loses its power at random moments; one that does not wait for it must lose readings",
  rounds: 20,
  shortRounds: 2,
  tools: ["xfs_io"],
  run,
};
