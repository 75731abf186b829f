import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { judge, LedgerDevice, storedNumbers } from "../e2e/ledger.ts";
import { Cloud, Gateway, until } from "../e2e/stack.ts";
import type { Drill, DrillTask, Findings } from "./drill.ts";
import { LoopDisk } from "./loop-disk.ts";
import { SYNCS, type SyncCall, traced } from "./traced.ts";
import { askForSeries, deviceId, findingsOf, type Settled, settle } from "./verdict.ts";
import { ACKNOWLEDGED_TOO_SOON, Weakened } from "./weakened.ts";

const DISK_MIB = 256;
/** One run's load: enough for commits of messages, seals and acknowledgements of the cloud to take turns. */
const MESSAGES = 30;
const SEAL_READINGS = 8;

/** Deaths that a gateway which acknowledges too soon cannot survive unnoticed. */
const CONTROL_KILLS = 3;
/** Fsyncs of the control that are looked at: spread over all of a run. */
const CONTROL_ROUNDS = 6;

interface Deaths {
  fsyncs: number;
  kills: number;
  settled: Settled;
}

/**
 * The gateway dies on entering its Nth fsync, and the power of its disk goes with it, for every N from the first until
 * runs end unharmed: no step of taking in, sealing, sending and being acknowledged is left out. First on those that SQLite makes within a
 * commit, then on those that the gateway makes after one; N is that of a thread, of which there are several for the latter.
 */
async function dieAtEach(task: DrillTask, main: string | null, calls: readonly SyncCall[]): Promise<Deaths> {
  const traces = mkdtempSync(join(tmpdir(), "homepot-trace-"));
  try {
    using disk = LoopDisk.make(DISK_MIB);
    await using cloud = await Cloud.start();
    await using gateway = await Gateway.enrolled(cloud, "Every fsync", join(disk.directory, "edge"));
    const credential = await gateway.addDevice("ledger-1");
    gateway.runsAs.options = ["--telemetry-seal-readings", String(SEAL_READINGS)];
    if (main !== null) gateway.runsAs.main = main;
    await using device = new LedgerDevice(gateway.port, credential);
    const trace = join(traces, "fsyncs");

    gateway.runsAs.under = traced([], trace);
    await gateway.run();
    if (!(await work(cloud, gateway, device))) throw new Error(`the gateway ended: ${gateway.program.said}`);
    await gateway.program.kill();
    const unharmed = readFileSync(trace, "utf8");
    const made = (call: SyncCall): number => unharmed.match(new RegExp(` ${call}\\(`, "g"))?.length ?? 0;
    task.say(`an unharmed run makes ${SYNCS.map((call) => `${made(call)} ${call}`).join(" and ")}`);

    let kills = 0;
    for (const call of calls) {
      const rounds = Math.ceil(task.rounds / calls.length);
      const enough = main === null ? Number.POSITIVE_INFINITY : CONTROL_KILLS;
      kills += await dieAtEachOf(made(call), rounds, enough, async (nth) => {
        gateway.runsAs.under = traced([`signal=SIGKILL:when=${nth}`], trace, [call]);
        const started = await gateway.run().then(
          () => true,
          () => false,
        );
        // What the control has lost never comes to the cloud.
        const toldAll = main === null;
        const killed = !(started && (await work(cloud, gateway, device, toldAll)));
        if (gateway.program.running) await gateway.program.kill();
        disk.cutPower();
        disk.unmount();
        disk.mount();
        const said = killed ? "killed" : "not reached";
        task.say(`${call} ${nth}: ${said}, ${device.acknowledged.size} acknowledged`);
        return killed;
      });
    }
    gateway.runsAs.under = [];
    await gateway.run();
    const settled = await settle(cloud, gateway, device);
    await gateway.program.kill();
    return { fsyncs: SYNCS.reduce((sum, call) => sum + made(call), 0), kills, settled };
  } finally {
    rmSync(traces, { recursive: true, force: true });
  }
}

/**
 * Dies at some of `made` fsyncs and a half as many more, for the number differs from run to run: until `enough` deaths, or until three runs in a row
 * have ended unharmed. Gives the deaths.
 */
async function dieAtEachOf(
  made: number,
  rounds: number,
  enough: number,
  dieAt: (nth: number) => Promise<boolean>,
): Promise<number> {
  const last = made + Math.ceil(made / 2);
  const stride = Math.max(1, last / rounds);
  let kills = 0;
  let unharmed = 0;
  for (let at = 1; at <= last + 1 && unharmed < 3 && kills < enough; at += stride) {
    const killed = await dieAt(Math.floor(at));
    if (killed) kills += 1;
    unharmed = killed ? 0 : unharmed + 1;
  }
  return kills;
}

/** Invariant: what the device got a PUBACK for is in the cloud exactly once. The control must break it. */
async function run(task: DrillTask): Promise<Findings> {
  const { fsyncs, kills, settled } = await dieAtEach(task, null, SYNCS);
  const { figures, faults } = findingsOf(settled);
  if (kills === 0) faults.push("the gateway never made an fsync, so nothing was shown");
  task.say("the same with acknowledgements before the commit, which must lose");
  using weakened = Weakened.make(ACKNOWLEDGED_TOO_SOON);
  const control = await dieAtEach({ ...task, rounds: CONTROL_ROUNDS }, weakened.main, ["fdatasync"]);
  if (control.settled.missing.length === 0) {
    faults.push("the control with early acknowledgements lost nothing, so this drill shows nothing here");
  }
  return {
    figures: {
      "fsyncs a run": fsyncs,
      kills,
      ...figures,
      "missing of the control (must lose)": control.settled.missing.length,
    },
    faults,
  };
}

/** Loads the gateway and, with `toldAll`, waits until the cloud holds all of it: true; or until the gateway is dead: false. */
async function work(cloud: Cloud, gateway: Gateway, device: LedgerDevice, toldAll = true): Promise<boolean> {
  const { program } = gateway;
  const goal = device.acknowledged.size + MESSAGES;
  // One at a time, so that each has a commit of its own.
  device.start(1);
  await until("load to be taken", () => !program.running || device.acknowledged.size >= goal);
  await device.pause();
  if (!toldAll) return program.running;
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
