import { seededRandom } from "../../protocol/seeded-random.ts";
import { judge, LedgerDevice, storedNumbers, type Verdict } from "../e2e/ledger.ts";
import { Cloud, Gateway, until } from "../e2e/stack.ts";

export interface KillReport extends Verdict {
  rounds: number;
  edgeKills: number;
  cloudKills: number;
  /** The numbers of the one device arrived in the order they were sent. */
  inOrder: boolean;
}

/**
 * Drill: under load, edge and cloud are killed with SIGKILL at random moments, `rounds` times, and started again.
 * Invariant: what the device got a PUBACK for is in the cloud exactly once, and nothing twice.
 */
export async function killDrill(
  rounds: number,
  seed: number,
  say: (line: string) => void,
): Promise<KillReport> {
  const random = seededRandom(seed);
  await using cloud = await Cloud.start();
  await using gateway = await Gateway.start(cloud, "Kill drill");
  await using device = new LedgerDevice(gateway.port, await gateway.addDevice("ledger-1"));
  device.start(8);
  await until("the first acknowledgement", () => device.acknowledged.size > 0);

  let edgeKills = 0;
  let cloudKills = 0;
  for (let round = 0; round < rounds; round += 1) {
    const before = device.acknowledged.size;
    await Bun.sleep(50 + random.next() * 450);
    const target = random.next() < 0.5 ? gateway : cloud;
    await target.program.kill();
    if (target === gateway) edgeKills += 1;
    else cloudKills += 1;
    await Bun.sleep(random.next() * 200);
    await target.run();
    await until("load to go on", () => device.acknowledged.size > before);
    say(
      `round ${round + 1}/${rounds}: killed ${target === gateway ? "edge" : "cloud"}, ${device.acknowledged.size} acknowledged`,
    );
  }
  await device.stop();

  // Everything acknowledged is on its way: reading it makes the gateway seal what is open.
  const { items } = await until("the device to be known", async () => {
    const list = await cloud.api<{ items: { id: string; key: string }[] }>("/devices?q=ledger-1");
    return list.items.length > 0 ? list : null;
  });
  const id = items[0]!.id;
  await until(
    "every acknowledged reading to be stored",
    async () => {
      await cloud.api(`/devices/${id}/telemetry?metric=n&points=1`);
      return judge(device, storedNumbers(cloud.directory, "ledger-1")).missing.length === 0;
    },
    60_000,
  ).catch((error: unknown) => say(String(error)));

  const stored = storedNumbers(cloud.directory, "ledger-1");
  const series = await cloud.api<{ points: [number, number, number, number, number][] }>(
    `/devices/${id}/telemetry?metric=n&points=1&from=0`,
  );
  const counted = series.points.reduce((sum, point) => sum + point[4], 0);
  if (counted !== stored.length)
    say(`the API counts ${counted} readings, the database holds ${stored.length}`);
  return {
    rounds,
    edgeKills,
    cloudKills,
    inOrder: stored.every((number, index) => index === 0 || number > stored[index - 1]!),
    ...judge(device, counted === stored.length ? stored : [...stored, -1]),
  };
}

if (import.meta.main) {
  const rounds = Number(process.argv[2] ?? 30);
  const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
  console.log(`kill drill: ${rounds} rounds, seed ${seed}`);
  const report = await killDrill(rounds, seed, (line) => console.log(line));
  const held = report.missing.length + report.doubled.length + report.invented.length === 0 && report.inOrder;
  console.log(JSON.stringify(report));
  console.log(held ? "held: acknowledged means in the cloud exactly once" : "BROKEN");
  process.exit(held ? 0 : 1);
}
