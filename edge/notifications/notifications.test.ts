import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { getLogger } from "@logtape/logtape";
import { connectAsync, type MqttClient } from "mqtt";
import * as v from "valibot";
import { readUplogEvent } from "../../protocol/log/kinds.ts";
import { messageSchema } from "../../protocol/notifications/message.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { DAY } from "../../protocol/units.ts";
import { type SiteBroker, startSiteBroker } from "../broker/testing/site-broker.ts";
import { openDatabase } from "../database/database.ts";
import { createUplog } from "../uplog/uplog.ts";
import { createNotifications, type Notifications } from "./notifications.ts";

const [FIRST, SECOND_ID] = ["01930000-0000-7000-8000-000000000001", "01930000-0000-7000-8000-000000000002"];
const sent = (id = FIRST, expiresMs = 60_000, device = "till-1") =>
  ({
    kind: "notification.send",
    ...{ device, id, expiresMs },
    message: v.parse(messageSchema, { title: "Door open" }),
  }) as const;

function start() {
  const clock = new ManualClock(1_000);
  const db = openDatabase(":memory:", { clock, random: seededRandom(1) });
  const uplog = createUplog(db);
  const published: [string, string][] = [];
  const line = { failing: false };
  const create = (): Notifications =>
    createNotifications({
      ...{ db, uplog, clock, log: getLogger(["test"]) },
      publish: async (device, payload) => {
        if (line.failing) throw new Error("not listening");
        published.push([device, (JSON.parse(payload) as { id: string }).id]);
      },
    });
  const told = () =>
    uplog.read("urgent", 0, 1_000_000).map((entry) => {
      const read = readUplogEvent(entry);
      if (!read.ok || !read.value.known || read.value.event.kind !== "notification.ack") throw new Error("?");
      const { device, id, action, atMs } = read.value.event;
      return [device, id, action, atMs];
    });
  return { clock, db, published, line, create, told, notifications: create() };
}

describe("a notification", () => {
  test("is published when the transaction it came in has committed, once, however often it comes", () => {
    const { db, published, notifications } = start();
    db.transaction(() => {
      notifications.apply(sent());
      expect(published).toEqual([]);
    });
    db.transaction(() => notifications.apply(sent()));
    expect(published).toEqual([["till-1", FIRST]]);
    const failing = () =>
      db.transaction(() => {
        notifications.apply(sent(SECOND_ID));
        throw new Error("no");
      });
    expect(failing).toThrow("no");
    expect(published).toHaveLength(1);
  });

  test("waits for a device that was not there, also over a restart, and for no other", () => {
    const { db, published, line, create, notifications } = start();
    line.failing = true;
    db.transaction(() =>
      [sent(SECOND_ID), sent(FIRST), sent("01930000-0000-7000-8000-000000000003", 60_000, "till-2")].map(
        (one) => notifications.apply(one),
      ),
    );
    line.failing = false;
    const after = create();
    after.subscribed("till-1", "homepot/till-1/config/#");
    expect(published).toEqual([]);
    after.subscribed("till-1", "homepot/till-1/#");
    expect(published).toEqual([
      ["till-1", FIRST],
      ["till-1", SECOND_ID],
    ]);
  });

  test("is told of once, and of what was opened nothing less afterwards", () => {
    const { db, clock, published, told, notifications } = start();
    db.transaction(() => notifications.apply(sent()));
    const acknowledge = (action: "delivered" | "opened" | "dismissed", device = "till-1") => {
      clock.advance(1);
      db.transaction(() => notifications.acknowledged(device, { id: FIRST, action }));
    };
    acknowledge("delivered", "till-2");
    for (const action of ["delivered", "delivered", "opened", "delivered", "dismissed"] as const)
      acknowledge(action);
    expect(told()).toEqual([
      ["till-1", FIRST, "delivered", 1_002],
      ["till-1", FIRST, "opened", 1_004],
    ]);
    notifications.subscribed("till-1", "homepot/till-1/notification");
    expect(published).toHaveLength(1);
  });

  test("expires, is told to have, and is not published any more; what the device says later still counts", () => {
    const { db, clock, published, told, notifications } = start();
    notifications.start();
    db.transaction(() => notifications.apply(sent(FIRST, 31_000)));
    db.transaction(() => notifications.apply(sent(SECOND_ID, 1_000)));
    expect(published).toHaveLength(1);
    clock.advance(30_000);
    notifications.subscribed("till-1", "homepot/till-1/#");
    expect(published).toHaveLength(1);
    db.transaction(() => notifications.acknowledged("till-1", { id: FIRST, action: "delivered" }));
    expect(told()).toEqual([
      ["till-1", SECOND_ID, "expired", 1_000],
      ["till-1", FIRST, "expired", 31_000],
      ["till-1", FIRST, "delivered", 31_000],
    ]);
    clock.advance(8 * DAY);
    db.transaction(() => notifications.acknowledged("till-1", { id: FIRST, action: "opened" }));
    expect(told()).toHaveLength(3);
    notifications.stop();
  });
});

