import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readDownlogEvent } from "../../protocol/log/kinds.ts";
import type { Endpoint } from "../../protocol/notifications/endpoint.ts";
import type { PlatformStatus, SendResult } from "../../protocol/notifications/push.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { checkScenario } from "../testing/api-scenario.ts";
import { addEstate, applyEvents, type Estate } from "../testing/estate.ts";
import { makeLocalCertificate } from "../testing/local-certificate.ts";
import { type Person, startCloud, type TestCloud } from "../testing/start-cloud.ts";
import { type ApnsDouble, startApns } from "./testing/apns-double.ts";
import { keyPair } from "./testing/platform-parts.ts";
import { startWebPush, type WebPushDouble } from "./testing/web-push-double.ts";

const pair = keyPair("ec");
const APP = {
  publicKey: pair.publicKey,
  keyId: "ABC123DEFG",
  teamId: "DEF123GHIJ",
  topic: "test.homepot.app",
};
const APNS = { key: pair.privateKey, keyId: APP.keyId, teamId: APP.teamId, topic: APP.topic };
const MESSAGE = { title: "Door open" };
let cloud: TestCloud;
let browsers: WebPushDouble;
let apple: ApnsDouble;
let estate: Estate;
let other: Person;
const logged: string[] = [];

beforeAll(async () => {
  const certificate = await makeLocalCertificate();
  browsers = startWebPush(certificate);
  apple = await startApns(certificate, APP);
  const log = {
    ...Object.fromEntries(
      ["debug", "info", "warn", "error"].map((level) => [
        level,
        (...all: unknown[]) => void logged.push(Bun.inspect(all)),
      ]),
    ),
  };
  cloud = await startCloud({
    log: log as never,
    push: {
      hosts: { fcm: null, fcmToken: null, apns: apple.url, wnsToken: null },
      allowed: [browsers.origin],
      authority: certificate.certificate,
    },
  });
  // Push services judge signatures by the real time.
  cloud.clock.jump(Date.now() - cloud.clock.nowMs());
  estate = await addEstate(cloud, cloud.owner, "Store", { till: {} });
  other = await cloud.addOwner("other@elsewhere.test", "Elsewhere");
});
afterAll(async () => {
  await cloud[Symbol.asyncDispose]();
  await browsers[Symbol.asyncDispose]();
  await apple[Symbol.asyncDispose]();
});

const publicKey = async () => (await cloud.read<{ publicKey: string }>("/push/vapid-public-key")).publicKey;
const subscription = async () => browsers.subscribe(await publicKey());
const subscribe = async (json: object, person = cloud.owner): Promise<Endpoint> => {
  const answer = await cloud.api("/push/subscribe", person, { json });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as Endpoint;
};
const send = async (to: object[], person = cloud.owner): Promise<SendResult[]> => {
  const answer = await cloud.api("/push/send", person, { json: { to, message: MESSAGE } });
  if (!answer.ok) throw new Error(await answer.text());
  return ((await answer.json()) as { items: SendResult[] }).items;
};
const token = (number: number) => number.toString(16).padStart(64, "0");
const setApns = (json: object, person = cloud.owner) =>
  cloud.api("/push/platforms/apns/credentials", person, { method: "PUT", json });

