import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { connect as connectSocket, type Socket } from "node:net";
import { getLogger } from "@logtape/logtape";
import mqtt, { type IClientOptions, type MqttClient } from "mqtt";
import { generate } from "mqtt-packet";
import type { DeviceConfig } from "../../protocol/config/device-config.ts";
import { readUplogEvent } from "../../protocol/log/kinds.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { systemClock } from "../clock/clock.ts";
import { type EdgeDatabase, openDatabase } from "../database/database.ts";
import { createDevices, type Devices } from "../devices/devices.ts";
import { createGroupCommit, type GroupCommit } from "../telemetry/group-commit.ts";
import { createTelemetry } from "../telemetry/telemetry.ts";
import { journalled } from "../telemetry/testing/journalled.ts";
import { createUplog, type Uplog } from "../uplog/uplog.ts";
import { type Broker, createBroker } from "./broker.ts";
import { listenTcp } from "./listeners/tcp.ts";

/** The real broker on a real socket, with real clients; only the disk is made to fail where a test says so. */

let db: EdgeDatabase;
let uplog: Uplog;
let devices: Devices;
let broker: Broker;
let port: number;
let failing: Error | null;
let clients: MqttClient[];
const reported: [string, DeviceConfig][] = [];
const passwords = new Map<string, string>();

beforeEach(async () => {
  const random = seededRandom(1);
  db = openDatabase(":memory:", { clock: systemClock, random });
  uplog = createUplog(db);
  devices = createDevices({ db, uplog, clock: systemClock, random });
  failing = null;
  clients = [];
  const real = createGroupCommit(db, systemClock);
  const commit: GroupCommit = {
    run: (write) => (failing === null ? real.run(write) : Promise.reject(failing)),
    flush: () => real.flush(),
  };
  const policy = { readings: 1_000, afterMs: 60_000 };
  const log = getLogger("test");
  const telemetry = createTelemetry({ db, uplog, commit, clock: systemClock, log, policy });
  broker = await createBroker(
    {
      listen: [(accept) => listenTcp({ host: "127.0.0.1", port: 0 }, accept)],
      maxPayloadBytes: 64 * 1_024,
      maxConnections: 20,
    },
    {
      db,
      devices,
      telemetry,
      commit,
      clock: systemClock,
      log,
      reported: (device, config) => reported.push([device, config]),
      notifications: { acknowledged() {}, subscribed() {} },
      jobs: { knows: () => false, answered() {}, wanted() {}, described() {}, connected() {} },
      conduct: { understood() {}, refused() {}, dated() {}, answered: () => false },
    },
  );
  port = await broker.start();
  for (const key of ["till-1", "till-2"]) {
    const added = devices.add(key);
    passwords.set(key, added.ok ? added.value.password : "");
  }
});
afterEach(async () => {
  for (const client of clients) client.end(true);
  await broker.stop();
  db.close();
});

function client(device: string, options: IClientOptions = {}): MqttClient {
  const made = mqtt.connect({
    host: "127.0.0.1",
    port,
    protocol: "mqtt",
    username: device,
    password: passwords.get(device) ?? "",
    reconnectPeriod: 0,
    ...options,
  });
  made.on("error", () => undefined);
  clients.push(made);
  return made;
}
const event = (of: MqttClient, name: "connect" | "close" | "error"): Promise<unknown> =>
  new Promise((resolve) => of.once(name, resolve));
async function connected(device: string, options?: IClientOptions): Promise<MqttClient> {
  const made = client(device, options);
  await event(made, "connect");
  return made;
}
const journal = () => journalled(db);
const told = () =>
  uplog.read("urgent", 0, 1_000_000).flatMap((entry) => {
    const read = readUplogEvent(entry);
    return read.ok && read.value.known ? [read.value.event] : [];
  });
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await Bun.sleep(1);
}

