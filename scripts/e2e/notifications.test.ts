import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import mqtt, { type MqttClient } from "mqtt";
import { Cloud, type DeviceCredential, Gateway, until } from "./stack.ts";

/** Messages from the cloud to a device of a site and back, with both processes, also when one of the three is away. */
let cloud: Cloud;
let gateway: Gateway;
let device: string;
let credential: DeviceCredential;
const clients: MqttClient[] = [];

beforeAll(async () => {
  cloud = await Cloud.start();
  gateway = await Gateway.start(cloud, "York");
  credential = await gateway.addDevice("sign");
  device = await until("the device in the cloud", async () => {
    const { items } = await cloud.api<{ items: { id: string }[] }>("/devices?q=sign");
    return items[0]?.id;
  });
}, 60_000);
afterAll(async () => {
  for (const client of clients) client.end(true);
  await gateway?.[Symbol.asyncDispose]();
  await cloud?.[Symbol.asyncDispose]();
});

const publish = async (title: string, timeToLiveSeconds = 300): Promise<string> => {
  const message = { title, priority: "high", timeToLiveSeconds };
  const body = JSON.stringify({ device, message });
  const { id, result } = await cloud.api<{ id: string; result: { outcome: string } }>("/push/mqtt/publish", {
    method: "POST",
    body,
  });
  expect(result.outcome).toBe("sent");
  return id;
};
/** What the cloud has heard of a message, as soon as it has heard so much. */
const heard = (id: string, count: number) =>
  until(`${count} words about ${id}`, async () => {
    const answer = await fetch(`${cloud.url}/api/v1/push/receipts/${id}`, {
      headers: { authorization: `Bearer ${cloud.token}` },
    });
    if (!answer.ok) return undefined;
    const { items } = (await answer.json()) as { items: { action: string }[] };
    return items.length >= count ? items.map(({ action }) => action) : undefined;
  });

interface Sign {
  client: MqttClient;
  /** Ids of what it got, in order. */
  got: string[];
}
async function connect(): Promise<Sign> {
  const { username, password } = credential;
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${gateway.port}`, {
    username,
    password,
    clean: true,
  });
  clients.push(client);
  const got: string[] = [];
  client.on("message", (_, payload) => got.push((JSON.parse(payload.toString()) as { id: string }).id));
  await client.subscribeAsync("homepot/sign/notification", { qos: 1 });
  return { client, got };
}
const say = ({ client }: Sign, id: string, action: string) =>
  client.publishAsync("homepot/sign/notification/ack", JSON.stringify({ id, action }), { qos: 1 });

test("the cloud has room for more requests to platforms than one that hangs may hold", () => {
  const environment = readFileSync(`/proc/${cloud.program.pid}/environ`, "utf8").split("\0");
  expect(environment).toContain("BUN_CONFIG_MAX_HTTP_REQUESTS=4096");
});

test("a device gets a message at once, and what it says of it is at the cloud", async () => {
  const sign = await connect();
  const id = await publish("Closed today");
  await until("the message", async () => sign.got.includes(id));
  await say(sign, id, "delivered");
  await say(sign, id, "opened");
  expect((await heard(id, 2)).sort()).toEqual(["delivered", "opened"]);
  await sign.client.endAsync();
}, 30_000);

test("a message waits for a gateway that is down, and there for a device that is away", async () => {
  await gateway.program.kill();
  const [first, second] = [await publish("First"), await publish("Second")];
  await gateway.run();
  await until("both at the gateway", async () => {
    const { items } = await cloud.api<{ items: { connected: boolean }[] }>("/gateways");
    return items[0]?.connected;
  });
  const sign = await connect();
  await until("both messages", async () => sign.got.length >= 2);
  expect([...new Set(sign.got)]).toEqual([first, second]);
  for (const id of [first, second]) await say(sign, id, "delivered");
  expect([await heard(first, 1), await heard(second, 1)]).toEqual([["delivered"], ["delivered"]]);
  await sign.client.endAsync();
  // What it acknowledged it is not sent again.
  const again = await connect();
  const last = await publish("Last");
  await until("the last message", async () => again.got.includes(last));
  expect(again.got).toEqual([last]);
  await again.client.endAsync();
}, 60_000);

test("a message that nobody got in time is told to have expired", async () => {
  const id = await publish("Soon over", 1);
  expect(await heard(id, 1)).toEqual(["expired"]);
}, 30_000);