describe("an endpoint", () => {
  test("is registered once, for whoever did it last, and shows no address", async () => {
    const address = await subscription();
    const first = await subscribe({ address, label: "My browser" });
    expect(first).toMatchObject({
      ...{ platform: "web-push", user: cloud.owner.scope.userId, device: null, label: "My browser" },
      ...{ disabledAt: null, hint: expect.stringMatching(/^localhost:\d+ …/) },
    });
    expect((await subscribe({ address })).id).toBe(first.id);
    const list = await cloud.api("/push/endpoints", cloud.owner);
    const text = await list.text();
    expect(text).toContain(first.id);
    for (const part of [address.endpoint, address.keys.auth, address.keys.p256dh])
      expect(text).not.toContain(part);
    expect(await cloud.read("/push/endpoints", other)).toEqual({ items: [] });
    const removed = await cloud.api(`/push/endpoints/${first.id}`, cloud.owner, { method: "DELETE" });
    expect(removed.status).toBe(204);
    expect(await cloud.read("/push/endpoints")).toEqual({ items: [] });
  });

  test("of a device is seen and made by those who may see and change devices", async () => {
    const device = estate.devices.till!;
    const made = await subscribe({ address: { platform: "apns", token: token(77) }, device });
    expect(await cloud.read(`/push/endpoints?device=${device}`)).toMatchObject({
      items: [{ id: made.id, device, user: null }],
    });
    const viewer = await cloud.addMember("viewer");
    const json = { address: { platform: "apns", token: token(78) }, device };
    expect((await cloud.api("/push/subscribe", viewer, { json })).status).toBe(403);
    expect(
      (await cloud.api("/push/subscribe", viewer, { json: { ...json, device: undefined, raw: true } }))
        .status,
    ).toBe(403);
    expect((await cloud.api(`/push/endpoints/${made.id}`, viewer, { method: "DELETE" })).status).toBe(403);
    expect((await cloud.api("/push/subscribe", other, { json })).status).toBe(404);
    expect((await cloud.api(`/push/endpoints?device=${device}`, other)).status).toBe(404);
  });

  test.each([
    ["http://push.example/a", 422],
    ["https://127.0.0.1/a", 422],
    ["https://169.254.169.254/latest", 422],
    ["https://[::ffff:10.0.0.1]/", 422],
  ])("at %s is refused when it is entered", async (endpoint, status) => {
    const address = { ...(await subscription()), endpoint };
    await checkScenario(cloud, {
      name: endpoint,
      path: "/push/subscribe",
      json: { address },
      status,
      code: "outbound.forbidden",
    });
  });

  test("that is gone is disabled with the reason, also when it was sent to as an address; it comes back by itself", async () => {
    const address = await subscription();
    const { id } = await subscribe({ address });
    const key = address.endpoint.split("/").at(-1)!;
    browsers.faults.set(key, { status: 410 });
    expect(await send([{ address }])).toMatchObject([
      { platform: "web-push", endpoint: null, result: { outcome: "gone" } },
    ]);
    const disabled = async () =>
      (await cloud.read<{ items: Endpoint[] }>("/push/endpoints")).items.find((one) => one.id === id);
    while ((await disabled())?.disabledAt === null) await new Promise((resolve) => setImmediate(resolve));
    expect((await disabled())?.disabledReason).toContain("ended");
    await checkScenario(cloud, {
      name: "to a disabled one",
      path: "/push/send",
      json: { to: [{ endpoint: id }], message: MESSAGE },
      ...{ status: 409, code: "record.conflict" },
    });
    browsers.faults.delete(key);
    await subscribe({ address });
    expect(await send([{ endpoint: id }])).toMatchObject([{ endpoint: id, result: { outcome: "sent" } }]);
  });
});

describe("credentials", () => {
  test("are checked with a test, saved, and shown to nobody: in no answer, no log, no audit entry, no row", async () => {
    expect(await send([{ address: { platform: "apns", token: token(1) } }])).toMatchObject([
      { result: { outcome: "refused", reason: "there are no credentials for apns" } },
    ]);
    const wrong = await setApns({
      credentials: { ...APNS, teamId: "ZZZZZZZZZZ" },
      test: { platform: "apns", token: token(1) },
    });
    expect([wrong.status, await wrong.text()]).toEqual([
      422,
      expect.stringContaining("InvalidProviderToken"),
    ]);
    const bad = await setApns({ credentials: { ...APNS, keyId: "short" } });
    expect([bad.status, await bad.text()]).toEqual([
      400,
      expect.stringContaining('"path":"credentials.keyId"'),
    ]);
    const set = await setApns({ credentials: APNS, test: { platform: "apns", token: token(1) } });
    const answers = [await set.text(), await (await cloud.api("/push/platforms", cloud.owner)).text()];
    expect(set.status).toBe(200);
    expect(JSON.parse(answers[0]!)).toMatchObject({
      ...{ platform: "apns", source: "organization" },
      about: { topic: APP.topic, teamId: APP.teamId, keyId: APP.keyId, environment: "production" },
    });
    const secret = APNS.key.split("\n")[1]!;
    const audit = await (await cloud.api("/audit?action=push.credentials", cloud.owner)).text();
    expect(audit).toContain(APP.teamId);
    const rows = await cloud.db.read.selectFrom("secret").selectAll().execute();
    const stored = rows
      .map((row) => `${JSON.stringify(row)}${Buffer.from(row.sealed).toString("latin1")}`)
      .join();
    for (const text of [...answers, audit, stored, logged.join()]) expect(text).not.toContain(secret);
    expect(await send([{ address: { platform: "apns", token: token(1) } }])).toMatchObject([
      { result: { outcome: "sent" } },
    ]);
  });

  test("count for their organisation alone, from one moment to the next", async () => {
    const to = [{ address: { platform: "apns", token: token(2) } }];
    expect(await send(to, other)).toMatchObject([{ result: { outcome: "refused" } }]);
    await setApns({ credentials: APNS }, other);
    expect(await send(to, other)).toMatchObject([{ result: { outcome: "sent" } }]);
    await cloud.api("/push/platforms/apns/credentials", other, { method: "DELETE" });
    expect(await send(to, other)).toMatchObject([{ result: { outcome: "refused" } }]);
    expect((await cloud.api("/push/platforms/apns/credentials", other, { method: "DELETE" })).status).toBe(
      404,
    );
    expect(await send(to)).toMatchObject([{ result: { outcome: "sent" } }]);
  });

  test("are none of a platform that takes none", async () => {
    const path = "/push/platforms/web-push/credentials";
    await checkScenario(cloud, { name: path, method: "PUT", path, json: { credentials: {} }, status: 404 });
    const { items } = await cloud.read<{ items: PlatformStatus[] }>("/push/platforms");
    expect(items.map(({ platform, source }) => [platform, source])).toEqual([
      ["fcm", null],
      ["apns", "organization"],
      ["web-push", "built-in"],
      ["wns", null],
      ["mqtt", "built-in"],
    ]);
  });
});

