import { expect, test } from "bun:test";
import mqtt from "mqtt";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { LedgerDevice } from "./ledger.ts";
import { NarrowLine } from "./narrow-line.ts";
import { Cloud, Gateway, until } from "./stack.ts";

/** 256 kbit/s. */
const BYTES_PER_SECOND = 32_000;
/** Ten seconds of that line and more. */
const BACKLOG_BYTES = 400_000;
const ALARMS = 5;

test("during the catch-up of a long outage over 256 kbit/s a change of state arrives within a second", async () => {
  await using cloud = await Cloud.start();
  await using gateway = await Gateway.enrolled(cloud, "Far away");
  await using line = await NarrowLine.start(cloud.port, BYTES_PER_SECOND);
  gateway.runsAs.options = [
    "--cloud-url",
    `http://127.0.0.1:${line.port}`,
    "--telemetry-seal-readings",
    "200",
  ];
  await gateway.run();
  const random = seededRandom(7);
  // Noise, which nothing makes smaller: three doubles a reading.
  await using device = new LedgerDevice(gateway.port, await gateway.addDevice("noise-1"), (n) => ({
    n,
    a: random.next(),
    b: random.next(),
    c: random.next(),
  }));
  const door = await gateway.addDevice("door-1");
  const { username, password } = door;
  const client = await mqtt.connectAsync({ host: "127.0.0.1", port: gateway.port, username, password });
  const name = async (wanted: string): Promise<true | null> => {
    const { items } = await cloud.api<{ items: { name: string }[] }>("/devices?q=door-1");
    return items.some((item) => item.name === wanted) ? true : null;
  };
  const say = (words: string): Promise<unknown> =>
    client.publishAsync("homepot/door-1/state", JSON.stringify({ name: words }), { qos: 1, retain: true });
  await say("Door");
  await until("the door in the cloud", () => name("Door"));

  await cloud.program.kill();
  device.start(64);
  await until("the outage", () => device.acknowledged.size >= BACKLOG_BYTES / 24, 60_000);
  await device.stop();
  await cloud.run();
  const before = line.carried;
  await until("the catch-up to be under way", () => line.carried > before + BYTES_PER_SECOND * 2, 30_000);

  const tookMs: number[] = [];
  for (let alarm = 0; alarm < ALARMS; alarm += 1) {
    const beganMs = performance.now();
    await say(`Door open ${alarm}`);
    await until("the alarm in the cloud", () => name(`Door open ${alarm}`), 20_000);
    tookMs.push(performance.now() - beganMs);
  }
  const { waiting } = await gateway.status();
  await client.endAsync();
  // Else there was nothing to wait behind.
  expect(waiting.bulk).toBeGreaterThan(0);
  console.log(`an alarm during catch-up at 256 kbit/s: ${tookMs.map(Math.round).join(", ")} ms`);
  expect(Math.max(...tookMs)).toBeLessThan(1_000);
  // The line is not idle for it: it carries what it can.
  const [carried, atMs] = [line.carried, performance.now()];
  await until("two seconds of the line", () => performance.now() - atMs > 2_000);
  expect((line.carried - carried) / ((performance.now() - atMs) / 1_000)).toBeGreaterThan(
    0.6 * BYTES_PER_SECOND,
  );
}, 120_000);
