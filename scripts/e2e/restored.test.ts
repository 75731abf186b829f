import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { join } from "node:path";
import mqtt from "mqtt";
import { backupDatabase, restoreDatabase } from "./backup.ts";
import { judge, LedgerDevice, storedNumbers } from "./ledger.ts";
import { Cloud, type DeviceCredential, Gateway, until } from "./stack.ts";

/** Of what the API says of a gateway and of a device. */
interface GatewayView {
  connected: boolean;
  behind: { urgent: number; bulk: number };
  forgottenEntries: { urgent: number; bulk: number };
  lastSeenAt: string;
}
interface DeviceView {
  id: string;
  key: string;
  name: string;
  connectivity: string;
}

/** Ten readings share a time. */
const T0 = Date.now() - 3_600_000;
const reading = (n: number) => ({ ts: T0 + Math.floor(n / 10), n });

async function say(gateway: Gateway, { device, username, password }: DeviceCredential, name: string) {
  const client = await mqtt.connectAsync({ host: "127.0.0.1", port: gateway.port, username, password });
  await client.publishAsync(`homepot/${device}/state`, JSON.stringify({ name }), { qos: 1, retain: true });
  await client.endAsync();
}
const gatewayOf = async (cloud: Cloud) => (await cloud.api<{ items: GatewayView[] }>("/gateways")).items[0]!;
const devicesOf = async (cloud: Cloud) => (await cloud.api<{ items: DeviceView[] }>("/devices")).items;
const named = (cloud: Cloud, name: string) =>
  until(`a device named ${name}`, async () => (await devicesOf(cloud)).find((item) => item.name === name));
async function measured(device: LedgerDevice, readings: number): Promise<void> {
  const enough = device.acknowledged.size + readings;
  device.start(16);
  await until(`${readings} readings`, () => device.acknowledged.size >= enough);
  await device.drain();
}
/** Waits until the gateway has nothing left to send, what is open sealed by somebody who looks. */
const inStep = (cloud: Cloud, gateway: Gateway, key: string) =>
  until("the cloud to be in step", async () => {
    const device = (await devicesOf(cloud)).find((item) => item.key === key);
    if (device !== undefined) await cloud.api(`/devices/${device.id}/telemetry?points=1`).catch(() => null);
    const { uplink, waiting } = await gateway.status();
    return uplink?.state === "connected" && waiting.urgent + waiting.bulk === 0;
  });
const verdict = (cloud: Cloud, device: LedgerDevice) => {
  const { missing, doubled, invented } = judge(device, storedNumbers(cloud.directory, device.key));
  return { missing, doubled, invented };
};

const options = ["--telemetry-seal-readings", "50"];
const EXACTLY_ONCE = { missing: [], doubled: [], invented: [] };

test("a cloud restored from an older backup gets again, once, what the gateway holds, and shows what is true", async () => {
  await using cloud = await Cloud.start();
  await using gateway = await Gateway.enrolled(cloud, "Restored");
  gateway.runsAs.options = options;
  await gateway.run();
  await using device = new LedgerDevice(gateway.port, await gateway.addDevice("meter"), reading);
  const door = await gateway.addDevice("door");
  await measured(device, 500);
  await say(gateway, door, "Door of before");
  await named(cloud, "Door of before");
  await inStep(cloud, gateway, "meter");
  const file = join(cloud.directory, "cloud.db");
  backupDatabase(file);

  await measured(device, 500);
  await say(gateway, door, "Door of after");
  await gateway.addDevice("late");
  await named(cloud, "late");
  await inStep(cloud, gateway, "meter");
  await cloud.program.stop();
  restoreDatabase(file);
  // Away from the line, and not shown as anything else.
  const beforeMs = Date.now();
  await cloud.run();
  await until("the gateway to be back", async () => (await gatewayOf(cloud)).connected);
  await named(cloud, "Door of after");
  await named(cloud, "late");
  await inStep(cloud, gateway, "meter");

  expect(verdict(cloud, device)).toEqual(EXACTLY_ONCE);
  expect(storedNumbers(cloud.directory, "meter")).toHaveLength(device.sent);
  const shown = await gatewayOf(cloud);
  expect(shown).toMatchObject({
    connected: true,
    behind: { urgent: 0, bulk: 0 },
    forgottenEntries: { urgent: 0, bulk: 0 },
  });
  expect(Date.parse(shown.lastSeenAt)).toBeGreaterThanOrEqual(beforeMs);

  const { id } = (await devicesOf(cloud)).find(({ key }) => key === "door")!;
  const isReachable = async () =>
    (await cloud.api<{ gatewayConnected: boolean }>(`/devices/${id}`)).gatewayConnected;
  expect(await isReachable()).toBe(true);
  await gateway.program.kill();
  await until("the gateway to be shown as gone", async () => !(await gatewayOf(cloud)).connected);
  expect(await isReachable()).toBe(false);
});

