import { join } from "node:path";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { Cloud, until } from "../e2e/stack.ts";
import type { Drill, DrillTask, Findings } from "./drill.ts";
import { LoopDisk } from "./loop-disk.ts";
import { hold } from "./power-cut.ts";
import { CLOUD_NOT_SYNCED, Weakened } from "./weakened.ts";

const DISK_MIB = 256;
/** People who make one site after the other. */
const CALLERS = 8;
const CONTROL_ROUNDS = 2;

/** What was answered, and what of it is not there after all. */
interface Ledger {
  answered: string[];
  missing: string[];
}

/**
 * The power of the cloud's disk goes at random moments while it is written to by its API. Invariant: what was answered as made is there
 * afterwards. What was asked for and not answered may be there or not.
 */
async function cuts(task: DrillTask, rounds: number, main: string | undefined): Promise<Ledger> {
  const random = seededRandom(task.seed);
  using disk = LoopDisk.make(DISK_MIB);
  await using cloud = await Cloud.start([], {
    directory: join(disk.directory, "cloud"),
    ...(main === undefined ? {} : { main }),
  });
  const answered: string[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const before = answered.length;
    let goesOn = true;
    const call = async (): Promise<void> => {
      while (goesOn) {
        const body = JSON.stringify({ name: `Site ${round} ${random.next()}` });
        const made = await cloud.api<{ id: string }>("/sites", { method: "POST", body }).catch(() => null);
        // What is answered while the cloud stands still was sent before.
        if (made === null) return;
        answered.push(made.id);
      }
    };
    const callers = Array.from({ length: CALLERS }, call);
    await until("sites to be made", () => answered.length > before + CALLERS);
    await Bun.sleep(50 + random.next() * 400);
    await hold(cloud.program.pid);
    disk.cutPower();
    goesOn = false;
    await cloud.program.kill();
    await Promise.all(callers);
    disk.unmount();
    disk.mount();
    await cloud.run();
    task.say(`round ${round}/${rounds}: power cut, ${answered.length} answered`);
  }
  const missing: string[] = [];
  for (const id of answered)
    if ((await cloud.api(`/sites/${id}`).catch(() => null)) === null) missing.push(id);
  await cloud.program.kill();
  return { answered, missing };
}

async function run(task: DrillTask): Promise<Findings> {
  const { answered, missing } = await cuts(task, task.rounds, undefined);
  const faults = missing.length === 0 ? [] : [`${missing.length} sites that were answered as made are gone`];
  task.say("the same without waiting for the disk, which must lose");
  using weakened = Weakened.make(CLOUD_NOT_SYNCED);
  const control = await cuts(task, CONTROL_ROUNDS, weakened.main);
  if (control.missing.length === 0)
    faults.push("the control that waits for no disk lost nothing, so this drill shows nothing here");
  return {
    figures: {
      answered: answered.length,
      missing: missing.length,
      "answered by the control": control.answered.length,
      "missing of the control (must lose)": control.missing.length,
    },
    faults,
  };
}

export const cloudPowerCut: Drill = {
  name: "cloud-power-cut",
  about:
    "the cloud's disk loses its power at random moments; without its wait for the disk it must lose sites",
  rounds: 20,
  shortRounds: 2,
  tools: ["xfs_io"],
  run,
};