describe("VAPID keys", () => {
  test("are made once, and changed without losing who subscribed with the old one", async () => {
    const old = await publicKey();
    await cloud.cloud.vapid.ensure();
    expect(await publicKey()).toBe(old);
    const before = await subscribe({ address: browsers.subscribe(old), vapidPublicKey: old });
    const { publicKey: fresh } = await cloud.cloud.vapid.rotate();
    expect(await publicKey()).toBe(fresh);
    const after = await subscribe({ address: browsers.subscribe(fresh), vapidPublicKey: fresh });
    expect(await send([{ endpoint: before.id }, { endpoint: after.id }])).toMatchObject([
      { result: { outcome: "sent" } },
      { result: { outcome: "sent" } },
    ]);
    await checkScenario(cloud, {
      ...{ name: "another's key", path: "/push/subscribe", status: 400, fields: ["vapidPublicKey"] },
      json: { address: browsers.subscribe(fresh), vapidPublicKey: "A".repeat(87) },
    });
    for (const { id } of [before, after])
      await cloud.api(`/push/endpoints/${id}`, cloud.owner, { method: "DELETE" });
    for (const { id } of (await cloud.read<{ items: Endpoint[] }>("/push/endpoints")).items)
      await cloud.api(`/push/endpoints/${id}`, cloud.owner, { method: "DELETE" });
    expect(await cloud.cloud.vapid.rotate()).toMatchObject({ forgotten: 2 });
    expect(await cloud.cloud.vapid.idOf(old)).toBeNull();
  });

  test("open after the master key was changed", async () => {
    const key = await publicKey();
    expect(await cloud.cloud.keys.rotate()).toMatchObject({ ok: true, value: { made: true } });
    const { id } = await subscribe({ address: browsers.subscribe(key) });
    expect(await send([{ endpoint: id }])).toMatchObject([{ result: { outcome: "sent" } }]);
  });
});

describe("a message to a device of a site", () => {
  test("goes into its gateway's downlog, and what the device says of it comes back under its id", async () => {
    const device = estate.devices.till!;
    const answer = await cloud.api("/push/mqtt/publish", cloud.owner, { json: { device, message: MESSAGE } });
    const { id, result } = (await answer.json()) as SendResult;
    expect(result).toEqual({ outcome: "sent", platformId: "1" });
    const entry = await cloud.db.read.selectFrom("downlog").selectAll().executeTakeFirstOrThrow();
    const read = readDownlogEvent({
      seq: entry.seq,
      kind: entry.kind,
      atMs: entry.at_ms,
      payload: entry.payload,
    });
    expect(read).toMatchObject({
      value: { event: { kind: "notification.send", device: "till", id, message: { title: "Door open" } } },
    });
    const path = `/push/receipts/${id}`;
    expect((await cloud.api(path, cloud.owner)).status).toBe(404);
    const atMs = cloud.clock.nowMs();
    await applyEvents(cloud, estate, cloud.owner, [
      { kind: "notification.ack", device: "till", id, action: "delivered", atMs },
    ]);
    expect(await cloud.read(path)).toMatchObject({ items: [{ action: "delivered", device }] });
    expect((await cloud.api(path, other)).status).toBe(404);
  });

  test("is refused for one of another organisation, and gone for one that is retired", async () => {
    const device = estate.devices.till!;
    const json = { device, message: MESSAGE };
    expect((await cloud.api("/push/mqtt/publish", other, { json })).status).toBe(404);
    expect(await send([{ address: { platform: "mqtt", device } }], other)).toMatchObject([
      { result: { outcome: "refused", reason: "there is no such device" } },
    ]);
    await cloud.db.write((trx) =>
      trx.updateTable("device").set({ lifecycle: "retired" }).where("id", "=", device).execute(),
    );
    expect(await send([{ address: { platform: "mqtt", device } }])).toMatchObject([
      { result: { outcome: "gone" } },
    ]);
  });

  test("many share a transaction and keep their order", async () => {
    const { devices } = await addEstate(cloud, cloud.owner, "Second", { a: {}, b: {} });
    const to = Array.from({ length: 100 }, (_, index) => ({
      address: { platform: "mqtt", device: index % 2 === 0 ? devices.a : devices.b },
    }));
    const results = await send(to);
    expect(results.map(({ result }) => result)).toEqual(
      Array.from({ length: 100 }, (_, index) => ({ outcome: "sent", platformId: String(index + 1) })),
    );
  });
});

