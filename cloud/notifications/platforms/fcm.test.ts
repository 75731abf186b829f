import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { makeLocalCertificate } from "../../testing/local-certificate.ts";
import { type FcmDouble, fcmError, startFcm } from "../testing/fcm-double.ts";
import { DELIVERY, keyPair, message, platformParts } from "../testing/platform-parts.ts";
import { type FcmCredentials, fcm } from "./fcm.ts";
import type { PlatformParts, Sender } from "./platform.ts";

const pair = keyPair("rsa");
const PROJECT = {
  project: "homepot-test",
  account: "push@homepot-test.iam.gserviceaccount.com",
  publicKey: pair.publicKey,
};
const credentials: FcmCredentials = {
  ...{ project_id: PROJECT.project, client_email: PROJECT.account, private_key: pair.privateKey },
};
let double: FcmDouble;
let parts: PlatformParts;
let sender: Sender<"fcm">;
let apps = 0;
const opened = (given = credentials): Sender<"fcm"> => {
  const made = fcm.open(given, parts);
  if (!made.ok) throw new Error(made.refusal.detail);
  return made.value;
};
const registration = () => {
  apps += 1;
  return `app-${String(apps).padStart(40, "0")}`;
};
const send = (token = registration(), input = message(), from = sender) =>
  from.send({
    ...{ id: DELIVERY, message: input, expiresMs: Date.now() + 60_000 },
    address: { platform: "fcm", token },
  });

beforeAll(async () => {
  const certificate = await makeLocalCertificate();
  double = startFcm(certificate, PROJECT);
  parts = await platformParts({
    allowed: [double.url],
    hosts: { fcm: double.url, fcmToken: double.tokenUrl },
    authority: certificate.certificate,
  });
  sender = opened();
});
afterAll(async () => {
  sender.close();
  await double[Symbol.asyncDispose]();
});

describe("a message to an Android app", () => {
  test("arrives as it was meant, and the access token is asked for once", async () => {
    const input = message({
      ...{
        data: { door: "3", from: "me", "google.x": "y" },
        link: "/devices/1",
        collapseKey: "door.3",
        priority: "critical",
      },
      ...{ category: "doors", sound: "bell", badge: 2, image: "https://cdn.example/a.png" },
      actions: [{ id: "ack", title: "Acknowledge" }],
      localization: { titleKey: "door_open", titleArguments: ["3"], bodyKey: "where" },
    });
    const token = registration();
    expect(await send(token, input)).toEqual({
      outcome: "sent",
      platformId: "projects/homepot-test/messages/1",
    });
    expect(double.taken.at(-1)).toEqual({
      token,
      notification: { title: "Door open", body: "Cold room 2", image: "https://cdn.example/a.png" },
      data: {
        ...{ door: "3", id: DELIVERY, link: "/devices/1" },
        actions: '[{"id":"ack","title":"Acknowledge"}]',
      },
      android: {
        ...{ priority: "high", ttl: "60s", collapse_key: "door.3" },
        notification: {
          ...{ sound: "bell", channel_id: "doors", tag: "door.3", notification_count: 2 },
          ...{ title_loc_key: "door_open", title_loc_args: ["3"], body_loc_key: "where" },
          notification_priority: "PRIORITY_MAX",
        },
      },
    });
    await Promise.all(Array.from({ length: 20 }, () => send()));
    expect(double.tokens()).toBe(1);
    expect(fcm.notes(input).map(({ field }) => field)).toEqual(["actions", "link", "priority", "data"]);
  });

  test("that is too large is refused before it is sent", async () => {
    const data = { a: "x".repeat(2_000), b: "x".repeat(2_000) };
    expect(await send(registration(), message({ data }))).toMatchObject({ outcome: "refused" });
  });

  test.each([
    [{ status: 404, body: fcmError("NOT_FOUND", "UNREGISTERED") }, { outcome: "gone" }],
    [{ status: 403, body: fcmError("PERMISSION_DENIED", "SENDER_ID_MISMATCH") }, { outcome: "refused" }],
    [{ status: 400, body: fcmError("INVALID_ARGUMENT", "INVALID_ARGUMENT") }, { outcome: "refused" }],
    [
      {
        status: 429,
        body: fcmError("RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED"),
        headers: { "retry-after": "9" },
      },
      { outcome: "throttled", retryAfterMs: 9_000 },
    ],
    [
      { status: 429, body: fcmError("RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED") },
      { outcome: "throttled", retryAfterMs: 60_000 },
    ],
    [
      { status: 503, body: fcmError("UNAVAILABLE", "UNAVAILABLE"), headers: { "retry-after": "4" } },
      { outcome: "throttled", retryAfterMs: 4_000 },
    ],
    [{ status: 503, body: fcmError("UNAVAILABLE", "UNAVAILABLE") }, { outcome: "retryable" }],
    [{ status: 500, body: fcmError("INTERNAL", "INTERNAL") }, { outcome: "retryable" }],
    ["reset" as const, { outcome: "retryable" }],
  ])("FCM's answer %j is understood, and asked for once", async (fault, outcome) => {
    const token = registration();
    double.faults.set(token, fault);
    const beganMs = performance.now();
    expect(await send(token)).toMatchObject(outcome);
    expect(performance.now() - beganMs).toBeLessThan(2_000);
  });

  test("whose credentials Google refuses, or cannot look at now, is told apart", async () => {
    const stranger = opened({ ...credentials, client_email: "other@homepot-test.iam.gserviceaccount.com" });
    expect(await send(registration(), message(), stranger)).toMatchObject({
      outcome: "refused",
      reason: expect.stringContaining("invalid_grant"),
    });
    stranger.close();
    const late = opened();
    double.faults.set("token", { status: 503 });
    expect(await send(registration(), message(), late)).toMatchObject({ outcome: "retryable" });
    double.faults.delete("token");
    expect(await send(registration(), message(), late)).toMatchObject({ outcome: "sent" });
    late.close();
  });

  test("is sent when Google refuses one token and gives the next", async () => {
    const other = opened();
    double.refuseOnce();
    expect(await send(registration(), message(), other)).toMatchObject({ outcome: "sent" });
    double.revokeTokens();
    double.refuseOnce();
    expect(await send(registration(), message(), other)).toMatchObject({ outcome: "sent" });
    other.close();
  });

  test("is tried with a new token after the old one was revoked", async () => {
    const other = opened();
    await send(registration(), message(), other);
    double.revokeTokens();
    const outcomes = [
      await send(registration(), message(), other),
      await send(registration(), message(), other),
    ];
    expect(outcomes.at(-1)).toMatchObject({ outcome: "sent" });
    other.close();
    sender.close();
    sender = opened();
  });
});

test("credentials that can never do are refused at once, and nothing of the key is said", () => {
  const made = fcm.open(
    { ...credentials, private_key: "-----BEGIN PRIVATE KEY-----\nsecretsecret\n" },
    parts,
  );
  expect(made).toMatchObject({ ok: false, refusal: { code: "push.credentials-invalid" } });
  expect(JSON.stringify(made)).not.toContain("secretsecret");
});
