import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync, type MqttClient } from "mqtt";
import { sent } from "../../../protocol/notifications/outcome.ts";
import { makeLocalCertificate } from "../../testing/local-certificate.ts";
import { DELIVERY, message, platformParts } from "../testing/platform-parts.ts";
import { type MqttCredentials, mqtt } from "./mqtt.ts";
import type { PlatformParts, Sender } from "./platform.ts";

/** Debian's mosquitto, with TLS, a password and an access list. */
const MOSQUITTO = "/usr/sbin/mosquitto";
let directory: string;
let port: number;
let broker: ReturnType<typeof Bun.spawn>;
let parts: PlatformParts;
let listener: MqttClient;
let authority: string;
const heard: { topic: string; payload: { id: string }; expiry: number | undefined }[] = [];
const senders: Sender<"mqtt">[] = [];

const opened = (given: Partial<MqttCredentials> | null = {}): Sender<"mqtt"> => {
  const whole = {
    url: `mqtts://localhost:${port}`,
    username: "homepot",
    password: "secret one",
    ...({ version: "5", qos: "1" } as const),
  };
  const made = mqtt.open(given === null ? null : { ...whole, ...given }, parts);
  if (!made.ok) throw new Error(made.refusal.detail);
  senders.push(made.value);
  return made.value;
};
let deliveries = 0;
const nextId = (): string => `${DELIVERY.slice(0, -6)}${String(deliveries++).padStart(6, "0")}`;
const handing = (topic: string, id = nextId()) => ({
  ...{ id, message: message(), expiresMs: Date.now() + 60_000 },
  address: { platform: "mqtt", topic } as const,
});

async function startBroker(): Promise<void> {
  broker = Bun.spawn([MOSQUITTO, "-c", join(directory, "mosquitto.conf")], {
    stdout: "ignore",
    stderr: "ignore",
  });
  for (;;) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true));
      socket.once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (open) return;
  }
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "homepot-mosquitto-"));
  const certificate = await makeLocalCertificate();
  authority = certificate.certificate;
  const probe = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  port = probe.port;
  probe.stop(true);
  const path = (name: string) => join(directory, name);
  writeFileSync(path("cert.pem"), certificate.certificate);
  writeFileSync(path("key.pem"), certificate.key);
  writeFileSync(path("acl"), "user homepot\ntopic readwrite signs/#\n");
  // PBKDF2 as mosquitto_passwd writes it.
  const hashed = Bun.spawnSync(["mosquitto_passwd", "-b", "-c", path("passwords"), "homepot", "secret one"]);
  if (hashed.exitCode !== 0) throw new Error(hashed.stderr.toString());
  writeFileSync(
    path("mosquitto.conf"),
    [
      `listener ${port} 127.0.0.1`,
      ...[`certfile ${path("cert.pem")}`, `keyfile ${path("key.pem")}`, "allow_anonymous false"],
      ...[`password_file ${path("passwords")}`, `acl_file ${path("acl")}`, "user root", ""],
    ].join("\n"),
  );
  await startBroker();
  const allowed = [`mqtts://localhost:${port}`];
  parts = await platformParts({ allowed, authority });
  listener = await connectAsync({
    ...{ protocol: "mqtts", host: "localhost", port, ca: authority, protocolVersion: 5, reconnectPeriod: 20 },
    ...{ username: "homepot", password: "secret one" },
  });
  listener.on("error", () => undefined);
  listener.on("message", (topic, payload, packet) =>
    heard.push({
      topic,
      payload: JSON.parse(payload.toString()),
      expiry: packet.properties?.messageExpiryInterval,
    }),
  );
  await listener.subscribeAsync("signs/#", { qos: 2 });
});
afterAll(async () => {
  for (const sender of senders) sender.close();
  listener.end(true);
  broker.kill();
  await broker.exited;
  rmSync(directory, { recursive: true });
});

describe("a message to a topic of another broker", () => {
  test.each([
    ["5", "2"],
    ["5", "1"],
    ["3.1.1", "2"],
    ["3.1.1", "1"],
  ] as const)("arrives with MQTT %s at QoS %s, acknowledged", async (version, qos) => {
    const before = heard.length;
    const id = nextId();
    expect(await opened({ version, qos }).send(handing("signs/entrance", id))).toEqual(sent());
    while (heard.length === before) await new Promise((resolve) => setImmediate(resolve));
    expect(heard.at(-1)).toMatchObject({
      topic: "signs/entrance",
      payload: { id, title: "Door open" },
    });
    if (version === "5") expect(heard.at(-1)?.expiry).toBeGreaterThan(55);
  });

  test.each([["2"], ["1"]] as const)("that may not be published there is refused at QoS %s", async (qos) => {
    expect(await opened({ qos }).send(handing("other/topic"))).toEqual({
      outcome: "refused",
      reason: expect.stringContaining("0x87"),
    });
  });

  test("goes over one connection, and over another one after the broker was away", async () => {
    const sender = opened();
    const many = await Promise.all(Array.from({ length: 50 }, () => sender.send(handing("signs/a"))));
    expect(many.every(({ outcome }) => outcome === "sent")).toBe(true);
    broker.kill();
    await broker.exited;
    expect(await sender.send(handing("signs/a"))).toMatchObject({ outcome: "retryable" });
    await startBroker();
    expect(await sender.send(handing("signs/a"))).toEqual(sent());
  });

  test("with a wrong password says so, and says no password", async () => {
    const outcome = await opened({ password: "wrong one" }).send(handing("signs/a"));
    expect(outcome).toMatchObject({ outcome: "refused", reason: expect.stringMatching(/not authorized/i) });
    expect(JSON.stringify(outcome)).not.toContain("wrong one");
  });

  test("needs a broker, one whose certificate is right, and none of the inside", async () => {
    expect(await opened(null).send(handing("signs/a"))).toMatchObject({ outcome: "refused" });
    const inside = opened({ url: `mqtts://127.0.0.1:${port}` });
    expect(await inside.send(handing("signs/a"))).toMatchObject({
      outcome: "refused",
      reason: expect.stringContaining("cannot be sent to"),
    });
  });
});

test("a message to a device goes to its gateway", async () => {
  const to: string[] = [];
  const made = mqtt.open(null, {
    ...parts,
    toDevice: async ({ address }) => {
      to.push(address.device!);
      return sent("7");
    },
  });
  if (!made.ok) throw new Error("refused");
  const address = { platform: "mqtt", device: DELIVERY } as const;
  expect(await made.value.send({ id: DELIVERY, message: message(), expiresMs: 0, address })).toEqual(
    sent("7"),
  );
  expect(to).toEqual([DELIVERY]);
  expect(mqtt.notes(message({ priority: "high", windows: "tile" })).map(({ field }) => field)).toEqual([
    "priority",
    "windows",
  ]);
});
