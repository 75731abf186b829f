import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createECDH } from "node:crypto";
import type { AddressOf } from "../../../protocol/notifications/address.ts";
import { ManualClock } from "../../../protocol/testing/manual-clock.ts";
import { makeLocalCertificate } from "../../testing/local-certificate.ts";
import { DELIVERY, memoryVapid, message, platformParts } from "../testing/platform-parts.ts";
import { decrypt, startWebPush, type WebPushDouble } from "../testing/web-push-double.ts";
import type { Sender } from "./platform.ts";
import { webPush } from "./web-push.ts";
import { encryptPush, PLAIN_MAX_BYTES } from "./web-push-encryption.ts";

let service: WebPushDouble;
let sender: Sender<"web-push">;
let vapid: Awaited<ReturnType<typeof memoryVapid>>;
const clock = () => Date.now();
const opened = (parts: Awaited<ReturnType<typeof platformParts>>): Sender<"web-push"> => {
  const made = webPush.open(null, parts);
  if (!made.ok) throw new Error(made.refusal.detail);
  return made.value;
};

beforeAll(async () => {
  const certificate = await makeLocalCertificate();
  service = startWebPush(certificate);
  vapid = await memoryVapid(2);
  const options = { allowed: [service.origin], authority: certificate.certificate, vapid };
  sender = opened(await platformParts(options));
});
afterAll(() => service[Symbol.asyncDispose]());

const send = (address: AddressOf<"web-push">, input = message(), vapidKeyId: string | null = null) =>
  sender.send({ id: DELIVERY, address, message: input, expiresMs: clock() + 60_000, vapidKeyId });
const subscribe = (key = 1) => service.subscribe(vapid.keys[key]!.publicKey);

describe("encryption", () => {
  const b64 = (text: string) => new Uint8Array(Buffer.from(text, "base64url"));
  /** RFC 8291 appendix A. */
  const RFC = {
    plain: "When I grow up, I want to be a watermelon",
    senderPrivate: "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw",
    senderPublic: "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8",
    receiverPublic: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    auth: "BTBZMqHH6r4Tts7J_aSIgg",
    salt: "DGv6ra1nlYgDCS1FRnbzlw",
    body: "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
  };

  test("gives the bytes of RFC 8291's own example", async () => {
    const point = b64(RFC.senderPublic);
    const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) =>
      Buffer.from(part).toString("base64url"),
    );
    const curve = { name: "ECDH", namedCurve: "P-256" };
    const jwk = { kty: "EC", crv: "P-256", x: x!, y: y! };
    const keys = {
      privateKey: await crypto.subtle.importKey("jwk", { ...jwk, d: RFC.senderPrivate }, curve, false, [
        "deriveBits",
      ]),
      publicKey: await crypto.subtle.importKey("jwk", jwk, curve, true, []),
    };
    const body = await encryptPush(
      new TextEncoder().encode(RFC.plain),
      { p256dh: RFC.receiverPublic, auth: RFC.auth },
      { keys, salt: b64(RFC.salt) },
    );
    expect(Buffer.from(body).toString("base64url")).toBe(RFC.body);
    const receiver = createECDH("prime256v1");
    receiver.setPrivateKey("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94", "base64url");
    expect(decrypt(Buffer.from(body), receiver, Buffer.from(RFC.auth, "base64url")).toString()).toBe(
      RFC.plain,
    );
  });
});

