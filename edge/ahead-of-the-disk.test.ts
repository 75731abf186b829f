import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { getLogger } from "@logtape/logtape";
import mqtt, { type IClientOptions, type MqttClient, type Packet } from "mqtt";
import type { DownlogEvent } from "../protocol/log/kinds.ts";
import { deviceSubscription } from "../protocol/topics/topics.ts";
import { HOUR, MINUTE, SECOND } from "../protocol/units.ts";
import { secureRandom, systemClock } from "./clock/clock.ts";
import { readConfig } from "./config/config.ts";
import { PLATFORM } from "./config/version.ts";
import { type EdgeDatabase, openDatabase } from "./database/database.ts";
import { createDevices } from "./devices/devices.ts";
import { createEnrolment } from "./enrolment/enrolment.ts";
import { createGateway, type Gateway } from "./gateway.ts";
import { HeldDisk } from "./testing/held-disk.ts";
import { temporaryDirectory } from "./testing/temporary-directory.ts";
import { CloudDouble, type DoubleConnection } from "./uplink/testing/cloud-double.ts";
import { heardAll, sayDown } from "./uplink/testing/rig.ts";
import { until } from "./uplink/testing/until.ts";
import { connectWebSocket } from "./uplink/uplink.ts";
import { createUplog } from "./uplog/uplog.ts";

/**
 * A whole gateway whose disk stands still: what it has committed meanwhile would be gone with the power, so nobody may be told of it, and
 * nothing be done because of it.
 */

let directory: ReturnType<typeof temporaryDirectory>;
let cloud: CloudDouble;
let disk: HeldDisk;
let db: EdgeDatabase;
let gateway: Gateway;
let line: DoubleConnection;
let port: number;
let password: string;
let clients: MqttClient[];

beforeEach(async () => {
  directory = temporaryDirectory();
  cloud = new CloudDouble();
  disk = new HeldDisk();
  clients = [];
  // Its rounds take no time: one that is slow would have commits wait for the disk within the event loop.
  const clock = { ...systemClock, monotonicMs: () => 0 };
  const [random, log] = [secureRandom, getLogger("test")];
  db = openDatabase(join(directory.path, "edge.db"), { clock, random, put: disk.put });
  const parts = { db, uplog: createUplog(db), clock, random };
  const enrolment = createEnrolment({
    ...{ ...parts, fetch, dataDirectory: directory.path, version: "0.1.0" },
  });
  const request = { claim: "7KQF-2M9D", name: "", force: false, replace: false };
  await enrolment.enroll({ ...request, cloudUrl: cloud.url });
  const added = createDevices(parts).add("till-1");
  password = added.ok ? added.value.password : "";
  const settings = readConfig({
    ...{ data: directory.path, "mqtt-listen": "127.0.0.1:0", "status-listen": "127.0.0.1:0" },
  });
  if (!settings.ok) throw new Error(settings.refusal.detail);
  gateway = await createGateway({
    ...{ settings: settings.value, db, clock, random, log, connect: connectWebSocket, version: "0.1.0" },
    ...{ recentLog: () => [], restart: null },
    program: {
      running: { version: "0.1.0", sequence: 0, program: process.execPath },
      ...{ launchedAs: null, platform: PLATFORM, handOver: () => undefined },
    },
  });
  port = await gateway.start();
  line = await cloud.greeted(0);
  await until("the line", () => gateway.uplink.status().state === "connected");
});

afterEach(async () => {
  disk.goOn();
  for (const client of clients) await client.endAsync(true);
  await gateway.stop();
  db.close();
  cloud[Symbol.dispose]();
  directory[Symbol.dispose]();
});

/** A client of the device, and the packets it gets. */
async function connect(options: IClientOptions = {}): Promise<{ client: MqttClient; got: string[] }> {
  const client = mqtt.connect({
    ...{ host: "127.0.0.1", port, username: "till-1", password, clientId: "one", clean: false },
    ...{ reconnectPeriod: 0, keepalive: 0, ...options },
  });
  clients.push(client);
  client.on("error", () => undefined);
  const got: string[] = [];
  client.on("packetreceive", (packet: Packet) => got.push(packet.cmd));
  await new Promise<void>((resolve) => client.once("connect", () => resolve()));
  return { client, got };
}

/** The gateway has committed something that the disk has not, and both sides have heard all that it says to them. */
async function committed(client: { client: MqttClient; got: string[] }): Promise<void> {
  await until("a commit that is not on the disk", () => disk.waiting > 0);
  await heard(client);
}