describe("the broker", () => {
  test("acknowledges telemetry when it is in the journal", async () => {
    const till = await connected("till-1");
    await till.publishAsync("homepot/till-1/telemetry", '{"temperature":21.5}', { qos: 1 });
    expect(journal()).toEqual([{ device: "till-1", payload: '{"temperature":21.5}' }]);
  });

  test("does not acknowledge what could not be stored, and serves again when it can", async () => {
    const till = await connected("till-1");
    failing = new Error("disk full");
    let acknowledged = false;
    till.publish("homepot/till-1/telemetry", '{"a":1}', { qos: 1 }, (error) => {
      acknowledged = error === undefined || error === null;
    });
    await event(till, "close");
    expect([acknowledged, journal()]).toEqual([false, []]);
    failing = null;
    const again = await connected("till-1");
    await again.publishAsync("homepot/till-1/telemetry", '{"a":2}', { qos: 1 });
    expect(journal().length).toBe(1);
  });

  test("takes state and status, and tells the cloud of changes", async () => {
    const will = {
      topic: "homepot/till-1/status",
      payload: Buffer.from("offline"),
      qos: 1,
      retain: true,
    } as const;
    const till = await connected("till-1", { will });
    await till.publishAsync("homepot/till-1/state", '{"model":"P400"}', { qos: 1, retain: true });
    await till.publishAsync("homepot/till-1/status", "online", { qos: 1, retain: true });
    await till.publishAsync("homepot/till-1/config/reported", '{"version":1,"config":{}}', { qos: 1 });
    till.stream.destroy();
    await until(() => devices.get("till-1")?.connectivity === "offline");
    expect(told().slice(2)).toMatchObject([
      { kind: "device.connectivity", device: "till-1", connectivity: "online", reason: "connected" },
      { kind: "device.attributes", device: "till-1", attributes: { model: "P400" } },
      {
        kind: "device.connectivity",
        device: "till-1",
        connectivity: "offline",
        reason: "gone without a goodbye",
      },
    ]);
    expect(reported.at(-1)).toEqual(["till-1", { version: 1, config: {} }]);
  });

  test("gives a device what is published to it, also what was retained before it came", async () => {
    await broker.publishToDevice({ channel: "config-desired", device: "till-1" }, '{"version":1}', {
      retain: true,
    });
    const till = await connected("till-1");
    const heard: string[] = [];
    till.on("message", (topic, payload) => heard.push(`${topic} ${payload}`));
    expect(await till.subscribeAsync("homepot/till-1/#", { qos: 1 })).toMatchObject([{ qos: 1 }]);
    await until(() => heard.length > 0);
    await broker.publishToDevice({ channel: "notification", device: "till-1" }, "{}");
    await until(() => heard.length > 1);
    expect(heard).toEqual(['homepot/till-1/config/desired {"version":1}', "homepot/till-1/notification {}"]);
  });
});

