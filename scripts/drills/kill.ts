import { seededRandom } from "../../protocol/seeded-random.ts";
import { LedgerDevice } from "../e2e/ledger.ts";
import { Cloud, Gateway, until } from "../e2e/stack.ts";
import type { Drill, DrillTask, Findings } from "./drill.ts";
import { findingsOf, settle } from "./verdict.ts";

/**
 * Under load, a program is killed with SIGKILL at random moments and started again. Invariant: what the device got a
 * PUBACK for is in the cloud exactly once, and nothing twice.
 */
async function killAtRandom(task: DrillTask, pick: (chance: number) => "edge" | "cloud"): Promise<Findings> {
  const random = seededRandom(task.seed);
  await using cloud = await Cloud.start();
  await using gateway = await Gateway.start(cloud, "Kill drill");
  await using device = new LedgerDevice(gateway.port, await gateway.addDevice("ledger-1"));
  device.start(8);
  await until("the first acknowledgement", () => device.acknowledged.size > 0);

  const kills = { edge: 0, cloud: 0 };
  for (let round = 1; round <= task.rounds; round += 1) {
    await Bun.sleep(50 + random.next() * 450);
    const side = pick(random.next());
    const target = side === "edge" ? gateway : cloud;
    await target.program.kill();
    kills[side] += 1;
    await Bun.sleep(random.next() * 200);
    const before = device.acknowledged.size;
    await target.run();
    await until("load to go on", () => device.acknowledged.size > before);
    task.say(`round ${round}/${task.rounds}: killed ${side}, ${device.acknowledged.size} acknowledged`);
  }
  await device.stop();
  const { figures, faults } = findingsOf(await settle(cloud, gateway, device));
  return { figures: { "edge kills": kills.edge, "cloud kills": kills.cloud, ...figures }, faults };
}

export const kill: Drill = {
  name: "kill",
  about: "SIGKILL of gateway or cloud at random moments under load",
  rounds: 30,
  shortRounds: 5,
  run: (task) => killAtRandom(task, (chance) => (chance < 0.5 ? "edge" : "cloud")),
};

export const edgeKill: Drill = {
  name: "edge-kill",
  about: "SIGKILL of the gateway at random moments under load",
  rounds: 50,
  shortRounds: 4,
  run: (task) => killAtRandom(task, () => "edge"),
};