describe("over the broker", () => {
  let site: SiteBroker;
  let notifications: Notifications;
  let uplog: ReturnType<typeof createUplog>;
  const clients: MqttClient[] = [];
  beforeEach(async () => {
    site = await startSiteBroker({
      notifications: {
        acknowledged: (device, ack) => notifications.acknowledged(device, ack),
        subscribed: (device, filter) => notifications.subscribed(device, filter),
      },
    });
    uplog = createUplog(site.db);
    notifications = createNotifications({
      ...{ db: site.db, uplog, clock: site.clock, log: getLogger(["test"]) },
      publish: (device, payload) => site.broker.publishToDevice({ channel: "notification", device }, payload),
    });
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.end(true);
    await site[Symbol.asyncDispose]();
  });

  const connect = async (clean = true) => {
    const client = await connectAsync({
      ...{ port: site.port, host: "127.0.0.1", username: "till-1", password: site.password("till-1") },
      ...{ clientId: "one", clean, reconnectPeriod: 0 },
    });
    clients.push(client);
    return client;
  };
  const heard = (client: MqttClient) => {
    const { promise, resolve } = Promise.withResolvers<{ id: string; title: string }>();
    client.on("message", (_topic, payload) => resolve(JSON.parse(payload.toString())));
    return promise;
  };
  /** What the cloud will be told of the first notification. */
  const actions = () =>
    uplog.read("urgent", 0, 1_000_000).flatMap((entry) => {
      const read = readUplogEvent(entry);
      if (!read.ok || !read.value.known || read.value.event.kind !== "notification.ack") return [];
      return [read.value.event.action];
    });
  const until = async (count: number) => {
    while (actions().length < count) await new Promise((resolve) => setImmediate(resolve));
    return actions();
  };

  const getsIt = async (clean: boolean): Promise<MqttClient> => {
    site.db.transaction(() => notifications.apply(sent(FIRST, site.clock.nowMs() + 60_000)));
    const client = await connect(clean);
    const message = heard(client);
    await client.subscribeAsync("homepot/till-1/notification", { qos: 1 });
    expect(await message).toMatchObject({ id: FIRST, title: "Door open" });
    return client;
  };
  const say = (client: MqttClient, action: string) =>
    client.publishAsync("homepot/till-1/notification/ack", `{"id":"${FIRST}","action":"${action}"}`, {
      qos: 1,
    });

  test("a device that was away gets it when it subscribes, and says what became of it", async () => {
    const client = await getsIt(true);
    await say(client, "delivered");
    await say(client, "opened");
    expect(await until(2)).toEqual(["delivered", "opened"]);
  });

  test("the PUBACK of a session that is kept is a word enough", async () => {
    await getsIt(false);
    expect(await until(1)).toEqual(["delivered"]);
  });

  test("an answer that cannot be read is kept for the installer", async () => {
    const client = await connect();
    await client.publishAsync("homepot/till-1/notification/ack", '{"id":7}', { qos: 1 });
    expect(site.devices.rejected("till-1")).toMatchObject({
      total: 1,
      newest: [{ code: "payload.invalid" }],
    });
  });
});
