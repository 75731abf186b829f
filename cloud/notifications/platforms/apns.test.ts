import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { makeLocalCertificate } from "../../testing/local-certificate.ts";
import { type ApnsDouble, startApns } from "../testing/apns-double.ts";
import { DELIVERY, keyPair, message, platformParts } from "../testing/platform-parts.ts";
import { type ApnsCredentials, apns } from "./apns.ts";
import type { PlatformParts, Sender } from "./platform.ts";

const pair = keyPair("ec");
const APP = {
  publicKey: pair.publicKey,
  keyId: "ABC123DEFG",
  teamId: "DEF123GHIJ",
  topic: "test.homepot.app",
};
const credentials: ApnsCredentials = {
  ...{ key: pair.privateKey, keyId: APP.keyId, teamId: APP.teamId, topic: APP.topic },
  environment: "production",
};
let double: ApnsDouble;
let parts: PlatformParts;
let sender: Sender<"apns">;
let devices = 0;
const opened = (given = credentials): Sender<"apns"> => {
  const made = apns.open(given, parts);
  if (!made.ok) throw new Error(made.refusal.detail);
  return made.value;
};
/** Each test a device of its own. */
const device = () => {
  devices += 1;
  return devices.toString(16).padStart(64, "0");
};
const send = (token = device(), input = message(), from = sender) =>
  from.send({
    ...{ id: DELIVERY, message: input, expiresMs: Date.now() + 60_000 },
    address: { platform: "apns", token },
  });

beforeAll(async () => {
  const certificate = await makeLocalCertificate();
  double = await startApns(certificate, APP);
  parts = await platformParts({ hosts: { apns: double.url }, authority: certificate.certificate });
  sender = opened();
});
afterAll(async () => {
  sender.close();
  await double[Symbol.asyncDispose]();
});

describe("a message to an Apple device", () => {
  test("arrives as it was meant, with the headers Apple asks for", async () => {
    const token = device();
    const input = message({
      ...{
        data: { door: "3", aps: "mine" },
        link: "/devices/1",
        collapseKey: "door.3",
        priority: "high",
        badge: 2,
      },
      ...{ category: "doors", sound: "bell.caf", image: "https://cdn.example/a.png" },
      localization: { titleKey: "DOOR_OPEN", titleArguments: ["3"], bodyKey: "WHERE" },
    });
    expect(await send(token, input)).toEqual({ outcome: "sent", platformId: DELIVERY });
    const taken = double.taken.at(-1)!;
    expect(taken.payload).toEqual({
      ...{ id: DELIVERY, door: "3", link: "/devices/1", image: "https://cdn.example/a.png" },
      aps: {
        alert: {
          ...{ title: "Door open", body: "Cold room 2", "title-loc-key": "DOOR_OPEN" },
          ...{ "title-loc-args": ["3"], "loc-key": "WHERE" },
        },
        ...{ badge: 2, sound: "bell.caf", category: "doors", "thread-id": "doors" },
        ...{ "mutable-content": 1, "interruption-level": "time-sensitive" },
      },
    });
    expect(taken.headers).toMatchObject({
      ...{ "apns-topic": APP.topic, "apns-push-type": "alert", "apns-priority": "10", "apns-id": DELIVERY },
      ...{ "apns-collapse-id": "door.3", "apns-expiration": expect.stringMatching(/^\d{10}$/) },
    });
  });

  test("of little priority does not wake it, and one for now or never is told to be", async () => {
    await sender.send({
      ...{ id: DELIVERY, message: message({ priority: "low", sound: "none" }), expiresMs: 0 },
      address: { platform: "apns", token: device() },
    });
    const { headers, payload } = double.taken.at(-1)!;
    expect(headers).toMatchObject({ "apns-priority": "5", "apns-expiration": "0" });
    expect(payload.aps).not.toHaveProperty("sound");
  });

  test("that is too large is refused before it is sent", async () => {
    const data = { a: "x".repeat(2_000), b: "x".repeat(2_000), c: "x".repeat(200) };
    expect(await send(device(), message({ data }))).toEqual({
      outcome: "refused",
      reason: expect.stringContaining("at most 4096"),
    });
  });

  test.each([
    [{ status: 410, body: { reason: "Unregistered", timestamp: 1 } }, { outcome: "gone" }],
    [{ status: 400, body: { reason: "BadDeviceToken" } }, { outcome: "gone" }],
    [
      { status: 400, body: { reason: "DeviceTokenNotForTopic" } },
      { outcome: "refused", reason: "400 DeviceTokenNotForTopic" },
    ],
    [
      { status: 429, body: { reason: "TooManyRequests" }, headers: { "retry-after": "12" } },
      { outcome: "throttled", retryAfterMs: 12_000 },
    ],
    [
      { status: 429, body: { reason: "TooManyRequests" } },
      { outcome: "throttled", retryAfterMs: 60_000 },
    ],
    [
      { status: 503, body: { reason: "ServiceUnavailable" }, headers: { "retry-after": "3" } },
      { outcome: "throttled", retryAfterMs: 3_000 },
    ],
    [{ status: 503, body: { reason: "Shutdown" } }, { outcome: "retryable" }],
    [{ status: 500, body: { reason: "InternalServerError" } }, { outcome: "retryable" }],
    [{ status: 502 }, { outcome: "retryable" }],
    ["reset" as const, { outcome: "retryable" }],
  ])("Apple's answer %j is understood", async (fault, outcome) => {
    const token = device();
    double.faults.set(token, fault);
    expect(await send(token)).toMatchObject(outcome);
    // What one message met does not stay with the connection.
    expect(await send()).toMatchObject({ outcome: "sent" });
  });

  test("is signed anew when Apple says that the token has expired", async () => {
    expect(await send()).toMatchObject({ outcome: "sent" });
    double.expireTokens();
    expect(await send()).toMatchObject({ outcome: "sent" });
  });

  test("goes on over a new connection after Apple has said good-bye", async () => {
    await send();
    const before = double.connections();
    double.goAway();
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => send()));
    expect(outcomes.filter(({ outcome }) => !["sent", "retryable"].includes(outcome))).toEqual([]);
    expect(await send()).toMatchObject({ outcome: "sent" });
    expect(double.connections()).toBeGreaterThan(before);
  });

  test("with another team's key, or for another app, is refused for it", async () => {
    const stranger = opened({ ...credentials, teamId: "ZZZZZZZZZZ" });
    expect(await send(device(), message(), stranger)).toMatchObject({
      outcome: "refused",
      reason: "403 InvalidProviderToken",
    });
    stranger.close();
    const other = opened({ ...credentials, topic: "other.app" });
    expect(await send(device(), message(), other)).toMatchObject({
      outcome: "refused",
      reason: "400 TopicDisallowed",
    });
    other.close();
  });
});

describe("credentials", () => {
  test("that can never do are refused at once, and nothing of the key is said", () => {
    const wrong = [
      keyPair("rsa").privateKey,
      "-----BEGIN PRIVATE KEY-----\nsecretsecret\n-----END PRIVATE KEY-----",
    ];
    for (const key of wrong) {
      const made = apns.open({ ...credentials, key }, parts);
      expect(made).toMatchObject({ ok: false, refusal: { code: "push.credentials-invalid" } });
      expect(JSON.stringify(made)).not.toContain("secretsecret");
    }
  });

  test("are told by what is no secret", () => {
    expect(JSON.stringify(apns.describe(credentials))).not.toContain("PRIVATE");
  });
});
