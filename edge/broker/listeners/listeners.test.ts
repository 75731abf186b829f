import { afterEach, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import mqtt, { type IClientOptions, type MqttClient } from "mqtt";
import { journalled } from "../../telemetry/testing/journalled.ts";
import { RawClient, type SiteBroker, startSiteBroker } from "../testing/site-broker.ts";
import type { Listening } from "../wire/wire.ts";
import { type ListenSettings, listeners } from "./listeners.ts";

const file = (name: string): string => join(import.meta.dir, "testdata", `${name}.pem`);
const pem = (name: string): Buffer => readFileSync(file(name));
const ANY = { host: "127.0.0.1", port: 0 };
const SETTINGS: ListenSettings = {
  mqttListen: ANY,
  mqttTlsListen: ANY,
  mqttWebsocketListen: ANY,
  mqttWebsocketTlsListen: ANY,
  mqttTlsCertificate: file("server"),
  mqttTlsKey: file("server-key"),
  mqttTlsClientCa: file("authority"),
};

const clients: MqttClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.end(true);
});

/** A broker with every kind of listener, and the port of each. */
async function start(): Promise<{ site: SiteBroker; ports: Record<"tcp" | "tls" | "ws" | "wss", number> }> {
  const opened: Listening[] = [];
  const listen = listeners(SETTINGS).map((one) => async (accept: Parameters<typeof one>[0]) => {
    const listening = await one(accept);
    opened.push(listening);
    return listening;
  });
  const site = await startSiteBroker({ listen });
  const [tcp = 0, tls = 0, ws = 0, wss = 0] = opened.map(({ port }) => port);
  return { site, ports: { tcp, tls, ws, wss } };
}

async function connect(url: string, options: IClientOptions): Promise<MqttClient> {
  const client = mqtt.connect(url, { reconnectPeriod: 0, ca: pem("authority"), ...options });
  clients.push(client);
  await new Promise((resolve, reject) => {
    client.once("connect", resolve);
    client.once("error", reject);
    client.once("close", () => reject(new Error("closed")));
  });
  return client;
}
const publish = (client: MqttClient) =>
  client.publishAsync("homepot/till-1/telemetry", '{"temperature":4}', { qos: 1 });

describe("a broker with every kind of listener", () => {
  test.each(["tcp", "tls", "ws", "wss"] as const)("serves a device over %s, there and back", async (kind) => {
    const { site, ports } = await start();
    await using _site = site;
    const protocol = { tcp: "mqtt", tls: "mqtts", ws: "ws", wss: "wss" }[kind];
    const client = await connect(`${protocol}://localhost:${ports[kind]}`, {
      username: "till-1",
      password: site.password("till-1"),
    });
    await publish(client);
    expect(journalled(site.db).length).toBe(1);
    await client.subscribeAsync("homepot/till-1/notification", { qos: 1 });
    const heard = new Promise<string>((resolve) =>
      client.on("message", (_topic, body) => resolve(body.toString())),
    );
    const text = "x".repeat(60_000);
    await site.broker.publishToDevice({ channel: "notification", device: "till-1" }, text);
    expect((await heard).length).toBe(text.length);
    const closed = new Promise<void>((resolve) => client.once("close", () => resolve()));
    await site.broker.stop();
    await closed;
  });

  test("lets a device in by its certificate, without a password", async () => {
    const { site, ports } = await start();
    await using _site = site;
    const certificate = { cert: pem("till-1"), key: pem("till-1-key") };
    const client = await connect(`mqtts://localhost:${ports.tls}`, { ...certificate, clientId: "pos" });
    await publish(client);
    expect(journalled(site.db)[0]?.device).toBe("till-1");
    site.devices.remove("till-1");
    const refused = connect(`mqtts://localhost:${ports.tls}`, { ...certificate, clientId: "again" });
    expect(refused).rejects.toThrow();
    await refused.catch(() => undefined);
  });

  test("takes no certificate that its authority has not signed, nor one device's for another", async () => {
    const { site, ports } = await start();
    await using _site = site;
    const url = `mqtts://localhost:${ports.tls}`;
    const stranger = connect(url, { cert: pem("stranger"), key: pem("stranger-key") });
    expect(stranger).rejects.toThrow();
    await stranger.catch(() => undefined);
    const other = connect(url, {
      cert: pem("till-1"),
      key: pem("till-1-key"),
      username: "till-2",
      password: "no",
    });
    expect(other).rejects.toThrow();
    await other.catch(() => undefined);
  });

  test("closes plain text on the TLS port, and what is no WebSocket or no MQTT on the others", async () => {
    const { site, ports } = await start();
    await using _site = site;
    using plain = new RawClient(ports.tls);
    plain.socket.write("GET / HTTP/1.1\r\n\r\n");
    await plain.closed;
    expect((await fetch(`http://localhost:${ports.ws}/`)).status).toBe(426);
    const text = new WebSocket(`ws://localhost:${ports.ws}/`, "mqtt");
    const closed = new Promise<number>((resolve) => {
      text.onclose = ({ code }) => resolve(code);
    });
    text.onopen = () => text.send("CONNECT");
    expect(await closed).toBe(1003);
    const client = await connect(`mqtts://localhost:${ports.tls}`, {
      username: "till-1",
      password: site.password("till-1"),
    });
    await publish(client);
  });

  test("is not started with TLS and without its files", () => {
    const without = listeners({ ...SETTINGS, mqttTlsKey: null });
    expect(() => without[1]!(() => ({ data() {}, drain() {}, closed() {} }))).toThrow("mqtt.tls-key");
  });
});
