import { afterEach, beforeEach, expect, test } from "bun:test";
import mqtt, { type MqttClient } from "mqtt";
import type { Topic } from "../../protocol/topics/topics.ts";
import { until } from "../uplink/testing/until.ts";
import { type SiteBroker, startSiteBroker } from "./testing/site-broker.ts";

let site: SiteBroker;
let client: MqttClient;
let heard: string[];

beforeEach(async () => {
  site = await startSiteBroker();
  heard = [];
});

afterEach(async () => {
  await client.endAsync(true);
  await site[Symbol.asyncDispose]();
});

async function connect(clean: boolean, ...filters: string[]): Promise<void> {
  client = await mqtt.connectAsync({
    ...{ host: "127.0.0.1", port: site.port, username: "till-1", password: site.password("till-1") },
    ...{ clientId: "one", clean, reconnectPeriod: 0, keepalive: 0 },
  });
  client.on("message", (_topic, payload) => heard.push(payload.toString()));
  for (const filter of filters) await client.subscribeAsync(filter, { qos: 1 });
}

const topic = (execution: string): Topic => ({ channel: "command", device: "till-1", execution });

test.each([false, true])(
  "what was queued before and is sent after something else is not lost (clean: %p)",
  async (clean) => {
    await connect(clean, "homepot/till-1/#");
    const first = site.db.transaction(() => site.broker.queueForDevice(topic("first"), "queued"));
    await site.broker.publishToDevice(topic("second"), "between", { qos: 0 });
    await first();
    await site.broker.publishToDevice(topic("third"), "last");
    await until("the last", () => heard.includes("last"));
    expect(heard).toEqual(["between", "queued", "last"]);
  },
);

test.each([false, true])(
  "a message that several filters of a client match comes once (clean: %p)",
  async (clean) => {
    await connect(clean, "homepot/till-1/#", "homepot/till-1/command/+", "homepot/till-1/command/first");
    for (const execution of ["first", "second", "first"])
      await site.broker.publishToDevice(topic(execution), execution);
    await site.broker.publishToDevice(topic("last"), "last");
    await until("the last", () => heard.includes("last"));
    expect(heard).toEqual(["first", "second", "first", "last"]);
  },
);
