import { afterEach, beforeEach, expect, test } from "bun:test";
import mqtt, { type IClientOptions, type MqttClient } from "mqtt";
import {
  connectPacket,
  RawClient,
  type SiteBroker,
  startSiteBroker,
  subscribePacket,
} from "../testing/site-broker.ts";

/**
 * The exchanges of Eclipse Paho's interoperability tests for MQTT 3.1.1 (`client_test.py`), with a client of another
 * make and in the topics a device has. `site-topics.test.ts` has the topics of that suite, which an application has to
 * be granted. docs/mqtt.md tells how the suite itself was run.
 */

const P = "homepot/till-1/";
/** Three that `+` covers, and one a level below. */
const [STATE, TELEMETRY, STATUS, REPORTED] = ["state", "telemetry", "status", "config/reported"].map(
  (end) => P + end,
) as [string, string, string, string];
const BODY: Record<string, string> = {
  [STATE]: '{"model":"x"}',
  [TELEMETRY]: '{"n":1}',
  [STATUS]: "online",
  [REPORTED]: '{"version":1,"config":{}}',
};

interface Heard {
  topic: string;
  payload: string;
  qos: number;
  retain: boolean;
  dup: boolean;
}

let site: SiteBroker;
let clients: TestClient[];

class TestClient {
  readonly client: MqttClient;
  readonly heard: Heard[] = [];
  constructor(options: IClientOptions) {
    this.client = mqtt.connect({
      host: "127.0.0.1",
      port: site.port,
      username: "till-1",
      password: site.password("till-1"),
      clientId: "one",
      reconnectPeriod: 0,
      resubscribe: false,
      keepalive: 0,
      ...options,
    });
    this.client.on("error", () => undefined);
    this.client.on("message", (topic, payload, { qos, retain, dup }) => {
      this.heard.push({ topic, payload: payload.toString(), qos, retain, dup });
    });
    clients.push(this);
  }

  /** CONNACK's session-present. Rejects when the connection is refused or ends before. */
  connected(): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.client.once("connect", ({ sessionPresent }) => resolve(sessionPresent));
      this.client.once("error", reject);
      this.client.once("close", () => reject(new Error("closed")));
    });
  }

  publish(
    topic: string,
    qos: 0 | 1 | 2,
    options: { payload?: string; retain?: boolean } = {},
  ): Promise<unknown> {
    const { payload = BODY[topic]!, retain = false } = options;
    return this.client.publishAsync(topic, payload, { qos, retain });
  }

  end(): Promise<void> {
    return this.client.endAsync();
  }

  /** What it has heard once it has heard what it publishes last itself: nothing overtakes within the broker. */
  async settled(): Promise<Heard[]> {
    const mark = `{"mark":${Math.random()}}`;
    await this.client.subscribeAsync(REPORTED, { qos: 2 });
    await this.publish(REPORTED, 2, { payload: `{"version":1,"config":${mark}}` });
    const isMark = ({ payload }: Heard) => payload.includes(mark);
    while (!this.heard.some(isMark)) await new Promise((resolve) => setTimeout(resolve, 2));
    return this.heard.filter(({ topic }) => topic !== REPORTED);
  }
}

async function open(options: IClientOptions = {}): Promise<TestClient> {
  const client = new TestClient(options);
  await client.connected();
  return client;
}

beforeEach(async () => {
  clients = [];
  site = await startSiteBroker();
});

afterEach(async () => {
  for (const { client } of clients) client.end(true);
  await site[Symbol.asyncDispose]();
});

test("basic: one subscriber hears each QoS once, and a new session is not present", async () => {
  await (await open()).end();
  const client = new TestClient({});
  expect(await client.connected()).toBe(false);
  await client.client.subscribeAsync(TELEMETRY, { qos: 2 });
  for (const qos of [0, 1, 2] as const) await client.publish(TELEMETRY, qos);
  expect((await client.settled()).map(({ qos }) => qos)).toEqual([0, 1, 2]);
});

test("basic: a wrong protocol name is refused", async () => {
  const client = new TestClient({ protocolId: "hj" as "MQTT" });
  expect(client.connected()).rejects.toThrow();
});

test("retained: brought to who subscribes later, and gone after an empty one, in each QoS and topic", async () => {
  const client = await open();
  const topics = [STATE, TELEMETRY, STATUS] as const;
  for (const [qos, topic] of topics.entries())
    await client.publish(topic, qos as 0 | 1 | 2, { retain: true });
  const second = await open({ clientId: "two" });
  await second.client.subscribeAsync(`${P}+`, { qos: 2 });
  const heard = await second.settled();
  expect(heard.map(({ topic }) => topic).sort()).toEqual([...topics].sort());
  expect(heard.every(({ retain }) => retain)).toBe(true);
  for (const [qos, topic] of topics.entries()) {
    await client.publish(topic, qos as 0 | 1 | 2, { retain: true, payload: "" });
  }
  const third = await open({ clientId: "three" });
  await third.client.subscribeAsync(`${P}+`, { qos: 2 });
  expect(await third.settled()).toEqual([]);
});