test("a test says what the platform answered, and sends in words", async () => {
  const { id } = await subscribe({ address: await subscription() });
  const answer = await cloud.api("/push/test", cloud.owner, { json: { endpoint: id } });
  expect(await answer.json()).toMatchObject({
    platform: "web-push",
    endpoint: id,
    result: { outcome: "sent" },
  });
  expect(browsers.taken.at(-1)?.payload).toMatchObject({ title: "HOMEPOT" });
});

describe("a request that cannot be taken", () => {
  test.each([
    ["/push/send", { to: [], message: MESSAGE }, ["to"]],
    ["/push/send", { to: [{}], message: MESSAGE }, ["to.0"]],
    ["/push/send", { to: [{ endpoint: "x" }], message: MESSAGE }, ["to.0.endpoint"]],
    [
      "/push/send",
      { to: [{ address: { platform: "apns", token: "x" } }], message: {} },
      ["message.title", "to.0.address.token"],
    ],
    ["/push/mqtt/publish", { message: MESSAGE }, [""]],
    ["/push/test", {}, [""]],
  ])("%s with %j names its fields", async (path, json, fields) => {
    await checkScenario(cloud, { name: path, path, json, status: 400, code: "request.invalid", fields });
  });

  test("names the endpoint that is not there, and sends to none", async () => {
    const before = browsers.taken.length;
    const to = [{ address: await subscription() }, { endpoint: "01930000-0000-7000-8000-000000000009" }];
    await checkScenario(cloud, {
      name: "missing",
      path: "/push/send",
      json: { to, message: MESSAGE },
      status: 404,
    });
    expect(browsers.taken.length).toBe(before);
  });
});

const random = seededRandom(3);
/** Pieces of a body, cut where no value ends. */
export async function* pieces(text: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; ) {
    const length = 1 + Math.floor(random.next() * 900);
    yield bytes.slice(at, at + length);
    at += length;
  }
}