describe("what the broker refuses", () => {
  test.each([
    ["a wrong password", { password: "wrong" }],
    ["an unknown user", { username: "nobody" }],
  ])("%s, with the return code for it", async (_, options) => {
    const error = (await event(client("till-1", options), "error")) as { code: number };
    expect(error.code).toBe(4);
  });

  test("a client without credentials", async () => {
    const error = (await event(mqttWithoutCredentials(), "error")) as { code: number };
    expect(error.code).toBe(4);
  });

  test("MQTT 5, with the return code for it", async () => {
    const socket = await rawSocket();
    const received = nextBytes(socket);
    socket.write(
      generate({
        cmd: "connect",
        protocolId: "MQTT",
        protocolVersion: 5,
        clientId: "x",
        clean: true,
        keepalive: 0,
      }),
    );
    expect([...(await received)]).toEqual([0x20, 2, 0, 1]);
  });

  test("a publish outside the device's own prefix: the connection ends, the reason is kept, others go on", async () => {
    const other = await connected("till-2");
    const till = await connected("till-1");
    till.publish("homepot/till-2/telemetry", '{"a":1}', { qos: 1 });
    await event(till, "close");
    expect(journal()).toEqual([]);
    expect(devices.rejected("till-1").newest).toMatchObject([
      { topic: "homepot/till-2/telemetry", code: "mqtt.foreign-topic" },
    ]);
    await other.publishAsync("homepot/till-2/telemetry", '{"b":1}', { qos: 1 });
    expect(journal().length).toBe(1);
  });

  test("a subscription to anything that is not the device's own", async () => {
    const till = await connected("till-1");
    for (const filter of ["#", "homepot/till-2/#", "homepot/+/telemetry"]) {
      const granted = await till.subscribeAsync(filter, { qos: 1 }).catch(() => [{ qos: 128 }]);
      expect(granted).toMatchObject([{ qos: 128 }]);
    }
  });

  test.each([
    ["telemetry", "temperature=21", "payload.not-json"],
    ["telemetry", '{"a":1e999}', "payload.invalid"],
    ["telemetry", '{"a":NaN}', "payload.not-json"],
    ["telemetry", Buffer.from([0xff, 0xfe]), "payload.not-json"],
    ["state", "[1]", "payload.invalid"],
    ["status", "asleep", "payload.invalid"],
    ["config/reported", '{"version":"x"}', "payload.invalid"],
    ["command/1/result", "{}", "mqtt.unknown-topic"],
  ])(
    "%s %p is acknowledged, counted and kept with its reason, and not stored",
    async (channel, payload, code) => {
      const till = await connected("till-1");
      await till.publishAsync(`homepot/till-1/${channel}`, payload, { qos: 1 });
      expect(journal()).toEqual([]);
      expect(devices.rejected("till-1")).toMatchObject({
        total: 1,
        newest: [{ topic: `homepot/till-1/${channel}`, code }],
      });
      await till.publishAsync("homepot/till-1/telemetry", '{"ok":1}', { qos: 1 });
      expect(journal().length).toBe(1);
    },
  );

  test("to keep for later subscribers what could not be read", async () => {
    const till = await connected("till-1");
    const retained = { qos: 1, retain: true } as const;
    await till.publishAsync("homepot/till-1/command/1/result", "nonsense", retained);
    await till.publishAsync("homepot/till-1/state", '{"model":"P400"}', retained);
    const heard: string[] = [];
    till.on("message", (topic) => heard.push(topic));
    await till.subscribeAsync("homepot/till-1/#", { qos: 1 });
    await till.publishAsync("homepot/till-1/status", "online", { qos: 1 });
    await until(() => heard.includes("homepot/till-1/status"));
    expect(heard).toEqual(["homepot/till-1/state", "homepot/till-1/status"]);
  });

  test("a foreign filter beside an own one in the same SUBSCRIBE, for good", async () => {
    const session = { clientId: "kept", clean: false } as const;
    const till = await connected("till-1", session);
    await till.subscribeAsync(["homepot/till-1/#", "homepot/till-2/#"], { qos: 1 }).catch(() => undefined);
    await till.endAsync();
    const other = await connected("till-2");
    await other.publishAsync("homepot/till-2/telemetry", '{"secret":1}', { qos: 1 });
    await broker.publishToDevice({ channel: "notification", device: "till-1" }, "{}");
    const back = client("till-1", session);
    const heard: string[] = [];
    back.on("message", (topic) => heard.push(topic));
    await until(() => heard.length > 0);
    await back.publishAsync("homepot/till-1/status", "online", { qos: 1 });
    await until(() => heard.includes("homepot/till-1/status"));
    expect(heard).toEqual(["homepot/till-1/notification", "homepot/till-1/status"]);
  });

  test("to let one device's client id end another's connection; a device's own new one replaces the old", async () => {
    const till = await connected("till-1", { clientId: "same" });
    const other = await connected("till-2", { clientId: "same" });
    await till.publishAsync("homepot/till-1/telemetry", '{"a":1}', { qos: 1 });
    const again = await connected("till-1", { clientId: "same" });
    await until(() => !till.connected);
    expect([again.connected, other.connected]).toEqual([true, true]);
  });

  test("bytes that are not MQTT, before and after the log-in; others go on", async () => {
    const other = await connected("till-2");
    const stranger = await rawSocket();
    const till = await connected("till-1");
    const closed = Promise.all([event(till, "close"), new Promise((done) => stranger.once("close", done))]);
    const random = seededRandom(7);
    stranger.write("GET / HTTP/1.1\r\n\r\n");
    till.stream.write(Buffer.concat([Buffer.of(0xf0, 0x02), random.bytes(200)]));
    await closed;
    await other.publishAsync("homepot/till-2/telemetry", '{"b":1}', { qos: 1 });
    expect(journal().length).toBe(1);
  });

  test("a payload of ten megabytes, from its first bytes; others go on", async () => {
    const other = await connected("till-2");
    const till = await connected("till-1");
    till.publish("homepot/till-1/telemetry", "x".repeat(10_000_000), { qos: 1 });
    await event(till, "close");
    await until(() => devices.rejected("till-1").total > 0);
    expect(devices.rejected("till-1").newest[0]).toMatchObject({ code: "payload.too-large" });
    await other.publishAsync("homepot/till-2/telemetry", '{"b":1}', { qos: 1 });
    expect(journal().length).toBe(1);
  });

  test("more connections than are allowed", async () => {
    const sockets = await Promise.all(Array.from({ length: 20 }, rawSocket));
    const one = await rawSocket();
    await new Promise((resolve) => one.once("close", resolve));
    for (const socket of sockets) socket.destroy();
  });

  test("a device that was removed while it was connected", async () => {
    const till = await connected("till-1");
    const other = await connected("till-2");
    await until(() => broker.connections === 2);
    devices.remove("till-1");
    broker.devicesChanged();
    await event(till, "close");
    expect(other.connected).toBe(true);
  });

  test("the old password's connection of a device that was removed and added again", async () => {
    const till = await connected("till-1");
    await until(() => broker.connections === 1);
    const { createdMs } = devices.get("till-1")!;
    devices.remove("till-1");
    await until(() => systemClock.nowMs() > createdMs);
    devices.add("till-1");
    broker.devicesChanged();
    await event(till, "close");
    expect(broker.connections).toBe(0);
  });
});

function mqttWithoutCredentials(): MqttClient {
  const made = mqtt.connect({ host: "127.0.0.1", port, protocol: "mqtt", reconnectPeriod: 0 });
  clients.push(made);
  return made;
}

async function rawSocket(): Promise<Socket> {
  const socket = connectSocket(port, "127.0.0.1");
  socket.on("error", () => undefined);
  await new Promise((resolve) => socket.once("connect", resolve));
  return socket;
}

function nextBytes(socket: Socket): Promise<Buffer> {
  return new Promise((resolve) => socket.once("data", resolve));
}
