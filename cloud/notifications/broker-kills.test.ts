import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync, type MqttClient } from "mqtt";
import { seededRandom } from "../../protocol/seeded-random.ts";
import type { CloudDatabase } from "../database/database.ts";
import { openSqlite } from "../database/sqlite.ts";
import { addDeliveries, addNotification, Life, type LifeParts } from "./testing/broker-life.ts";
import { freePort, startMosquitto } from "./testing/mosquitto.ts";
import { type MqttProxy, startMqttProxy, type Verdict } from "./testing/mqtt-proxy.ts";

/**
 * A service is killed at each moment of its handshakes with Debian's mosquitto: before and after each packet, and after each commit. The
 * moment of a kill is a packet that is not passed on any more, or the last that is.
 */

const MESSAGES = 3;
/** A machine that others use takes its time. */
const LIMIT_MS = 60_000;
let directory: string;
let broker: ReturnType<typeof Bun.spawn>;
let brokerPort: number;
let db: CloudDatabase;
let subscriber: MqttClient;
const heard = new Map<string, string[]>();

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "homepot-broker-kills-"));
  db = await openSqlite(join(directory, "cloud.db"));
  await addNotification(db);
  brokerPort = freePort();
  const config = join(directory, "mosquitto.conf");
  writeFileSync(config, `listener ${brokerPort} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n`);
  broker = await startMosquitto(config, brokerPort);
  subscriber = await connectAsync(`mqtt://127.0.0.1:${brokerPort}`);
  subscriber.on("message", (topic, payload) => {
    heard.set(topic, [...(heard.get(topic) ?? []), payload.toString()]);
  });
  await subscriber.subscribeAsync("#", { qos: 2 });
});
afterAll(async () => {
  subscriber.end(true);
  broker.kill();
  await broker.exited;
  await db.close();
  rmSync(directory, { recursive: true });
});

const until = async (what: string, isSo: () => boolean): Promise<void> => {
  const untilMs = performance.now() + LIMIT_MS / 2;
  while (!isSo()) {
    if (performance.now() > untilMs) throw new Error(`${what} did not come about`);
    await new Promise((resolve) => setImmediate(resolve));
  }
};

/** All moments of a service, each given a number; it dies at the one it is told. */
interface Moment {
  at: number;
  verdict: Exclude<Verdict, "pass">;
}

/** Gives whether it came so far. */
async function live(
  proxy: MqttProxy,
  parts: Omit<LifeParts, "happened">,
  moment: Moment | null,
): Promise<boolean> {
  let left = moment?.at ?? 0;
  let isKilled = false;
  const isNow = (): boolean => {
    left -= 1;
    if (left !== 0) return false;
    isKilled = true;
    life.kill();
    return true;
  };
  const happened = (): boolean => {
    if (!isNow()) return false;
    proxy.cut();
    return true;
  };
  const life = new Life({ ...parts, happened });
  proxy.judge = () => (isNow() ? moment!.verdict : "pass");
  await life.run();
  const isDone = () => (heard.get(parts.topic)?.length ?? 0) >= MESSAGES && proxy.underWay.size === 0;
  await until(`all after ${JSON.stringify(moment)}`, () => isKilled || isDone());
  if (isKilled) proxy.cut();
  else life.close();
  // What it was writing when it died is written by now.
  await db.write(async () => undefined);
  return isKilled;
}

let scenarios = 0;

/** Lives that end with kills, and one that does not: each message must have come once. Gives whether the kills came about. */
async function seen(proxy: MqttProxy, version: "5" | "3.1.1", moments: readonly Moment[]): Promise<boolean> {
  scenarios += 1;
  const topic = `signs-${scenarios}`;
  const ids = Array.from({ length: MESSAGES }, (_, index) => `${topic}-${index}`);
  await addDeliveries(db, ids);
  const credentials = { url: `mqtt://127.0.0.1:${proxy.port}`, version, qos: "2" } as const;
  const parts = { db, organization: `o${scenarios}`, credentials, topic };
  const killed: boolean[] = [];
  for (const moment of moments) killed.push(await live(proxy, parts, moment));
  await live(proxy, parts, null);
  await subscriber.publishAsync(topic, "last", { qos: 2 });
  await until("the last message", () => heard.get(topic)?.at(-1) === "last");
  expect({ moments, came: heard.get(topic)?.slice(0, -1).sort() }).toEqual({ moments, came: ids });
  return killed.every((one) => one);
}

describe.each([["5"], ["3.1.1"]] as const)("with MQTT %s each message is seen once", (version) => {
  test.each([["cut-before"], ["cut-after"]] as const)(
    "whatever the moment of a kill is (%s)",
    async (verdict) => {
      await using proxy = await startMqttProxy(brokerPort, version === "5" ? 5 : 4);
      let at = 0;
      for (let isKilled = true; isKilled; isKilled = await seen(proxy, version, [{ at, verdict }])) at += 1;
      // CONNECT and CONNACK, a commit for all, and of each four packets and a commit; no fewer.
      expect(at).toBeGreaterThan(3 + 4 * MESSAGES);
    },
    LIMIT_MS,
  );

  test(
    "and of two, one after the other",
    async () => {
      await using proxy = await startMqttProxy(brokerPort, version === "5" ? 5 : 4);
      const random = seededRandom(4_711);
      const pick = (): Moment => ({
        at: 1 + Math.floor(random.next() * (3 + 5 * MESSAGES)),
        verdict: random.next() < 0.5 ? "cut-before" : "cut-after",
      });
      for (let count = 0; count < 25; count += 1) await seen(proxy, version, [pick(), pick()]);
    },
    LIMIT_MS,
  );
});