describe("a message to a browser", () => {
  test("arrives as it was meant, encrypted for it alone and signed", async () => {
    const address = subscribe();
    const input = message({
      ...{
        data: { door: "3" },
        link: "/devices/1",
        collapseKey: "door.3",
        priority: "critical",
        sound: "none",
      },
      actions: [{ id: "ack", title: "Acknowledge" }],
    });
    expect(await send(address, input)).toMatchObject({
      outcome: "sent",
      platformId: expect.stringContaining("/message/"),
    });
    const { headers, payload } = service.taken.at(-1)!;
    expect(payload).toEqual({
      ...{ id: DELIVERY, title: "Door open", body: "Cold room 2", link: "/devices/1", tag: "door.3" },
      ...{ data: { door: "3" }, actions: [{ id: "ack", title: "Acknowledge" }] },
      ...{ silent: true, requireInteraction: true },
    });
    expect(headers).toMatchObject({
      ttl: "60",
      urgency: "high",
      topic: expect.stringMatching(/^[\w-]{32}$/),
    });
  });

  test("is signed with the key it subscribed with, also after another took its place", async () => {
    expect(await send(subscribe(0), message(), "vapid-0")).toMatchObject({ outcome: "sent" });
    expect(await send(subscribe(0), message(), "vapid-1")).toMatchObject({
      outcome: "refused",
      reason: expect.stringContaining("403"),
    });
  });

  test("that is too large is refused before it is sent", async () => {
    const before = service.taken.length;
    const data = Object.fromEntries(
      Array.from({ length: 3 }, (_, index) => [`d${index}`, "x".repeat(1_500)]),
    );
    expect(await send(subscribe(), message({ data }))).toEqual({
      outcome: "refused",
      reason: expect.stringContaining(`at most ${PLAIN_MAX_BYTES}`),
    });
    expect(service.taken.length).toBe(before);
  });

  test("just within the limit arrives", async () => {
    const size = Buffer.byteLength(webPush.payload(message({ data: { a: "" } }), DELIVERY));
    const a = "x".repeat(1_999);
    const b = "x".repeat(PLAIN_MAX_BYTES - size - a.length - '"b":"",'.length);
    expect(await send(subscribe(), message({ data: { a, b } }))).toMatchObject({ outcome: "sent" });
  });

  test("whose subscription has ended, or is of a stranger, is told so", async () => {
    const ended = subscribe();
    service.faults.set(ended.endpoint.split("/").at(-1)!, { status: 410 });
    expect(await send(ended)).toMatchObject({ outcome: "gone" });
    expect(await send({ ...subscribe(), endpoint: `${service.origin}/push/nobody` })).toMatchObject({
      outcome: "gone",
    });
    const keys = { p256dh: "B".repeat(87), auth: "A".repeat(22) };
    expect(await send({ ...subscribe(), keys })).toEqual({
      outcome: "refused",
      reason: "its key is none of the P-256 curve",
    });
  });

  test.each([
    [
      { status: 429, headers: { "retry-after": "30" } },
      { outcome: "throttled", retryAfterMs: 30_000 },
    ],
    [{ status: 429 }, { outcome: "throttled", retryAfterMs: 60_000 }],
    [
      { status: 503, headers: { "retry-after": "7" } },
      { outcome: "throttled", retryAfterMs: 7_000 },
    ],
    [{ status: 500 }, { outcome: "retryable" }],
    [{ status: 302, headers: { location: "http://169.254.169.254/" } }, { outcome: "refused" }],
    [{ status: 413 }, { outcome: "refused" }],
    ["reset" as const, { outcome: "retryable" }],
  ])("a service that answers %j is understood", async (fault, outcome) => {
    const address = subscribe();
    service.faults.set(address.endpoint.split("/").at(-1)!, fault);
    expect(await send(address)).toMatchObject(outcome);
  });

  test("to a service that hangs is given up after a while", async () => {
    const time = new ManualClock(clock());
    const slow = opened(await platformParts({ allowed: [service.origin], clock: time, vapid }));
    const address = subscribe();
    service.faults.set(address.endpoint.split("/").at(-1)!, "hang");
    const waiting = slow.send({ id: DELIVERY, address, message: message(), expiresMs: clock() + 60_000 });
    while (time.pending === 0) await new Promise((resolve) => setImmediate(resolve));
    time.advance(15_000);
    expect(await waiting).toMatchObject({ outcome: "retryable" });
  });

  test("never goes to an address inside", async () => {
    const guarded = opened(await platformParts({ vapid }));
    const address = subscribe();
    const outcome = await guarded.send({
      id: DELIVERY,
      address,
      message: message(),
      expiresMs: clock() + 60_000,
    });
    expect(outcome).toMatchObject({
      outcome: "refused",
      reason: expect.stringContaining("cannot be sent to"),
    });
    expect(JSON.stringify(outcome)).not.toContain("127.0.0.1");
  });

  test("says what browsers do not show", () => {
    const input = message({
      ...{ sound: "bell", priority: "critical", localization: { titleKey: "door" } },
      actions: ["a", "b", "c"].map((id) => ({ id, title: id })),
    });
    expect(webPush.notes(input).map(({ field, loss }) => `${field} ${loss}`)).toEqual([
      "localization left-out",
      "sound left-out",
      "actions changed",
      "priority changed",
    ]);
    expect(webPush.notes(message())).toEqual([]);
  });
});
