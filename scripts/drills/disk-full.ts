import { randomBytes } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { LedgerDevice } from "../e2e/ledger.ts";
import { Cloud, Gateway, runCommand, until } from "../e2e/stack.ts";
import { ChaosProxy } from "./chaos-proxy.ts";
import type { Drill, DrillTask, Findings } from "./drill.ts";
import { LoopDisk } from "./loop-disk.ts";
import { findingsOf, settle } from "./verdict.ts";

const MIB = 1024 * 1024;
const DISK_MIB = 64;
/** What somebody else's file leaves of the disk. */
const LEFT_MIB = 3;
/** The gateway must take messages again so soon after there is room. */
const RESUMES_WITHIN_MS = 5_000;
/** Nothing acknowledged for so long, with a device that keeps trying: the disk is full. */
const FULL_AFTER_MS = 1_000;

/**
 * Another program's file fills the gateway's disk under load, at a random moment and with the line to the cloud down in
 * every other round; then the file goes. Invariants: the gateway lives, and its doctor says what is the matter; nothing
 * is acknowledged that is not in the cloud at the end; messages are taken again within five seconds of room.
 */
async function run(task: DrillTask): Promise<Findings> {
  const random = seededRandom(task.seed);
  using disk = LoopDisk.make(DISK_MIB);
  await using cloud = await Cloud.start();
  let lineIsUp = true;
  await using proxy = await ChaosProxy.start({
    targetPort: cloud.port,
    random,
    faults: () => (lineIsUp ? [] : [{ kind: "refuse" }]),
  });
  await using gateway = await Gateway.enrolled(cloud, "Full disk", join(disk.directory, "edge"));
  const credential = await gateway.addDevice("ledger-1");
  gateway.runsAs.options = [
    "--cloud-url",
    `http://127.0.0.1:${proxy.port}`,
    "--telemetry-seal-readings",
    "100",
  ];
  await gateway.run();
  // Payloads that do not compress, so that the disk fills in a moment.
  const noise = (): string => randomBytes(750).toString("base64");
  await using device = new LedgerDevice(gateway.port, credential, (n) => ({
    n,
    a: noise(),
    b: noise(),
    c: noise(),
  }));
  device.start(8);
  const ballast = join(disk.directory, "ballast");
  let slowestMs = 0;
  let fulls = 0;
  let mute = 0;

  for (let round = 1; round <= task.rounds; round += 1) {
    lineIsUp = round % 2 === 0;
    if (!lineIsUp) proxy.breakAll();
    const taken = device.acknowledged.size;
    await until("load to go on", () => device.acknowledged.size > taken + 10);
    const room = Math.max(0, disk.freeBytes - LEFT_MIB * MIB * random.next());
    writeFileSync(ballast, new Uint8Array(Math.floor(room)));
    await untilStalled(device);
    fulls += 1;
    if (!gateway.program.running) throw new Error(`the gateway ended: ${gateway.program.said.slice(-500)}`);
    const doctor = await runCommand(["edge/main.ts", "doctor", "--data", gateway.directory, "--json"]);
    if (!doctor.stdout.includes("is full")) mute += 1;

    const before = device.acknowledged.size;
    const startedMs = performance.now();
    rmSync(ballast);
    await until("messages to be taken again", () => device.acknowledged.size > before, 30_000);
    slowestMs = Math.max(slowestMs, performance.now() - startedMs);
    task.say(
      `round ${round}/${task.rounds}: full at ${before} acknowledged, line ${lineIsUp ? "up" : "down"}`,
    );
  }
  lineIsUp = true;
  await device.stop();
  const { figures, faults } = findingsOf(await settle(cloud, gateway, device));
  if (slowestMs > RESUMES_WITHIN_MS) {
    faults.push(`it took ${Math.round(slowestMs)} ms of room until a message was taken again`);
  }
  if (mute > 0) faults.push(`the doctor did not see ${mute} times that the disk is full`);
  if (!gateway.program.running) faults.push("the gateway ended");
  await gateway.program.stop();
  return {
    figures: {
      "times full": fulls,
      "ms of room until it resumed, at most": Math.round(slowestMs),
      ...figures,
    },
    faults,
  };
}

async function untilStalled(device: LedgerDevice): Promise<void> {
  let size = -1;
  let sinceMs = performance.now();
  await until(
    "the disk to be full",
    () => {
      if (device.acknowledged.size !== size) {
        size = device.acknowledged.size;
        sinceMs = performance.now();
      }
      return performance.now() - sinceMs > FULL_AFTER_MS;
    },
    30_000,
  );
}

export const diskFull: Drill = {
  name: "disk-full",
  about: "the gateway's disk fills up under load, then there is room again",
  rounds: 12,
  shortRounds: 2,
  run,
};