/** All that the gateway had to say of a device that has connected is said, and the disk stands still from now on. */
async function holdWhenCalm(client: { client: MqttClient; got: string[] }): Promise<void> {
  const entries = () => line.of("entries").flatMap((frame) => frame.entries);
  await until("that it is online", () => entries().some(({ kind }) => kind === "device.connectivity"));
  do await heard(client);
  while (db.isAhead);
  disk.hold();
}

async function heard(client: { client: MqttClient; got: string[] }): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    const before = client.got.length;
    // It has been answered when all before it was.
    client.client.sendPing();
    await until("the answer to a ping", () => client.got.indexOf("pingresp", before) >= 0);
    await heardAll(line);
  }
}

/** How many frames of entries the cloud has got, and whether the downlog was acknowledged. */
const told = (): { entries: number; acks: number } => ({
  entries: line.of("entries").length,
  acks: line.of("ack").filter(({ stream }) => stream === "down").length,
});

const command: DownlogEvent = {
  kind: "job.execute",
  ...{ execution: "0190b8e0-7c1a-7000-8000-0000000000e1", job: "0190b8e0-7c1a-7000-8000-0000000000b1" },
  ...{ jobKind: "device.command", arguments: { command: "blink", args: {} }, device: "till-1" },
  ...{ position: 0, timeoutMs: MINUTE, retries: { max: 0, firstMs: SECOND, maxMs: SECOND } },
  ...{ slotMs: 0, expiresMs: systemClock.nowMs() + HOUR },
};

describe("while the disk stands still", () => {
  test("no message is acknowledged, of whatever quality of service", async () => {
    const device = await connect();
    disk.hold();
    device.client.publish("homepot/till-1/telemetry", `{"temperature": 20}`, { qos: 1 });
    device.client.publish("homepot/till-1/state", `{"firmware": "1.2.3"}`, { qos: 2 });
    await committed(device);
    expect(device.got.filter((packet) => packet.startsWith("pub"))).toEqual([]);
    disk.goOn();
    await until("both", () => device.got.includes("puback") && device.got.includes("pubcomp"));
  });

  test("a message for others is queued with what it means, and goes to them and is acknowledged when that is on the disk", async () => {
    const device = await connect();
    await device.client.subscribeAsync(deviceSubscription("till-1"), { qos: 1 });
    await holdWhenCalm(device);
    device.client.publish("homepot/till-1/state", `{"firmware": "1.2.3"}`, { qos: 1 });
    await committed(device);
    expect(device.got.filter((packet) => packet.startsWith("pub"))).toEqual([]);
    disk.takeOne();
    await until("both", () => device.got.includes("puback") && device.got.includes("publish"));
  });

  test("no message that is retained is given to those who subscribe", async () => {
    const device = await connect();
    const other = await connect({ clientId: "two", clean: true });
    await holdWhenCalm(device);
    device.client.publish("homepot/till-1/state", `{"firmware": "1.2.3"}`, { qos: 1, retain: true });
    await committed(device);
    // What it means is on the disk, and then it is retained.
    disk.takeOne();
    await committed(device);
    await other.client.subscribeAsync("homepot/till-1/state");
    await heard(other);
    expect(other.got).not.toContain("publish");
    disk.goOn();
    await until("it", () => other.got.includes("publish"));
  });

  test("the cloud is told nothing, not even by a line that is opened anew", async () => {
    const device = await connect();
    await holdWhenCalm(device);
    const before = told();
    device.client.publish("homepot/till-1/state", `{"firmware": "1.2.3"}`, { qos: 1 });
    await committed(device);
    expect(told()).toEqual(before);
    line.cut();
    line = await cloud.connection(1);
    await heardAll(line);
    expect(line.heard.filter(({ type }) => type !== "ping" && type !== "pong")).toEqual([]);
    disk.goOn();
    await until("the state", () => told().entries > 0);
  });

  test("no job is taken, and its device hears of no command, also when it connects anew", async () => {
    const device = await connect();
    await device.client.subscribeAsync(deviceSubscription("till-1"), { qos: 1 });
    await holdWhenCalm(device);
    const before = told();
    sayDown(line, 0, [command]);
    await committed(device);
    expect(told()).toEqual(before);
    expect(device.got).not.toContain("publish");
    await device.client.endAsync(true);
    // What waits for it goes before all else, so nothing of it is answered either.
    const again = await connect();
    for (let round = 0; round < 2; round += 1) await heardAll(line);
    expect(again.got).not.toContain("publish");
    expect(told()).toEqual(before);
    disk.goOn();
    await until("the command", () => again.got.includes("publish"));
    await until("the cloud to hear of both", () => told().acks > 0 && told().entries > before.entries);
    await heard(again);
    expect(again.got.filter((packet) => packet === "publish")).toEqual(["publish"]);
  });
});
