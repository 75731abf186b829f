import { expect, test } from "bun:test";
import mqtt, { type MqttClient } from "mqtt";
import { until } from "../uplink/testing/until.ts";
import { type SiteBroker, startSiteBroker } from "./testing/site-broker.ts";

/** Away, it has what a device measures queued, of whatever device. */
const PANEL = "homepot/+/telemetry";

async function connect(site: SiteBroker, device: string): Promise<MqttClient> {
  const client = await mqtt.connectAsync({
    ...{ host: "127.0.0.1", port: site.port, username: device, password: site.password(device) },
    ...{ clientId: "one", clean: false, reconnectPeriod: 0, keepalive: 0 },
  });
  client.on("error", () => undefined);
  return client;
}

test("what a device publishes is queued for a session that is away, and nothing that it may not publish", async () => {
  await using site = await startSiteBroker({ devices: ["till-1", "till-2", "panel"] });
  site.devices.setTopics("panel", { publish: [], subscribe: [PANEL] });
  const panel = await connect(site, "panel");
  await panel.subscribeAsync(PANEL, { qos: 1 });
  await panel.endAsync(true);

  const till = await connect(site, "till-1");
  await till.publishAsync("homepot/till-1/telemetry", `{"n":1}`, { qos: 1 });
  await till.publishAsync("homepot/till-1/telemetry", `{"n":2}`, { qos: 2 });
  const ended = new Promise<void>((resolve) => till.once("close", () => resolve()));
  till.publish("homepot/till-2/telemetry", `{"n":3}`, { qos: 1 });
  await ended;
  // It is counted in a commit of its own, which is made by now or with this one.
  await site.commit.run(() => undefined);
  const queued = site.db.sqlite.query<{ payload: Uint8Array }, []>("SELECT payload FROM mqtt_outgoing");
  expect(queued.all().map(({ payload }) => Buffer.from(payload).toString())).toEqual([`{"n":1}`, `{"n":2}`]);

  const heard: string[] = [];
  const back = mqtt.connect({
    ...{ host: "127.0.0.1", port: site.port, username: "panel", password: site.password("panel") },
    ...{ clientId: "one", clean: false, reconnectPeriod: 0, keepalive: 0 },
  });
  back.on("message", (_topic, payload) => heard.push(payload.toString()));
  await until("both", () => heard.length === 2);
  expect(heard).toEqual([`{"n":1}`, `{"n":2}`]);
  await back.endAsync(true);
});
