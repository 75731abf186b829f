import { Database } from "bun:sqlite";
import { join } from "node:path";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { backupDatabase, restoreDatabase } from "../e2e/backup.ts";
import { LedgerDevice } from "../e2e/ledger.ts";
import { Cloud, Gateway, until } from "../e2e/stack.ts";
import type { Drill, DrillTask, Findings } from "./drill.ts";
import { findingsOf, settle } from "./verdict.ts";

/** A backup may be of long before, and of before the one that was restored last. */
const BACKUPS_KEPT = 6;

/**
 * Under load, the cloud's database is copied again and again, and the cloud is killed and comes back with a copy of some
 * time ago. Invariant: what the device got a PUBACK for is in the cloud exactly once and in order, whatever the cloud has
 * forgotten it had.
 */
async function run(task: DrillTask): Promise<Findings> {
  const random = seededRandom(task.seed);
  await using cloud = await Cloud.start();
  await using gateway = await Gateway.enrolled(cloud, "Restored");
  gateway.runsAs.options = ["--telemetry-seal-readings", "50"];
  await gateway.run();
  const file = join(cloud.directory, "cloud.db");
  await using device = new LedgerDevice(gateway.port, await gateway.addDevice("ledger-1"));
  device.start(8);
  await until("the first acknowledgement", () => device.acknowledged.size > 0);

  const backups: string[] = [];
  let again = 0;
  for (let round = 1; round <= task.rounds; round += 1) {
    await Bun.sleep(100 + random.next() * 400);
    backups.push(backupDatabase(file, `${file}.backup-${round}`));
    if (backups.length > BACKUPS_KEPT) backups.shift();
    await Bun.sleep(100 + random.next() * 600);
    await cloud.program.kill();
    const before = chunksIn(file);
    const chosen = Math.floor(random.next() * backups.length);
    restoreDatabase(file, backups[chosen]!);
    again += before - chunksIn(file);
    await cloud.run();
    await until("the gateway to be back", async () => (await gateway.status()).uplink?.state === "connected");
    const { size } = device.acknowledged;
    await until("load to go on", () => device.acknowledged.size > size + 100);
    task.say(
      `round ${round}/${task.rounds}: backup ${chosen + 1} of ${backups.length}, ${size} acknowledged`,
    );
  }
  await device.stop();
  const { figures, faults } = findingsOf(await settle(cloud, gateway, device));
  if (again === 0) faults.push("no backup lacked anything, so nothing was shown");
  return { figures: { restores: task.rounds, "chunks sent again": again, ...figures }, faults };
}

function chunksIn(file: string): number {
  using database = new Database(file);
  return database.query<{ n: number }, []>("SELECT count(*) AS n FROM chunk").get()!.n;
}

export const restored: Drill = {
  name: "restored",
  about: "the cloud comes back from a backup of some time ago, again and again, under load",
  rounds: 20,
  shortRounds: 4,
  run,
};
