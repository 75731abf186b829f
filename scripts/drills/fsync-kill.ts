import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { judge, LedgerDevice, storedNumbers } from "../e2e/ledger.ts";
import { Cloud, Gateway, until } from "../e2e/stack.ts";
import type { Drill, DrillTask, Findings } from "./drill.ts";
import { LoopDisk } from "./loop-disk.ts";
import { traced } from "./traced.ts";
import { askForSeries, deviceId, findingsOf, settle } from "./verdict.ts";

const DISK_MIB = 256;
/** One run's load: enough for commits of messages, seals and acknowledgements of the cloud to take turns. */
const MESSAGES = 30;
const SEAL_READINGS = 8;

/**
 * The gateway dies on entering its Nth fsync, and the power of its disk goes with it, for every N from the first until
 * runs end unharmed: no step of taking in, sealing, sending and being acknowledged is left out. Invariant: what the
 * device got a PUBACK for is in the cloud exactly once.
 */
async function run(task: DrillTask): Promise<Findings> {
  const traces = mkdtempSync(join(tmpdir(), "homepot-trace-"));
  try {
    using disk = LoopDisk.make(DISK_MIB);
    await using cloud = await Cloud.start();
    await using gateway = await Gateway.enrolled(cloud, "Every fsync", join(disk.directory, "edge"));
    const credential = await gateway.addDevice("ledger-1");
    gateway.runsAs.options = ["--telemetry-seal-readings", String(SEAL_READINGS)];
    await using device = new LedgerDevice(gateway.port, credential);
    const trace = join(traces, "fsyncs");

    gateway.runsAs.under = traced([], trace);
    await gateway.run();
    if (!(await work(cloud, gateway, device))) throw new Error(`the gateway ended: ${gateway.program.said}`);
    await gateway.program.kill();
    const fsyncs = readFileSync(trace, "utf8").match(/f(data)?sync\(/g)?.length ?? 0;
    task.say(`an unharmed run makes ${fsyncs} fsyncs`);

    // The number differs from run to run: beyond the last, until three runs in a row have ended unharmed.
    const last = fsyncs + Math.ceil(fsyncs / 2);
    const stride = Math.max(1, last / task.rounds);
    let kills = 0;
    let unharmed = 0;
    for (let at = 1; at <= last + 1 && unharmed < 3; at += stride) {
      const nth = Math.floor(at);
      gateway.runsAs.under = traced([`signal=SIGKILL:when=${nth}`], trace);
      const started = await gateway.run().then(
        () => true,
        () => false,
      );
      const killed = !(started && (await work(cloud, gateway, device)));
      if (killed) kills += 1;
      unharmed = killed ? 0 : unharmed + 1;
      if (gateway.program.running) await gateway.program.kill();
      disk.cutPower();
      disk.unmount();
      disk.mount();
      task.say(
        `fsync ${nth}: ${killed ? "killed" : "not reached"}, ${device.acknowledged.size} acknowledged`,
      );
    }
    gateway.runsAs.under = [];
    await gateway.run();
    const { figures, faults } = findingsOf(await settle(cloud, gateway, device));
    await gateway.program.kill();
    if (kills === 0) faults.push("the gateway never made an fsync, so nothing was shown");
    return { figures: { "fsyncs a run": fsyncs, kills, ...figures }, faults };
  } finally {
    rmSync(traces, { recursive: true, force: true });
  }
}

/** Loads the gateway and waits until the cloud holds all of it: true; or until the gateway is dead: false. */
async function work(cloud: Cloud, gateway: Gateway, device: LedgerDevice): Promise<boolean> {
  const { program } = gateway;
  const goal = device.acknowledged.size + MESSAGES;
  // One at a time, so that each has a commit of its own.
  device.start(1);
  await until("load to be taken", () => !program.running || device.acknowledged.size >= goal);
  await device.pause();
  const all = async (): Promise<boolean> => {
    const id = await deviceId(cloud, device.key);
    if (id !== null) await askForSeries(cloud, id);
    return judge(device, storedNumbers(cloud.directory, device.key)).missing.length === 0;
  };
  await until("the cloud to have it", async () => !program.running || (await all()));
  return program.running;
}

export const fsyncKill: Drill = {
  name: "fsync-kill",
  about: "the gateway dies on entering each of its fsyncs in turn, and its disk loses its power with it",
  rounds: 200,
  shortRounds: 6,
  tools: ["strace", "xfs_io"],
  run,
};
