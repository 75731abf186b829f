import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import mqtt, { type IClientOptions, type MqttClient } from "mqtt";
import { seededRandom } from "../../../protocol/seeded-random.ts";
import { openDatabase } from "../../database/database.ts";
import { type SiteBroker, startSiteBroker } from "../testing/site-broker.ts";

/**
 * Applications of the site: what an installer lets them hear and publish beyond their own prefix, and that devices get
 * nothing by it. The topics are those of Paho's interoperability tests.
 */

let site: SiteBroker;
let clients: MqttClient[];

async function open(
  device: string,
  options: IClientOptions = {},
): Promise<{ client: MqttClient; heard: string[] }> {
  const client = mqtt.connect({
    host: "127.0.0.1",
    port: site.port,
    username: device,
    password: site.password(device),
    clientId: "one",
    reconnectPeriod: 0,
    resubscribe: false,
    keepalive: 0,
    ...options,
  });
  clients.push(client);
  const heard: string[] = [];
  client.on("message", (topic, payload, { retain }) =>
    heard.push(`${topic} ${payload}${retain ? " retained" : ""}`),
  );
  client.on("error", () => undefined);
  await new Promise<void>((resolve, reject) => {
    client.once("connect", () => resolve());
    client.once("close", () => reject(new Error("closed")));
  });
  return { client, heard };
}

/** What a client has heard, once it has heard `last`. */
async function until(heard: string[], last: string): Promise<string[]> {
  while (!heard.includes(last)) await new Promise((resolve) => setTimeout(resolve, 2));
  return heard;
}

/** The granted QoS of one filter; 0x80 when it was refused. */
async function subscribe(client: MqttClient, filter: string, qos: 0 | 1 | 2 = 1): Promise<number> {
  const granted = await client.subscribeAsync(filter, { qos }).catch(() => []);
  return granted[0]?.qos ?? 0x80;
}

beforeEach(async () => {
  clients = [];
  site = await startSiteBroker({ devices: ["till-1", "till-2", "panel"] });
  site.devices.setTopics("panel", {
    publish: ["TopicA/#", "Topic/C", "/TopicA"],
    subscribe: ["TopicA/#", "Topic/C", "/TopicA", "homepot/+/telemetry"],
  });
});

afterEach(async () => {
  for (const client of clients) client.end(true);
  await site[Symbol.asyncDispose]();
});