test("will: sent when the connection breaks, kept back after a DISCONNECT", async () => {
  const watcher = await open({ clientId: "watcher" });
  await watcher.client.subscribeAsync(STATUS, { qos: 2 });
  const will = { topic: STATUS, payload: Buffer.from("offline"), qos: 2 as const, retain: false };
  await (await open({ will })).end();
  expect(await watcher.settled()).toEqual([]);
  const breaks = await open({ will });
  breaks.client.stream.destroy();
  while (watcher.heard.every(({ topic }) => topic !== STATUS))
    await new Promise((resolve) => setTimeout(resolve, 2));
  expect(await watcher.settled()).toMatchObject([{ topic: STATUS, payload: "offline", qos: 2 }]);
});

test("zero-length client id: only with a clean session", async () => {
  // The client of this suite refuses to send the first by itself.
  for (const [clean, answer] of [
    [false, [0x20, 2, 0, 2]],
    [true, [0x20, 2, 0, 0]],
  ] as const) {
    using raw = new RawClient(site.port);
    raw.write(connectPacket({ device: "till-1", password: site.password("till-1"), clientId: "", clean }));
    expect([...(await raw.take(4))]).toEqual([...answer]);
  }
});

test("offline: what comes meanwhile is queued for a durable session", async () => {
  const durable = { clientId: "durable", clean: false };
  const first = await open(durable);
  await first.client.subscribeAsync(`${P}+`, { qos: 2 });
  await first.end();
  const publisher = await open();
  await publisher.publish(STATE, 0);
  await publisher.publish(TELEMETRY, 1);
  await publisher.publish(STATUS, 2);
  const again = new TestClient(durable);
  expect(await again.connected()).toBe(true);
  expect((await again.settled()).map(({ topic, qos }) => [topic, qos])).toEqual([
    [TELEMETRY, 1],
    [STATUS, 2],
  ]);
});

test("overlapping subscriptions: one message, in the highest QoS of them", async () => {
  const client = await open();
  await client.client.subscribeAsync({ [`${P}#`]: { qos: 2 }, [`${P}+`]: { qos: 1 } });
  await client.publish(TELEMETRY, 2);
  expect(await client.settled()).toMatchObject([{ topic: TELEMETRY, qos: 2 }]);
});

test("keepalive: who says nothing is let go, and its will is sent", async () => {
  const watcher = await open({ clientId: "watcher" });
  await watcher.client.subscribeAsync(STATUS, { qos: 1 });
  const will = { topic: STATUS, payload: Buffer.from("offline"), qos: 1 as const, retain: false };
  // Its own pings are at intervals of its clock, which goes on as usual while the broker's is moved.
  const silent = await open({ clientId: "silent", keepalive: 5, will });
  const closed = new Promise<void>((resolve) => silent.client.once("close", () => resolve()));
  site.clock.advance(8_000);
  await closed;
  expect(await watcher.settled()).toMatchObject([{ topic: STATUS, payload: "offline" }]);
});

test("redelivery: what was not answered comes again with the next connection, marked as a duplicate", async () => {
  const login = { device: "till-1", password: site.password("till-1"), clientId: "deaf", clean: false };
  const firstBytes: number[][] = [];
  for (let connection = 0; connection < 3; connection += 1) {
    using deaf = new RawClient(site.port);
    deaf.write(connectPacket(login));
    expect([...(await deaf.take(4))]).toEqual([0x20, 2, connection > 0 ? 1 : 0, 0]);
    if (connection === 0) {
      deaf.write(subscribePacket(STATUS, 2));
      await deaf.take(5);
      const publisher = await open();
      await publisher.publish(STATUS, 1);
      await publisher.publish(STATUS, 2);
    }
    const lengths = [0, 1].map(() => 2 + 2 + STATUS.length + 2 + "online".length);
    const packets = [await deaf.take(lengths[0]!), await deaf.take(lengths[1]!)];
    firstBytes.push(packets.map((packet) => packet[0]!));
  }
  // PUBLISH in QoS 1 and 2, and the same with DUP (MQTT-3.3.1-1, MQTT-4.4.0-1).
  expect(firstBytes).toEqual([
    [0x32, 0x34],
    [0x3a, 0x3c],
    [0x3a, 0x3c],
  ]);
});

test("subscribe failure: a filter of another device is answered with 0x80", async () => {
  const client = await open();
  const granted = await client.client
    .subscribeAsync("homepot/till-2/#", { qos: 2 })
    .catch((error: Error) => error);
  expect(granted instanceof Error ? 0x80 : granted[0]?.qos).toBe(0x80);
});

test("$ topics: one may publish to them, and no wildcard brings it to anybody", async () => {
  const client = await open();
  await client.client.subscribeAsync(`${P}#`, { qos: 2 });
  for (const qos of [0, 1, 2] as const) await client.publish(`$${STATE}`, qos, { payload: "" });
  expect(await client.settled()).toEqual([]);
});

test("unsubscribe: of three topics the other two go on", async () => {
  const client = await open();
  for (const topic of [STATE, TELEMETRY, STATUS]) await client.client.subscribeAsync(topic, { qos: 2 });
  await client.client.unsubscribeAsync(STATE);
  const publisher = await open({ clientId: "publisher" });
  for (const topic of [STATE, TELEMETRY, STATUS]) await publisher.publish(topic, 1);
  expect((await client.settled()).map(({ topic }) => topic)).toEqual([TELEMETRY, STATUS]);
});
