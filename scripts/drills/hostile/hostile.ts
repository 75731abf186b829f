import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Cloud, type DeviceCredential, Gateway, type Program, until } from "../../e2e/stack.ts";
import type { Drill, DrillTask, Findings } from "../drill.ts";
import { findingsOf, settle } from "../verdict.ts";
import { ATTACKS } from "./attacks.ts";
import { HonestDevice } from "./honest-device.ts";

const HONEST_P99_MAX_MS = 200;
/** In a second or two on a machine that does other things too, one slow moment is the percentile. */
const SHORT_ROUNDS = 2;
const SHORT_P99_MAX_MS = 3_000;
/** It must stop growing, well below what a small gateway has. */
const MEMORY_MAX_MIB = 768;
/** After an attack, too. */
const STOPS_WITHIN_MS = 5_000;
const HOSTILE_DEVICES = 5;
const LOOK_EVERY_MS = 50;

/**
 * Hostile clients, one kind after another, each for so many seconds, from a process of their own with less right to
 * the processor than the gateway: a real attacker does not share it. Invariants: an honest device's PUBACK comes within
 * 200 ms for 99 of 100 messages under every attack; the gateway's memory stays bounded, and it lives.
 */
async function run(task: DrillTask): Promise<Findings> {
  await using cloud = await Cloud.start();
  await using gateway = await Gateway.start(cloud, "Hostile clients");
  const logins: DeviceCredential[] = [];
  for (let index = 0; index < HOSTILE_DEVICES; index += 1)
    logins.push(await gateway.addDevice(`hostile-${index}`));
  await using honest = await HonestDevice.start(gateway.port, await gateway.addDevice("honest-1"));
  const figures: Findings["figures"] = {};
  const faults: string[] = [];
  let worstMs = 0;
  let mostMiB = 0;
  for (const name of Object.keys(ATTACKS)) {
    // A gateway that has just started, so that each kind is judged by itself.
    const stopMs = await stopWithin(gateway.program, STOPS_WITHIN_MS);
    if (stopMs > STOPS_WITHIN_MS)
      faults.push(`before ${name}: the gateway did not stop within ${STOPS_WITHIN_MS} ms`);
    await gateway.run();
    await until("the honest device to be served", () => honest.connected && honest.waiting < 5);
    honest.takeP99();
    const lostBefore = honest.lost;
    const attack = Bun.spawn(
      [
        "nice",
        "-n",
        "19",
        process.execPath,
        join(import.meta.dir, "attacks.ts"),
        name,
        String(gateway.port),
        String(task.seed),
        JSON.stringify(logins),
      ],
      { stdin: "ignore", stdout: "ignore", stderr: "pipe" },
    );
    const endMs = performance.now() + task.rounds * 1_000;
    let memoryMiB = 0;
    while (performance.now() < endMs && gateway.program.running) {
      memoryMiB = Math.max(memoryMiB, residentMiB(gateway.program.pid));
      await Bun.sleep(LOOK_EVERY_MS);
    }
    const ended = attack.exitCode !== null;
    attack.kill("SIGKILL");
    await attack.exited;
    const p99 = Math.round(honest.takeP99() * 10) / 10;
    task.say(`${name}: honest p99 ${p99} ms, memory ${memoryMiB} MiB`);
    worstMs = Math.max(worstMs, p99);
    mostMiB = Math.max(mostMiB, memoryMiB);
    if (ended)
      faults.push(
        `${name}: the attack ended by itself: ${(await new Response(attack.stderr).text()).slice(-300)}`,
      );
    if (!gateway.program.running)
      throw new Error(`${name}: the gateway ended: ${gateway.program.said.slice(-500)}`);
    const limitMs = task.rounds <= SHORT_ROUNDS ? SHORT_P99_MAX_MS : HONEST_P99_MAX_MS;
    if (p99 > limitMs) faults.push(`${name}: the honest device's p99 was ${p99} ms`);
    if (memoryMiB > MEMORY_MAX_MIB) faults.push(`${name}: the gateway took ${memoryMiB} MiB`);
    if (honest.lost > lostBefore) faults.push(`${name}: the honest device lost its connection`);
  }
  figures.attacks = Object.keys(ATTACKS).length;
  figures["ms of the honest device's p99, at worst"] = worstMs;
  figures["MiB of the gateway, at most"] = mostMiB;
  await honest.stop();
  // It sends again what was not acknowledged when the gateway was stopped, so some of it may be there twice.
  const settled = { ...(await settle(cloud, gateway, honest)), doubled: [], inOrder: true };
  const promise = findingsOf(settled);
  return { figures: { ...figures, ...promise.figures }, faults: [...faults, ...promise.faults] };
}

/** How long it took to stop. What does not stop in time is killed. */
async function stopWithin(program: Program, limitMs: number): Promise<number> {
  const startedMs = performance.now();
  const killer = setTimeout(() => void program.kill(), limitMs);
  await program.stop();
  clearTimeout(killer);
  return performance.now() - startedMs;
}

function residentMiB(pid: number): number {
  const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Math.round(Number(kib ?? 0) / 1024);
}

export const hostile: Drill = {
  name: "hostile",
  about: "hostile MQTT clients of eight kinds, so many seconds each, beside an honest one",
  rounds: 5,
  shortRounds: 1,
  run,
};