describe("send-bulk", () => {
  beforeAll(async () => void (await setApns({ credentials: APNS })));

  const bulk = async (
    body: string | AsyncIterable<Uint8Array<ArrayBuffer>>,
    headers: Record<string, string> = {},
  ) => {
    const answer = await cloud.api("/push/send-bulk", cloud.owner, {
      method: "POST",
      headers: { "content-type": "application/x-ndjson", ...headers },
      body: body as never,
      ...({ duplex: "half" } as object),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      text,
      lines: answer.ok
        ? text
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line))
        : [],
    };
  };
  const apnsTo = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({
      ref: `r${index}`,
      address: { platform: "apns", token: token(from + index) },
    }));

  test.each(["lines", "an array"])(
    "takes %s, and answers each recipient by its index and ref",
    async (form) => {
      const bad = token(50_001);
      apple.faults.set(bad, { status: 410, body: { reason: "Unregistered" } });
      const values = [
        { message: MESSAGE },
        ...apnsTo(50_000, 3),
        { ref: "none" },
        { address: await subscription() },
      ];
      const body =
        form === "lines" ? values.map((one) => `${JSON.stringify(one)}\n`).join("") : JSON.stringify(values);
      const { lines } = await bulk(pieces(body));
      const sum = lines.pop();
      expect(sum).toEqual({ total: 5, sums: { sent: 3, gone: 1, refused: 1 } });
      expect(lines.map(({ index, ref, result }) => [index, ref, result.outcome]).sort()).toEqual([
        [0, "r0", "sent"],
        [1, "r1", "gone"],
        [2, "r2", "sent"],
        [3, undefined, "refused"],
        [4, undefined, "sent"],
      ]);
    },
  );

  test("with a key takes effect once, and answers its sum again", async () => {
    const body = [{ message: MESSAGE }, ...apnsTo(60_000, 5)]
      .map((one) => `${JSON.stringify(one)}\n`)
      .join("");
    const before = apple.taken.length;
    const headers = { "idempotency-key": "bulk-once", "content-digest": "sha-256=:abc:" };
    const first = await bulk(body, headers);
    const again = await bulk(body, headers);
    expect(first.lines.at(-1)).toEqual({ total: 5, sums: { sent: 5 } });
    expect(again.lines).toEqual([{ total: 5, sums: { sent: 5 } }]);
    expect(apple.taken.length - before).toBe(5);
  });

  test.each([
    ["", 400, "request.not-json"],
    ["[]", 400, "request.not-json"],
    ["not json\n", 400, "request.not-json"],
    ['{"message":{}}\n', 400, "request.invalid"],
    [`{"message":{"title":"${"x".repeat(70_000)}"}}`, 413, "request.too-large"],
  ])("that begins with %p is refused whole", async (body, status, code) => {
    const answer = await bulk(body);
    expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(code)]);
  });

  test("that breaks off later says so in its sum, after what it did", async () => {
    const { lines } = await bulk(
      `{"message":{"title":"a"}}\n${JSON.stringify(apnsTo(70_000, 1)[0])}\n{"addr`,
    );
    expect(lines.at(-1)).toMatchObject({ total: 1, sums: { sent: 1 }, failure: expect.any(String) });
  });

  test("goes on with everybody else while one platform hangs", async () => {
    const hanging = apnsTo(80_000, 1_400);
    for (const { address } of hanging) apple.faults.set(address.token, "hang");
    const browser = await subscription();
    const values = [
      { message: MESSAGE },
      ...hanging,
      ...Array.from({ length: 20 }, () => ({ ref: "b", address: browser })),
    ];
    const answer = await cloud.api("/push/send-bulk", cloud.owner, {
      method: "POST",
      headers: { "content-type": "application/x-ndjson" },
      body: values.map((one) => `${JSON.stringify(one)}\n`).join(""),
    });
    let text = "";
    const reader = answer.body!.getReader();
    let ended = false;
    const reading = (async () => {
      while (!ended) {
        const { done, value } = await reader.read();
        ended = done;
        text += new TextDecoder().decode(value);
      }
    })();
    // The rest waits two seconds, and what hangs is given up after fifteen.
    const pass = async (isOver: () => boolean) => {
      while (!isOver()) {
        cloud.clock.advance(100);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    await pass(() => (text.match(/"ref":"b"/g) ?? []).length === 20);
    expect(text).toContain("the platform does not keep up");
    for (const { address } of hanging) apple.faults.delete(address.token);
    await pass(() => ended);
    await reading;
    expect(text).toContain("no answer within 15 s");
    // What the engine has tried meanwhile is given up too, before another test begins.
    cloud.clock.advance(60_000);
    await cloud.cloud.notifications.idle();
    expect(JSON.parse(text.trim().split("\n").at(-1)!)).toMatchObject({ total: 1_420 });
  }, 30_000);

  test("of a hundred thousand holds neither them nor the answers", async () => {
    const count = 100_000;
    async function* many(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
      const encoder = new TextEncoder();
      yield encoder.encode(`${JSON.stringify({ message: MESSAGE })}\n`);
      for (let at = 0; at < count; at += 500) {
        const lines = Array.from({ length: 500 }, (_, index) =>
          JSON.stringify({ address: { platform: "fcm", token: `t${at + index}`.padEnd(150, "x") } }),
        );
        yield encoder.encode(`${lines.join("\n")}\n`);
      }
    }
    const answer = await cloud.api("/push/send-bulk", cloud.owner, {
      method: "POST",
      headers: { "content-type": "application/x-ndjson" },
      body: many() as never,
    });
    Bun.gc(true);
    const before = process.memoryUsage().heapUsed;
    let most = 0;
    let last = "";
    let lines = 0;
    for await (const piece of answer.body as unknown as AsyncIterable<Uint8Array>) {
      last = new TextDecoder().decode(piece);
      const here = last.split("\n").length - 1;
      if (Math.floor((lines + here) / 20_000) > Math.floor(lines / 20_000)) {
        Bun.gc(true);
        most = Math.max(most, process.memoryUsage().heapUsed - before);
      }
      lines += here;
    }
    expect(lines).toBe(count + 1);
    expect(JSON.parse(last.trim().split("\n").at(-1)!)).toEqual({ total: count, sums: { refused: count } });
    expect(most).toBeLessThan(30_000_000);
  }, 60_000);
});