test("what the gateway no longer holds is counted, and the devices are shown as they are all the same", async () => {
  await using cloud = await Cloud.start();
  await using gateway = await Gateway.enrolled(cloud, "Forgetful");
  gateway.runsAs.options = options;
  await gateway.run();
  await using device = new LedgerDevice(gateway.port, await gateway.addDevice("meter"), reading);
  const door = await gateway.addDevice("door");
  await gateway.addDevice("gone");
  await measured(device, 200);
  await say(gateway, door, "Door of before");
  await named(cloud, "Door of before");
  await inStep(cloud, gateway, "meter");
  const file = join(cloud.directory, "cloud.db");
  backupDatabase(file);

  await measured(device, 500);
  await say(gateway, door, "Door of after");
  await gateway.removeDevice("gone");
  await named(cloud, "Door of after");
  await inStep(cloud, gateway, "meter");
  await cloud.program.stop();
  restoreDatabase(file);
  await gateway.program.stop();
  // As the disk budget does: what the cloud has applied goes, the oldest first.
  const forgotten = forget(join(gateway.directory, "edge.db"));
  await gateway.run();
  await cloud.run();
  await named(cloud, "Door of after");
  await inStep(cloud, gateway, "meter");
  await measured(device, 100);
  await inStep(cloud, gateway, "meter");

  const shown = await gatewayOf(cloud);
  expect(shown.forgottenEntries.bulk).toBeGreaterThan(0);
  expect(shown.forgottenEntries.urgent).toBeGreaterThan(0);
  expect(shown.forgottenEntries.bulk).toBeLessThanOrEqual(forgotten.bulk);
  const { missing, doubled } = verdict(cloud, device);
  expect(doubled).toEqual([]);
  // What came before the backup is there, and what came since; in between is what was forgotten.
  expect([missing.length > 0, Math.min(...missing) >= 200, Math.max(...missing) < device.sent - 100]).toEqual(
    [true, true, true],
  );
  expect((await devicesOf(cloud)).map(({ key }) => key).sort()).toEqual(["door", "meter"]);
});

test("a gateway restored from an older backup, which has gone on since, loses nothing new", async () => {
  await using cloud = await Cloud.start();
  await using gateway = await Gateway.enrolled(cloud, "Gateway restored");
  gateway.runsAs.options = options;
  await gateway.run();
  await using device = new LedgerDevice(gateway.port, await gateway.addDevice("meter"), reading);
  await measured(device, 300);
  await inStep(cloud, gateway, "meter");
  const file = join(gateway.directory, "edge.db");
  backupDatabase(file);
  await measured(device, 300);
  await inStep(cloud, gateway, "meter");
  await gateway.program.stop();
  restoreDatabase(file);
  // The line is down, and it writes further than the cloud has come, under seqs that the cloud has from before.
  await cloud.program.stop();
  await gateway.run();
  await measured(device, 900);
  await cloud.run();
  await inStep(cloud, gateway, "meter");
  expect(verdict(cloud, device)).toEqual(EXACTLY_ONCE);
});

/** Deletes what is acknowledged; gives how many entries of each lane. */
function forget(path: string): { urgent: number; bulk: number } {
  using database = new Database(path);
  const lane = (stream: string): number =>
    database.run(
      `DELETE FROM uplog_${stream} WHERE seq <= (SELECT seq FROM uplog_acked WHERE stream = '${stream}')`,
    ).changes;
  return { urgent: lane("urgent"), bulk: lane("bulk") };
}
