import { afterEach, beforeEach, expect, test } from "bun:test";
import { connectAsync, type MqttClient } from "mqtt";
import type { Attributes } from "../../protocol/devices/attributes.ts";
import type { CommandAnswer } from "../../protocol/jobs/device-command.ts";
import { type SiteBroker, startSiteBroker } from "./testing/site-broker.ts";

/** Commands to devices and their answers, over real connections. */

const EXECUTION = "0192f0c1-2345-7abc-8def-000000000001";
const command = { channel: "command", device: "till-1", execution: EXECUTION } as const;

let site: SiteBroker;
let answers: CommandAnswer[];
let connections: string[];
let wants: object[];
let described: Attributes[];
const clients: MqttClient[] = [];

beforeEach(async () => {
  answers = [];
  connections = [];
  wants = [];
  described = [];
  site = await startSiteBroker({
    jobs: {
      knows: (device, execution) => device === "till-1" && execution === EXECUTION,
      answered: (_device, _execution, answer) => answers.push(answer),
      wanted: (device, execution, want) => wants.push({ device, execution, ...want }),
      described: (_device, attributes) => described.push(attributes),
      connected: (device) => connections.push(device),
    },
  });
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.end(true);
  await site[Symbol.asyncDispose]();
});

const connect = async (device = "till-1", clean = true): Promise<MqttClient> => {
  const client = await connectAsync({
    ...{ port: site.port, host: "127.0.0.1", username: device, password: site.password(device) },
    ...{ clientId: "one", clean, reconnectPeriod: 0 },
  });
  clients.push(client);
  return client;
};
const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
};

test("a device hears commands once it has subscribed to them, and no longer when it is gone", async () => {
  expect(site.broker.hears(command)).toBe(false);
  const client = await connect();
  await until(() => connections.length === 1);
  expect(site.broker.hears(command)).toBe(false);
  await client.subscribeAsync("homepot/till-1/command/+", { qos: 1 });
  expect(site.broker.hears(command)).toBe(true);
  expect(site.broker.hears({ ...command, device: "till-2" })).toBe(false);
  client.end(true);
  await until(() => !site.broker.hears(command));
});

test("a session that is resumed hears them without subscribing again", async () => {
  const before = await connect("till-1", false);
  await before.subscribeAsync("homepot/till-1/command/+", { qos: 1 });
  before.end(true);
  await until(() => !site.broker.hears(command));
  await connect("till-1", false);
  await until(() => connections.length === 2);
  expect(site.broker.hears(command)).toBe(true);
});

test("a command that is queued in a transaction comes once, to a device that is there and to one that comes back", async () => {
  const heard: string[] = [];
  const begin = async (): Promise<MqttClient> => {
    const client = await connect("till-1", false);
    client.on("message", (_topic, payload) => heard.push(payload.toString()));
    return client;
  };
  const client = await begin();
  await client.subscribeAsync("homepot/till-1/command/+", { qos: 1 });
  const sends = site.db.transaction(() =>
    ["one", "two"].map((text) => site.broker.queueForDevice(command, text)),
  );
  expect(heard).toEqual([]);
  for (const send of sends) await send();
  await until(() => heard.length === 2);
  // It need not be gone from the disk at once.
  await until(() => {
    site.clock.advance(20);
    return site.db.sqlite.query("SELECT 1 FROM mqtt_outgoing").get() === null;
  });
  client.end(true);
  await until(() => site.broker.connections === 0);
  const send = site.db.transaction(() => site.broker.queueForDevice(command, "three"));
  await send();
  await begin();
  await until(() => heard.length > 2);
  expect(heard).toEqual(["one", "two", "three"]);
});

test("what a device answers is acknowledged when it was taken in", async () => {
  const client = await connect();
  const topic = `homepot/till-1/command/${EXECUTION}`;
  await client.publishAsync(`${topic}/progress`, '{"percent":40}', { qos: 1 });
  await client.publishAsync(`${topic}/log`, "half of it", { qos: 1 });
  await client.publishAsync(`${topic}/result`, '{"ok":true,"output":1}', { qos: 1 });
  expect(answers).toEqual([
    { channel: "progress", percent: 40 },
    { channel: "log", level: "info", message: "half of it" },
    { channel: "result", result: { ok: true, output: 1 } },
  ]);
});

test("an answer to what nobody asked, and one that cannot be read, are kept out with the reason", async () => {
  const other = await connect("till-2");
  await other.publishAsync(`homepot/till-2/command/${EXECUTION}/result`, '{"ok":true}', { qos: 1 });
  const client = await connect();
  await client.publishAsync(`homepot/till-1/command/${EXECUTION}/result`, '{"ok":"yes"}', { qos: 1 });
  expect(answers).toEqual([]);
  expect(site.devices.rejected().newest.map(({ device, code }) => [device, code])).toEqual([
    ["till-1", "payload.invalid"],
    ["till-2", "mqtt.unknown-topic"],
  ]);
});

test("a device that was told of a firmware asks for parts of it, and says what it is", async () => {
  const client = await connect();
  const topic = `homepot/till-1/firmware/${EXECUTION}`;
  const part = Promise.withResolvers<[string, Buffer]>();
  client.on("message", (name, payload) => part.resolve([name, payload]));
  await client.subscribeAsync("homepot/till-1/firmware/+/part/+");
  await client.publishAsync(`${topic}/want`, '{"offset": 65536, "length": 8}', { qos: 1 });
  expect(wants).toEqual([{ device: "till-1", execution: EXECUTION, offset: 65_536, length: 8 }]);
  const to = { channel: "firmware-part", device: "till-1", execution: EXECUTION, offset: 65_536 } as const;
  await site.broker.publishToDevice(to, new Uint8Array([0, 255, 128]), { qos: 0 });
  expect(await part.promise).toEqual([`${topic}/part/65536`, Buffer.from([0, 255, 128])]);
  await client.publishAsync("homepot/till-1/state", '{"firmware":"8.0.0"}', { qos: 1 });
  expect(described).toEqual([{ firmware: "8.0.0" }]);
});

test.each([
  ['{"offset": -1}', `homepot/till-1/firmware/${EXECUTION}/want`],
  ['{"offset": 0, "length": 65537}', `homepot/till-1/firmware/${EXECUTION}/want`],
  ['{"offset": 0}', "homepot/till-1/firmware/0192f0c1-2345-7abc-8def-000000000002/want"],
])("what it wants by %s on %s is kept out, and nothing is given", async (text, name) => {
  const client = await connect();
  await client.publishAsync(name, text, { qos: 1 });
  expect(wants).toEqual([]);
  expect(site.devices.rejected("till-1").total).toBe(1);
});