describe("an application", () => {
  test("hears what devices measure, and nothing else of theirs", async () => {
    const panel = await open("panel");
    expect(await subscribe(panel.client, "#")).toBe(1);
    const till = await open("till-1");
    await till.client.publishAsync("homepot/till-1/state", '{"model":"x"}', { qos: 1, retain: true });
    await till.client.publishAsync("homepot/till-1/telemetry", '{"n":1}', { qos: 1 });
    expect(await until(panel.heard, 'homepot/till-1/telemetry {"n":1}')).toHaveLength(1);
  });

  test("has topics of its own, retained and for who comes later", async () => {
    const panel = await open("panel");
    await panel.client.publishAsync("TopicA/B", "kept", { qos: 1, retain: true });
    const second = await open("panel", { clientId: "two" });
    expect(await subscribe(second.client, "+/+", 2)).toBe(2);
    await until(second.heard, "TopicA/B kept retained");
    for (const qos of [0, 1, 2] as const) await panel.client.publishAsync("TopicA/C", `${qos}`, { qos });
    expect(await until(second.heard, "TopicA/C 2")).toEqual([
      "TopicA/B kept retained",
      "TopicA/C 0",
      "TopicA/C 1",
      "TopicA/C 2",
    ]);
    expect(site.devices.get("panel")).toMatchObject({ connectivity: "online" });
    expect(site.devices.rejected().total).toBe(0);
  });

  test("is refused a filter that matches nothing it was granted", async () => {
    const panel = await open("panel");
    for (const filter of ["test/nosubscribe", "homepot/till-1/command/+", "$SYS/#"])
      expect([filter, await subscribe(panel.client, filter)]).toEqual([filter, 0x80]);
  });

  test.each(["homepot/till-1/telemetry", "test/other", "homepot"])(
    "is disconnected when it publishes to %s",
    async (topic) => {
      const panel = await open("panel");
      const closed = new Promise<void>((resolve) => panel.client.once("close", () => resolve()));
      panel.client.publish(topic, '{"n":1}', { qos: 1 });
      await closed;
      expect(site.devices.rejected("panel").newest).toMatchObject([{ topic, code: "mqtt.foreign-topic" }]);
    },
  );

  test("is sent its last will's topic like any other of its own", async () => {
    const panel = await open("panel");
    await subscribe(panel.client, "/TopicA", 2);
    const will = { topic: "/TopicA", payload: Buffer.from("gone"), qos: 1 as const, retain: false };
    const breaks = await open("panel", { clientId: "two", will });
    breaks.client.stream.destroy();
    await until(panel.heard, "/TopicA gone");
  });

  test("that is away finds in its session what devices measured meanwhile, also after a restart", async () => {
    const db = openDatabase(":memory:", { clock: site.clock, random: seededRandom(2) });
    await site[Symbol.asyncDispose]();
    site = await startSiteBroker({ db, devices: ["till-1", "panel"] });
    site.devices.setTopics("panel", { publish: [], subscribe: ["homepot/+/telemetry"] });
    const durable = { clientId: "durable", clean: false };
    const first = await open("panel", durable);
    await subscribe(first.client, "homepot/#");
    await first.client.endAsync();
    const till = await open("till-1");
    await till.client.publishAsync("homepot/till-1/telemetry", '{"n":1}', { qos: 1 });
    const password = site.password("panel");
    const tillPassword = site.password("till-1");
    await site[Symbol.asyncDispose]();
    site = await startSiteBroker({ db, devices: [] });
    const tillAgain = await open("till-1", { password: tillPassword });
    await tillAgain.client.publishAsync("homepot/till-1/telemetry", '{"n":2}', { qos: 1 });
    const again = await open("panel", { ...durable, password });
    expect(await until(again.heard, 'homepot/till-1/telemetry {"n":2}')).toEqual([
      'homepot/till-1/telemetry {"n":1}',
      'homepot/till-1/telemetry {"n":2}',
    ]);
  });

  test("hears nothing more when its grant is taken back, connected or away", async () => {
    const panel = await open("panel");
    await subscribe(panel.client, "homepot/+/telemetry");
    await subscribe(panel.client, "homepot/panel/#");
    const durable = await open("panel", { clientId: "durable", clean: false });
    await subscribe(durable.client, "homepot/+/telemetry");
    await durable.client.endAsync();
    site.devices.setTopics("panel", { publish: [], subscribe: [] });
    site.broker.devicesChanged();
    const till = await open("till-1");
    await till.client.publishAsync("homepot/till-1/telemetry", '{"n":1}', { qos: 1 });
    await panel.client.publishAsync("homepot/panel/state", '{"n":2}', { qos: 1 });
    expect(await until(panel.heard, 'homepot/panel/state {"n":2}')).toHaveLength(1);
    const queued = site.db.sqlite
      .query<{ n: number }, []>("SELECT count(*) AS n FROM mqtt_outgoing")
      .get()!.n;
    expect(queued).toBe(0);
  });

  test("retains at most as much as a device", async () => {
    const panel = await open("panel");
    const all = Array.from({ length: 1_001 }, (_, index) => index);
    await Promise.all(
      all.map((index) => panel.client.publishAsync(`TopicA/${index}`, "x", { qos: 1, retain: true })),
    );
    const kept = site.db.sqlite.query<{ n: number }, []>("SELECT count(*) AS n FROM mqtt_retained").get()!.n;
    expect(kept).toBe(1_000);
    await panel.client.publishAsync("TopicA/7", "", { qos: 1, retain: true });
    await panel.client.publishAsync("TopicA/other", "x", { qos: 1, retain: true });
    expect(
      site.db.sqlite.query("SELECT 1 FROM mqtt_retained WHERE topic = 'TopicA/other'").get(),
    ).not.toBeNull();
  });
});

test("a device that was granted nothing has its own prefix and no more", async () => {
  const till = await open("till-2");
  for (const filter of ["#", "TopicA/#", "+/+", "homepot/+/telemetry"])
    expect([filter, await subscribe(till.client, filter)]).toEqual([filter, 0x80]);
  const closed = new Promise<void>((resolve) => till.client.once("close", () => resolve()));
  till.client.publish("TopicA/B", "x", { qos: 1 });
  await closed;
});

test("topics that begin with $: acknowledged, counted, and heard by nobody", async () => {
  site.devices.setTopics("panel", { publish: ["#"], subscribe: ["#"] });
  const panel = await open("panel");
  expect(await subscribe(panel.client, "+/+", 2)).toBe(2);
  expect(await subscribe(panel.client, "#", 2)).toBe(2);
  for (const qos of [0, 1, 2] as const)
    await panel.client.publishAsync("$TopicA/B", "x", { qos, retain: true });
  await panel.client.publishAsync("TopicA/B", "after", { qos: 2 });
  expect(await until(panel.heard, "TopicA/B after")).toHaveLength(1);
  expect(site.devices.rejected("panel").total).toBe(3);
  expect(site.db.sqlite.query("SELECT topic FROM mqtt_retained").all()).toEqual([]);
});
