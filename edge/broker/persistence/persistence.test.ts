import { afterEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import mqtt, { type IClientOptions, type MqttClient } from "mqtt";
import { seededRandom } from "../../../protocol/seeded-random.ts";
import { ManualClock } from "../../../protocol/testing/manual-clock.ts";
import { DAY } from "../../../protocol/units.ts";
import { type EdgeDatabase, openDatabase } from "../../database/database.ts";
import { createGroupCommit } from "../../telemetry/group-commit.ts";
import { temporaryDirectory } from "../../testing/temporary-directory.ts";
import { Permissions } from "../permissions.ts";
import {
  connectPacket,
  RawClient,
  type SiteBroker,
  startSiteBroker,
  subscribePacket,
} from "../testing/site-broker.ts";
import { PERSISTENCE_LIMITS, Persistence, type PersistenceLimits } from "./persistence.ts";

const DURABLE: IClientOptions = { clientId: "pos", clean: false };
const clients: MqttClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.end(true);
});

async function connected(port: number, password: string, options: IClientOptions = {}) {
  const client = mqtt.connect({
    host: "127.0.0.1",
    port,
    protocol: "mqtt",
    username: "till-1",
    password,
    reconnectPeriod: 0,
    ...options,
  });
  clients.push(client);
  const heard: string[] = [];
  client.on("message", (topic, payload) => heard.push(`${topic} ${payload}`));
  await new Promise((resolve) => client.once("connect", resolve));
  return { client, heard };
}
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await Bun.sleep(1);
}
const count = (db: EdgeDatabase, table: string): number =>
  db.sqlite.query<{ n: number }, []>(`SELECT count(*) AS n FROM ${table}`).get()!.n;

describe("what the broker keeps", () => {
  test("is there after a restart: queue, subscriptions, retained messages", async () => {
    const before = await startSiteBroker();
    const { db } = before;
    const password = before.password("till-1");
    const { client } = await connected(before.port, password, DURABLE);
    await client.subscribeAsync("homepot/till-1/notification", { qos: 1 });
    await client.endAsync();
    await before.broker.publishToDevice({ channel: "config-desired", device: "till-1" }, '{"version":1}', {
      retain: true,
    });
    for (const text of ["one", "two"])
      await before.broker.publishToDevice({ channel: "notification", device: "till-1" }, text);
    await before.broker.stop();

    await using site = await startSiteBroker({ db, devices: [] });
    await site.broker.publishToDevice({ channel: "notification", device: "till-1" }, "three");
    const { client: back, heard } = await connected(site.port, password, DURABLE);
    await until(() => heard.length === 3);
    expect(heard.map((text) => text.split(" ")[1])).toEqual(["one", "two", "three"]);
    await back.subscribeAsync("homepot/till-1/#", { qos: 1 });
    await until(() => heard.includes('homepot/till-1/config/desired {"version":1}'));
    await until(() => count(db, "mqtt_outgoing") === 0);
  });

  test("is there after the gateway was killed, whatever it had acknowledged", async () => {
    using directory = temporaryDirectory();
    const main = join(import.meta.dir, "../../main.ts");
    const data = ["--data", directory.path];
    const added = Bun.spawnSync([process.execPath, main, "device", "add", "till-1", "--json", ...data]);
    const { password } = JSON.parse(added.stdout.toString()) as { password: string };
    const start = async () => {
      const run = ["run", "--mqtt-listen", "127.0.0.1:0", "--log-format", "json", ...data];
      const child = Bun.spawn([process.execPath, main, ...run], { stderr: "pipe" });
      let text = "";
      const decoder = new TextDecoder();
      for await (const part of child.stderr) {
        text += decoder.decode(part, { stream: true });
        const port = /"port":(\d+)/.exec(text)?.[1];
        if (port !== undefined) return { child, port: Number(port) };
      }
      throw new Error(text);
    };
    const first = await start();
    const { client } = await connected(first.port, password, DURABLE);
    await client.subscribeAsync("homepot/till-1/#", { qos: 1 });
    await client.endAsync();
    const { client: other } = await connected(first.port, password, { clientId: "other" });
    await other.publishAsync("homepot/till-1/state", '{"model":"P400"}', { qos: 1, retain: true });
    await other.publishAsync("homepot/till-1/telemetry", '{"n":1}', { qos: 1 });
    first.child.kill("SIGKILL");
    await first.child.exited;

    const second = await start();
    const { heard } = await connected(second.port, password, DURABLE);
    await until(() => heard.length === 2);
    expect(heard).toEqual(['homepot/till-1/state {"model":"P400"}', 'homepot/till-1/telemetry {"n":1}']);
    second.child.kill("SIGKILL");
    await second.child.exited;
  }, 20_000);

  test("is told to a client that comes back, with subscriptions or without", async () => {
    await using site = await startSiteBroker();
    const connack = async (clean: boolean) => {
      using client = new RawClient(site.port);
      client.write(connectPacket({ device: "till-1", password: site.password("till-1"), clean }));
      const answer = (await client.take(4)).toString("hex");
      client.write([0xe0, 0]);
      await client.closed;
      return answer;
    };
    expect(await connack(false)).toBe("20020000");
    await until(() => count(site.db, "mqtt_session") === 1);
    expect(await connack(false)).toBe("20020100");
    expect(await connack(true)).toBe("20020000");
    await until(() => count(site.db, "mqtt_session") === 0);
    expect(await connack(false)).toBe("20020000");
  });

  test("goes with the device that was removed", async () => {
    await using site = await startSiteBroker();
    const client = await subscriber(site);
    client.socket.destroy();
    await until(() => site.broker.connections === 0);
    await site.broker.publishToDevice({ channel: "notification", device: "till-1" }, "one", { retain: true });
    const rows = () =>
      ["mqtt_session", "mqtt_subscription", "mqtt_outgoing", "mqtt_retained"].map((table) =>
        count(site.db, table),
      );
    expect(rows()).toEqual([1, 1, 1, 1]);
    site.devices.remove("till-1");
    site.broker.devicesChanged();
    await until(() => rows().every((one) => one === 0));
  });
});

async function subscriber(site: SiteBroker): Promise<RawClient> {
  const client = new RawClient(site.port);
  client.write(connectPacket({ device: "till-1", password: site.password("till-1"), clean: false }));
  await client.take(4);
  client.write(subscribePacket("homepot/till-1/#", 1));
  await client.take(5);
  await until(() => site.broker.connections === 1);
  return client;
}

describe("the persistence", () => {
  async function start(limits: Partial<PersistenceLimits> = {}) {
    const clock = new ManualClock();
    const db = openDatabase(":memory:", { clock, random: seededRandom(1) });
    const parts = {
      db,
      commit: createGroupCommit(db, clock),
      clock,
      permissions: new Permissions({ topics: () => new Map() }),
      limits: { ...PERSISTENCE_LIMITS, ...limits },
    };
    const persistence = new Persistence(parts);
    await persistence.setup({ id: "broker" });
    return { clock, db, parts, persistence };
  }
  const packet = (counter: number, payload = "x") => ({
    cmd: "publish",
    topic: "homepot/till-1/notification",
    payload: Buffer.from(payload),
    qos: 1,
    brokerId: "broker",
    brokerCounter: counter,
  });

  test("stores no subscription beyond the client's own device", async () => {
    const { persistence } = await start();
    const own = { topic: "homepot/till-1/#", qos: 1 };
    await persistence.addSubscriptions({ id: "till-1/pos" }, [own, { topic: "homepot/till-2/#", qos: 1 }]);
    expect((await persistence.subscriptionsByClient({ id: "till-1/pos" })).map(({ topic }) => topic)).toEqual(
      [own.topic],
    );
    expect(await persistence.subscriptionsByTopic("homepot/till-2/state")).toEqual([]);
  });

  test("drops what is too much for one client, or for all, and counts it", async () => {
    const { persistence, db } = await start({ messages: 3, bytes: 10 });
    const to = (clientId: string, counter: number, payload?: string) =>
      persistence.outgoingEnqueue({ clientId }, packet(counter, payload));
    for (let counter = 1; counter <= 5; counter += 1) await to("till-1/a", counter);
    await to("till-1/b", 6, "123456");
    await to("till-1/b", 7, "123456");
    expect(persistence.dropped()).toEqual([
      { client: "till-1/a", messages: 2 },
      { client: "till-1/b", messages: 1 },
    ]);
    expect(count(db, "mqtt_outgoing")).toBe(4);
    await persistence.outgoingUpdate({ id: "till-1/a" }, { ...packet(1), messageId: 5 });
    await persistence.outgoingClearMessageId({ id: "till-1/a" }, { messageId: 5 });
    await to("till-1/a", 8);
    expect(count(db, "mqtt_outgoing")).toBe(4);
  });

  test("keeps with a packet the message id it will have, and writes it again only when it has another", async () => {
    const { persistence, db } = await start();
    const [to, clientId] = [{ id: "till-1/a" }, "till-1/a"];
    const aedes = { connected: true, clean: false, _nextId: 7 };
    persistence.broker = { id: "broker", clients: { [clientId]: aedes } };
    const ids = () =>
      db.sqlite
        .query<{ message_id: number | null }, []>("SELECT message_id FROM mqtt_outgoing ORDER BY id")
        .all()
        .map((row) => row.message_id);
    const changes = () => db.sqlite.query<{ n: number }, []>("SELECT total_changes() AS n").get()!.n;
    await persistence.outgoingEnqueue({ clientId }, packet(1));
    // It is not known yet which of the two comes first.
    await persistence.outgoingEnqueue({ clientId }, packet(2));
    expect(ids()).toEqual([7, null]);
    const before = changes();
    const first = { ...packet(1), messageId: 7 };
    await persistence.outgoingUpdate(to, first);
    expect([changes() - before, persistence.wasSentBefore(first)]).toEqual([0, false]);
    aedes._nextId = 8;
    await persistence.outgoingUpdate(to, { ...packet(2), messageId: 8 });
    await persistence.outgoingEnqueue({ clientId }, packet(3));
    await persistence.outgoingUpdate(to, { ...packet(3), messageId: 10 });
    expect(ids()).toEqual([7, 8, 10]);
    // One that may not be heard after all has no message id, as aedes sees it.
    aedes._nextId = 11;
    await persistence.outgoingEnqueue({ clientId }, packet(4));
    await persistence.outgoingClearMessageId(to, { messageId: 11 });
    expect(ids()).toEqual([7, 8, 10, 11]);
    await persistence.outgoingClearMessageId(to, packet(4));
    // Sent again on a new connection, it is said to be so.
    const again = { ...packet(1), messageId: 7 };
    await persistence.outgoingUpdate(to, again);
    expect([ids(), persistence.wasSentBefore(again)]).toEqual([[7, 8, 10], true]);
    aedes.connected = false;
    await persistence.outgoingEnqueue({ clientId }, packet(5));
    expect(ids()).toEqual([7, 8, 10, null]);
  });

  test("what is queued ahead is kept with what else its transaction writes, and not written again when it is published", async () => {
    const { persistence, db } = await start();
    await persistence.addSubscriptions({ id: "till-1/a" }, [
      { topic: "homepot/till-1/notification", qos: 1 },
    ]);
    const { brokerId: _, brokerCounter: __, ...own } = packet(0);
    const undone = () =>
      db.transaction(() => {
        persistence.queueAhead(own);
        throw new Error("no");
      });
    expect(undone).toThrow("no");
    expect(count(db, "mqtt_outgoing")).toBe(0);
    const ahead = db.transaction(() => persistence.queueAhead(own));
    expect([ahead, count(db, "mqtt_outgoing")]).toEqual([
      { ...own, brokerId: "broker", brokerCounter: 2 },
      1,
    ]);
    const subscribers = await persistence.subscriptionsByTopic(own.topic);
    for (const published of [ahead, packet(3)])
      await persistence.outgoingEnqueueCombi(subscribers, published);
    expect(count(db, "mqtt_outgoing")).toBe(2);
  });

  test("what was acknowledged is out of the queue at once, and gone from the disk with the next write, or soon", async () => {
    const { persistence, db, clock } = await start();
    const [to, clientId] = [{ id: "till-1/a" }, "till-1/a"];
    const queued = async () => {
      const payloads: string[] = [];
      for await (const one of persistence.outgoingStream(to)) payloads.push(String(one.payload));
      return payloads;
    };
    const send = async (counter: number) => {
      await persistence.outgoingEnqueue({ clientId }, packet(counter, String(counter)));
      await persistence.outgoingUpdate(to, { ...packet(counter), messageId: counter });
    };
    for (const counter of [1, 2]) await send(counter);
    const acknowledge = (messageId: number) =>
      persistence.outgoingClearMessageId(to, { cmd: "puback", messageId });
    expect((await acknowledge(1))?.payload?.toString()).toBe("1");
    expect(await acknowledge(1)).toBeUndefined();
    expect([await queued(), count(db, "mqtt_outgoing")]).toEqual([["2"], 2]);
    await send(3);
    expect([await queued(), count(db, "mqtt_outgoing")]).toEqual([["2", "3"], 2]);
    clock.advance(20);
    await acknowledge(2);
    clock.advance(20);
    await new Promise((resolve) => setImmediate(resolve));
    expect(count(db, "mqtt_outgoing")).toBe(1);
    await acknowledge(3);
    await persistence.destroy();
    expect(count(db, "mqtt_outgoing")).toBe(0);
  });

  test("knows after a restart how much is queued", async () => {
    const { persistence, parts } = await start({ messages: 1 });
    await persistence.outgoingEnqueue({ clientId: "till-1/a" }, packet(1));
    const again = new Persistence(parts);
    await again.setup({ id: "broker" });
    await again.outgoingEnqueue({ clientId: "till-1/a" }, packet(2));
    expect(again.dropped()).toEqual([{ client: "till-1/a", messages: 1 }]);
  });

  test("retains so many messages of a device, and no more; a known topic can always be written", async () => {
    const { persistence, db } = await start({ retained: 2 });
    const retain = (topic: string, payload: string) =>
      persistence.storeRetained({ ...packet(1, payload), topic: `homepot/till-1/${topic}`, retain: true });
    for (const topic of ["a", "b", "c"]) await retain(topic, "1");
    await retain("a", "2");
    expect(count(db, "mqtt_retained")).toBe(2);
    await retain("a", "");
    await retain("c", "1");
    const topics = db.sqlite
      .query<{ topic: string }, []>("SELECT topic FROM mqtt_retained ORDER BY topic")
      .all();
    expect(topics.map(({ topic }) => topic.at(-1))).toEqual(["b", "c"]);
  });

  test("forgets sessions that have not come for thirty days", async () => {
    const { persistence, parts, clock, db } = await start();
    await persistence.begin("till-1/old", false);
    await persistence.addSubscriptions({ id: "till-1/old" }, [{ topic: "homepot/till-1/#", qos: 1 }]);
    clock.advance(20 * DAY);
    await persistence.begin("till-1/new", false);
    clock.advance(11 * DAY);
    await new Persistence(parts).setup({ id: "broker" });
    expect([count(db, "mqtt_session"), count(db, "mqtt_subscription")]).toEqual([1, 0]);
  });
});
