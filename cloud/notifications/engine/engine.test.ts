import { afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { readDownlogEvent } from "../../../protocol/log/kinds.ts";
import type { Delivery, DeliveryDetail } from "../../../protocol/notifications/delivery-view.ts";
import type { Endpoint } from "../../../protocol/notifications/endpoint.ts";
import type { InboxItem } from "../../../protocol/notifications/inbox.ts";
import type { Notification, NotificationDetail } from "../../../protocol/notifications/notification.ts";
import type { SendResult } from "../../../protocol/notifications/push.ts";
import type { Stats } from "../../../protocol/notifications/statistics.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../../../protocol/units.ts";
import { addEstate, applyEvents, type Estate } from "../../testing/estate.ts";
import { type KeyedCertificate, makeLocalCertificate } from "../../testing/local-certificate.ts";
import { type Person, startCloud, type TestCloud } from "../../testing/start-cloud.ts";
import { type ApnsDouble, startApns } from "../testing/apns-double.ts";
import { keyPair } from "../testing/platform-parts.ts";
import { startWebPush, type WebPushDouble } from "../testing/web-push-double.ts";

/** The whole way: the API, the engine, the platforms' doubles, and back by receipts. The clock moves when told to. */

const pair = keyPair("ec");
const APP = {
  publicKey: pair.publicKey,
  keyId: "ABC123DEFG",
  teamId: "DEF123GHIJ",
  topic: "test.homepot.app",
};
const APNS = { key: pair.privateKey, keyId: APP.keyId, teamId: APP.teamId, topic: APP.topic };

let certificate: KeyedCertificate;
let cloud: TestCloud;
let browsers: WebPushDouble;
let apple: ApnsDouble;
let estate: Estate;

beforeAll(async () => {
  certificate = await makeLocalCertificate();
});
beforeEach(async () => {
  browsers = startWebPush(certificate);
  apple = await startApns(certificate, APP);
  cloud = await startCloud({
    push: {
      hosts: { fcm: null, fcmToken: null, apns: apple.url, wnsToken: null },
      allowed: [browsers.origin],
      authority: certificate.certificate,
    },
  });
  // Push services judge signatures by the real time.
  cloud.clock.jump(Date.now() - cloud.clock.nowMs());
  estate = await addEstate(cloud, cloud.owner, "Store", { till: {}, oven: {} });
});
afterEach(async () => {
  await cloud[Symbol.asyncDispose]();
  await browsers[Symbol.asyncDispose]();
  await apple[Symbol.asyncDispose]();
});

const ask = async <T>(path: string, json: object, person = cloud.owner, method = "POST"): Promise<T> => {
  const answer = await cloud.api(path, person, { json, method });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${answer.status} ${text}`);
  return (text === "" ? undefined : JSON.parse(text)) as T;
};
const send = async (json: object): Promise<Notification> => {
  const made = await ask<Notification>("/notifications", { message: { title: "Closed today" }, ...json });
  await cloud.cloud.notifications.idle();
  return made;
};
const read = <T>(path: string, person?: Person) => cloud.read<T>(path, person);
const get = (id: string) => read<NotificationDetail>(`/notifications/${id}`);
const deliveriesOf = async (id: string): Promise<Delivery[]> =>
  (await read<{ items: Delivery[] }>(`/notifications/${id}/deliveries`)).items;
const historyOf = async ({ notificationId, id }: Delivery): Promise<string[]> =>
  (await read<DeliveryDetail>(`/notifications/${notificationId}/deliveries/${id}`)).history.map(
    ({ event, state, detail }) => [event, state, ...(event === "sent" ? [] : [detail])].join(" ").trim(),
  );
/** A browser of somebody's. */
const browserOf = async (person: Person): Promise<{ key: string; endpoint: Endpoint }> => {
  const { publicKey } = await read<{ publicKey: string }>("/push/vapid-public-key");
  const address = browsers.subscribe(publicKey);
  const endpoint = await ask<Endpoint>("/push/subscribe", { address }, person);
  return { key: address.endpoint.split("/").at(-1)!, endpoint };
};
const token = (number: number) => number.toString(16).padStart(64, "0");
const toApple = (...numbers: number[]) => ({
  targets: { addresses: numbers.map((number) => ({ platform: "apns", token: token(number) })) },
});
const setApns = () => ask("/push/platforms/apns/credentials", { credentials: APNS }, cloud.owner, "PUT");
const pass = async (ms: number) => {
  cloud.clock.advance(ms);
  await cloud.cloud.notifications.idle();
};
const downlog = async () => {
  const rows = await cloud.db.read
    .selectFrom("downlog")
    .selectAll()
    .where("kind", "=", "notification.send")
    .execute();
  return rows.map((row) => {
    const { seq, kind, at_ms: atMs, payload } = row;
    const event = readDownlogEvent({ seq, kind, atMs, payload });
    if (!event.ok || !event.value.known || event.value.event.kind !== "notification.send")
      throw new Error("no notification");
    return event.value.event;
  });
};

describe("a notification", () => {
  test("comes to devices by their gateway, to people in their inbox and their browsers, to addresses; once each", async () => {
    await setApns();
    const viewer = await cloud.addMember("viewer");
    const { key } = await browserOf(viewer);
    const made = await send({
      name: "Holiday",
      targets: {
        devices: [estate.devices.till],
        sites: [estate.site],
        people: [viewer.scope.userId],
        roles: ["viewer"],
        addresses: [
          { platform: "apns", token: token(1) },
          { platform: "apns", token: token(1) },
        ],
      },
      message: { title: "Closed", body: "Until Monday" },
    });
    expect(await get(made.id)).toMatchObject({
      name: "Holiday",
      status: "done",
      run: { recipients: 5 },
      counts: { queued: 0, sent: 4, failed: 0 },
      channelCounts: [
        { channel: "apns", counts: { sent: 1 } },
        { channel: "mqtt", counts: { sent: 2 } },
        { channel: "web-push", counts: { sent: 1 } },
      ],
    });
    expect((await downlog()).map(({ device }) => device).sort()).toEqual(["oven", "till"]);
    expect(browsers.taken).toMatchObject([{ id: key, payload: { title: "Closed", body: "Until Monday" } }]);
    expect(apple.taken.map((one) => one.token)).toEqual([token(1)]);
    const inbox = await read<{ items: InboxItem[] }>("/notifications/inbox", viewer);
    expect(inbox.items).toMatchObject([{ notificationId: made.id, title: "Closed", readAt: null }]);
    expect((await read<{ items: InboxItem[] }>("/notifications/inbox")).items).toEqual([]);
  });

  test("for more recipients than are looked up at once comes to each of them once", async () => {
    await setApns();
    const made = await send(toApple(...Array.from({ length: 700 }, (_, index) => index)));
    expect(await get(made.id)).toMatchObject({
      status: "done",
      run: { recipients: 700 },
      counts: { sent: 700 },
    });
    expect(new Set(apple.taken.map((one) => one.token)).size).toBe(700);
    expect(apple.taken).toHaveLength(700);
    const page = await read<{ items: Delivery[]; nextCursor: string; total: number }>(
      `/notifications/${made.id}/deliveries?limit=500&state=sent&channel=apns`,
    );
    expect([page.items.length, page.total]).toEqual([500, 700]);
    const rest = `/notifications/${made.id}/deliveries?limit=500&cursor=${page.nextCursor}`;
    expect(await read<{ items: Delivery[] }>(rest)).toMatchObject({ nextCursor: null, total: 700 });
    const named = `/notifications/${made.id}/deliveries?q=${page.items[0]!.recipient.name.slice(1)}`;
    expect(await read(named)).toMatchObject({ total: 1, items: [{ id: page.items[0]!.id }] });
  });

  test("later and again and again is sent when it is due, and of what was missed only the last", async () => {
    // At noon: within the hour there is no morning in Tokyo.
    cloud.clock.jump(DAY + 12 * HOUR - (cloud.clock.nowMs() % DAY));
    const at = new Date(cloud.clock.nowMs() + HOUR).toISOString();
    const later = await send({ targets: { devices: [estate.devices.till] }, timing: { kind: "at", at } });
    expect(later).toMatchObject({ status: "scheduled", nextRunAt: at, run: null });
    const daily = await send({
      targets: { devices: [estate.devices.till] },
      timing: { kind: "cron", cron: "0 9 * * *", timeZone: "Asia/Tokyo" },
    });
    await pass(HOUR);
    expect(await get(later.id)).toMatchObject({ status: "done", nextRunAt: null, run: { slot: at } });
    await pass(3 * DAY);
    const sent = await get(daily.id);
    expect(sent).toMatchObject({ status: "scheduled", counts: { sent: 1 } });
    expect(sent.run?.slot.slice(11)).toBe("00:00:00.000Z");
    await pass(DAY);
    expect((await get(daily.id)).counts.sent).toBe(2);
    expect(await ask(`/notifications/${daily.id}/cancel`, {})).toMatchObject({
      status: "cancelled",
      nextRunAt: null,
    });
    await pass(2 * DAY);
    expect((await get(daily.id)).counts.sent).toBe(2);
  });

  test("that was made twice with one key is one", async () => {
    const json = { targets: { devices: [estate.devices.till] }, dedupeKey: "door-7" };
    const first = await send(json);
    expect((await send(json)).id).toBe(first.id);
    cloud.clock.jump(DAY);
    expect((await send(json)).id).not.toBe(first.id);
    expect(await downlog()).toHaveLength(2);
  });

  test("that is newer takes the place of one with its collapse key that is not on its way", async () => {
    const quiet = { siteHours: { from: "03:00", to: "03:01" }, targets: { devices: [estate.devices.till] } };
    const message = (title: string) => ({ message: { title, collapseKey: "door" } });
    const older = await send({ ...quiet, ...message("Open") });
    const newer = await send({ ...quiet, ...message("Shut") });
    expect(await get(older.id)).toMatchObject({
      status: "done",
      counts: { dropped: 1 },
      reasons: [{ channel: "mqtt", state: "dropped", reason: "a newer one took its place", deliveries: 1 }],
    });
    await pass(DAY);
    expect((await downlog()).map(({ message: { title } }) => title)).toEqual(["Shut"]);
    expect((await get(newer.id)).counts.sent).toBe(1);
  });
});

describe("words", () => {
  test("come from a template as it was, in the reader's language, with their places filled", async () => {
    const template = {
      name: "Door",
      messages: {
        en: {
          title: "{{device.name}} open",
          body: "since {{since}}{{note}}",
          link: "/devices/{{device.id}}",
        },
        de: { title: "{{person.name}}: offen", body: "seit {{since}}{{note}}" },
      },
      variables: [{ name: "since" }, { name: "note", default: "!" }],
    };
    const { id } = await ask<{ id: string }>("/notifications/templates", template);
    const german = await cloud.addMember("viewer");
    await ask("/notifications/settings", { language: "de-AT", quietHours: null, email: true }, german, "PUT");
    const json = {
      message: undefined,
      template: id,
      targets: { devices: [estate.devices.till], people: [german.scope.userId, cloud.owner.scope.userId] },
      variables: { since: "12:04" },
    };
    const made = await send({
      ...json,
      timing: { kind: "at", at: new Date(cloud.clock.nowMs() + HOUR).toISOString() },
    });
    await ask(
      `/notifications/templates/${id}`,
      { ...template, messages: { en: { title: "Other" } } },
      cloud.owner,
      "PUT",
    );
    expect(made.template).toEqual({ id, name: "Door" });
    await pass(HOUR);
    expect(await downlog()).toMatchObject([
      { message: { title: "till open", body: "since 12:04!", link: `/devices/${estate.devices.till}` } },
    ]);
    const [item] = (await read<{ items: InboxItem[] }>("/notifications/inbox", german)).items;
    expect(item).toMatchObject({ title: "Owner: offen", body: "seit 12:04!" });
    const missing = await cloud.api("/notifications", cloud.owner, { json: { ...json, variables: {} } });
    expect([missing.status, await missing.text()]).toEqual([400, expect.stringContaining("variables.since")]);
  });

  test("are previewed on every channel, with what each cannot express", async () => {
    const preview = await ask<{
      channels: { channel: string; payload: string | null; fits: boolean; notes: object[] }[];
    }>("/notifications/preview", {
      message: {
        title: "Hello {{person.name}}",
        body: "x".repeat(1_500),
        data: { long: "y".repeat(1_900) },
        localization: { titleKey: "a" },
      },
      targets: { everyone: true, devices: [estate.devices.till] },
      channels: ["web-push", "apns", "wns", "email"],
      timing: { kind: "cron", cron: "0 9 * * 1" },
    });
    expect(preview).toMatchObject({
      recipients: { devices: 1, people: 1, endpoints: 0, addresses: 0 },
      channels: [
        {
          channel: "web-push",
          message: { title: "Hello Alex Example" },
          fits: true,
          notes: [{ field: "localization" }],
        },
        { channel: "apns", fits: true, notes: [] },
        { channel: "wns", fits: true },
        { channel: "email", payload: null, notes: [{ field: "data" }] },
      ],
    });
    expect(preview.channels[1]?.payload).toContain('"title-loc-key":"a"');
    expect(await read("/notifications")).toMatchObject({ total: 0 });
  });
});

describe("a delivery", () => {
  test("is tried again until its platform takes it, each time later", async () => {
    await setApns();
    apple.faults.set(token(1), { status: 503, body: { reason: "ServiceUnavailable" } });
    const made = await send(toApple(1));
    expect(await deliveriesOf(made.id)).toMatchObject([
      { state: "queued", attempts: 1, reason: "503 ServiceUnavailable", dueAt: expect.any(String) },
    ]);
    await pass(5 * SECOND);
    await pass(10 * SECOND);
    const [waiting] = await deliveriesOf(made.id);
    expect(waiting?.attempts).toBeGreaterThan(1);
    apple.faults.clear();
    await pass(30 * SECOND);
    const [sent] = await deliveriesOf(made.id);
    expect(sent).toMatchObject({ state: "sent", reason: null, dueAt: null });
    expect((await historyOf(sent!)).at(-1)).toBe("sent sent");
    expect(apple.taken).toMatchObject([{ headers: { "apns-id": sent?.id } }]);
    expect(await get(made.id)).toMatchObject({ status: "done" });
  });

  test("waits as long as the platform says", async () => {
    await setApns();
    apple.faults.set(token(1), {
      status: 429,
      body: { reason: "TooManyRequests" },
      headers: { "retry-after": "600" },
    });
    const made = await send(toApple(1));
    apple.faults.clear();
    await pass(9 * MINUTE);
    expect(await deliveriesOf(made.id)).toMatchObject([{ state: "queued", attempts: 1 }]);
    await pass(3 * MINUTE);
    expect(await deliveriesOf(made.id)).toMatchObject([{ state: "sent", attempts: 2 }]);
  });

  test("whose time is over while its platform is away has expired, and stands in no way", async () => {
    await setApns();
    apple.faults.set(token(1), { status: 500 });
    const made = await send({ ...toApple(1), message: { title: "Soup", timeToLiveSeconds: 60 } });
    for (let minute = 0; minute < 3; minute += 1) await pass(MINUTE);
    expect(await deliveriesOf(made.id)).toMatchObject([{ state: "expired" }]);
    expect(await get(made.id)).toMatchObject({ status: "done", counts: { expired: 1 } });
  });

  test("that the platform refuses is a dead letter, and is sent again when somebody says so", async () => {
    const made = await send(toApple(1, 2));
    const letters = await read<{ items: Delivery[]; total: number }>("/notifications/dead-letters");
    expect(letters).toMatchObject({
      total: 2,
      items: [{ state: "failed", reason: "there are no credentials for apns", channel: "apns" }, {}],
    });
    await setApns();
    expect(await ask("/notifications/dead-letters/replay", { ids: [letters.items[0]!.id] })).toEqual({
      replayed: 1,
    });
    await cloud.cloud.notifications.idle();
    expect(await get(made.id)).toMatchObject({ status: "done", counts: { sent: 1, failed: 1 } });
    expect(await ask("/notifications/dead-letters/replay", { notification: made.id })).toEqual({
      replayed: 1,
    });
    await cloud.cloud.notifications.idle();
    expect(await get(made.id)).toMatchObject({ status: "done", counts: { sent: 2, failed: 0 } });
    expect((await read<{ total: number }>("/notifications/dead-letters")).total).toBe(0);
    const again = await cloud.api("/notifications/dead-letters/replay", cloud.owner, {
      json: { ids: [letters.items[0]!.id] },
    });
    expect(again.status).toBe(404);
  });

  test("to an endpoint that is gone fails, disables it, and is not tried there again", async () => {
    const { key, endpoint } = await browserOf(cloud.owner);
    browsers.faults.set(key, { status: 410 });
    const json = { targets: { people: [cloud.owner.scope.userId] } };
    const made = await send(json);
    expect(await deliveriesOf(made.id)).toMatchObject([
      {
        state: "failed",
        reason: "gone: the browser's subscription has ended (410)",
        recipient: { kind: "person" },
      },
    ]);
    expect(await read("/push/endpoints")).toMatchObject({
      items: [{ id: endpoint.id, disabledReason: "the browser's subscription has ended (410)" }],
    });
    expect(await deliveriesOf((await send(json)).id)).toEqual([]);
  });

  test("that waits is dropped when its notification is cancelled", async () => {
    const made = await send({ targets: { sites: [estate.site] }, siteHours: { from: "03:00", to: "03:01" } });
    expect((await get(made.id)).counts.queued).toBe(2);
    expect(await ask(`/notifications/${made.id}/cancel`, {})).toMatchObject({
      status: "cancelled",
      counts: { queued: 0, dropped: 2 },
    });
    await pass(DAY);
    expect(await downlog()).toEqual([]);
    expect(
      (await cloud.api(`/notifications/${made.id}/cancel`, cloud.owner, { method: "POST" })).status,
    ).toBe(409);
  });
});

describe("a push", () => {
  test("that is not taken at once is tried again, its words as they are, and stands in the history", async () => {
    await setApns();
    apple.faults.set(token(1), { status: 503, body: { reason: "ServiceUnavailable" } });
    const { items } = await ask<{ items: SendResult[] }>("/push/send", {
      to: [1, 2].map((number) => ({ address: { platform: "apns", token: token(number) } })),
      message: { title: "{{device.name}}" },
    });
    expect(items.map(({ result }) => result.outcome)).toEqual(["retryable", "sent"]);
    apple.faults.clear();
    await pass(10 * SECOND);
    expect(apple.taken.map(({ token: one, payload }) => [one, payload.id])).toEqual([
      [token(2), items[1]!.id],
      [token(1), items[0]!.id],
    ]);
    expect(JSON.stringify(apple.taken.map(({ payload }) => payload))).toContain('"title":"{{device.name}}"');
    const { items: made } = await read<{ items: Notification[] }>("/notifications");
    expect(made).toMatchObject([
      { status: "done", targets: null, run: { recipients: 2 }, counts: { sent: 2 } },
    ]);
  });

  test("to a device is one with the entry in its gateway's log", async () => {
    const device = estate.devices.till!;
    const { id } = await ask<SendResult>("/push/mqtt/publish", { device, message: { title: "Door" } });
    expect(await downlog()).toMatchObject([{ id, device: "till" }]);
    const [made] = (await read<{ items: Notification[] }>("/notifications?channel=mqtt")).items;
    expect(await deliveriesOf(made!.id)).toMatchObject([
      { id, state: "sent", recipient: { kind: "device", id: device } },
    ]);
    expect(await read(`/notifications?device=${device}`)).toMatchObject({ total: 1 });
  });
});

describe("somebody's quiet hours", () => {
  const nightNow = () => {
    const hour = (ms: number) => new Date(ms).toISOString().slice(11, 16);
    return { from: hour(cloud.clock.nowMs() - HOUR), to: hour(cloud.clock.nowMs() + HOUR), timeZone: "UTC" };
  };
  const sleeper = async () => {
    const person = await cloud.addMember("viewer");
    await browserOf(person);
    const settings = { language: null, quietHours: nightNow(), email: true };
    expect(await ask<object>("/notifications/settings", settings, person, "PUT")).toEqual(settings);
    expect(await read<object>("/notifications/settings", person)).toEqual(settings);
    return { targets: { people: [person.scope.userId] } };
  };

  test("put off what can wait, with all of its time", async () => {
    const made = await send({ ...(await sleeper()), message: { title: "Soup", timeToLiveSeconds: 60 } });
    expect(await get(made.id)).toMatchObject({ status: "sending", counts: { queued: 1 } });
    await pass(HOUR);
    expect(await get(made.id)).toMatchObject({ status: "done", counts: { sent: 1 } });
  });

  test("drop what is of now only, and let through what is critical", async () => {
    const json = await sleeper();
    expect((await get((await send({ ...json, quietHours: "drop" })).id)).counts).toMatchObject({
      dropped: 1,
    });
    const critical = { message: { title: "Fire", priority: "critical" } };
    expect((await get((await send({ ...json, ...critical })).id)).counts).toMatchObject({ sent: 1 });
    expect((await get((await send({ ...json, quietHours: "ignore" })).id)).counts).toMatchObject({ sent: 1 });
  });
});

describe("one way after the other", () => {
  const order = { fallback: { order: ["web-push", "email"], afterSeconds: 60 } };
  const who = (person: Person) => ({ targets: { people: [person.scope.userId] }, ...order });

  test("goes on at once when the first fails, and starts with what there is", async () => {
    const { key } = await browserOf(cloud.owner);
    browsers.faults.set(key, { status: 410 });
    const made = await send({ ...who(cloud.owner), message: { title: "Door", link: "/devices" } });
    expect(cloud.letters).toMatchObject([{ email: cloud.owner.email, title: "Door", link: "/devices" }]);
    expect((await deliveriesOf(made.id)).map(({ channel, state }) => [channel, state])).toEqual([
      ["web-push", "failed"],
      ["email", "sent"],
    ]);
    expect(await get(made.id)).toMatchObject({ status: "done" });
    await send(who(await cloud.addMember("viewer")));
    expect(cloud.letters).toHaveLength(2);
  });

  test("goes on when nothing is heard of the first in time, and not when something is", async () => {
    await browserOf(cloud.owner);
    const silent = await send(who(cloud.owner));
    await pass(30 * SECOND);
    expect(cloud.letters).toEqual([]);
    await pass(31 * SECOND);
    expect(cloud.letters).toHaveLength(1);
    expect((await get(silent.id)).status).toBe("done");
    await send(who(cloud.owner));
    const receipt = browsers.taken.at(-1)?.payload.receipt;
    expect(
      (await cloud.api("/receipts", null, { json: { token: receipt, action: "delivered" } })).status,
    ).toBe(204);
    await pass(2 * MINUTE);
    expect(cloud.letters).toHaveLength(1);
  });
});

describe("a receipt", () => {
  test("is believed of whoever has the token, moves the delivery, and is counted", async () => {
    await browserOf(cloud.owner);
    const made = await send({ targets: { everyone: true } });
    const receipt = String(browsers.taken[0]?.payload.receipt);
    const report = (action: string, word = receipt) =>
      cloud.api("/receipts", null, { json: { token: word, action } });
    const forged = `${receipt.slice(0, -2)}${receipt.endsWith("AA") ? "BA" : "AA"}`;
    expect((await report("opened", forged)).status).toBe(404);
    expect((await report("opened", "A".repeat(43))).status).toBe(404);
    for (const action of ["delivered", "delivered", "opened", "dismissed"])
      expect((await report(action)).status).toBe(204);
    const [delivery] = await deliveriesOf(made.id);
    expect(delivery).toMatchObject({
      state: "opened",
      deliveredAt: expect.any(String),
      dismissedAt: expect.any(String),
    });
    expect(await historyOf(delivery!)).toEqual([
      "sent sent",
      "delivered delivered",
      "opened opened",
      "dismissed opened",
    ]);
    expect(await read("/notifications/stats")).toMatchObject({
      totals: { queued: 1, sent: 1, delivered: 1, opened: 1, dismissed: 1, failed: 0 },
      days: [{ channel: "web-push", opened: 1 }],
    });
  });

  test("of a device comes by its gateway, and of nobody else's", async () => {
    const made = await send({ targets: { devices: [estate.devices.till] } });
    const [delivery] = await deliveriesOf(made.id);
    const ack = {
      kind: "notification.ack",
      id: delivery!.id,
      action: "opened",
      atMs: cloud.clock.nowMs(),
    } as const;
    const other = await cloud.addOwner("other@elsewhere.test", "Elsewhere");
    const foreign = await addEstate(cloud, other, "Foreign", { thief: {} });
    await applyEvents(cloud, foreign, other, [{ ...ack, device: "thief" }]);
    await applyEvents(cloud, estate, cloud.owner, [{ ...ack, device: "oven" }]);
    expect(await deliveriesOf(made.id)).toMatchObject([{ state: "sent" }]);
    await applyEvents(cloud, estate, cloud.owner, [{ ...ack, action: "delivered", device: "till" }]);
    expect(await deliveriesOf(made.id)).toMatchObject([{ state: "delivered" }]);
  });
});

describe("statistics", () => {
  test("leave out what went to simulated devices unless they are asked for it, and say how much", async () => {
    const made = await addEstate(cloud, cloud.owner, "Trial", { toy: { simulated: true } });
    const of = (devices: (string | undefined)[]) => send({ targets: { devices } });
    await of([estate.devices.till, made.devices.toy]);
    await of([made.devices.toy]);
    const address = { platform: "mqtt", device: made.devices.toy };
    await send({ targets: { addresses: [address] } });
    const [delivery] = await deliveriesOf((await of([made.devices.toy])).id);
    const ack = {
      kind: "notification.ack",
      id: delivery!.id,
      device: "toy",
      atMs: cloud.clock.nowMs(),
    } as const;
    await applyEvents(cloud, made, cloud.owner, [
      { ...ack, action: "opened" },
      { ...ack, action: "dismissed" },
    ]);
    const stats = async (query: string) => {
      const { leftOut, totals } = await read<Stats>(`/notifications/stats${query}`);
      const { queued, sent, opened, dismissed } = totals;
      return { leftOut, queued, sent, opened, dismissed };
    };
    const real = { leftOut: 4, queued: 1, sent: 1, opened: 0, dismissed: 0 };
    expect(await stats("")).toEqual(real);
    expect(await stats("?provenance=real")).toEqual(real);
    expect(await stats("?provenance=simulated")).toEqual({
      ...{ leftOut: 1, queued: 4, sent: 4, opened: 1, dismissed: 1 },
    });
    expect(await stats("?provenance=all")).toEqual({
      ...{ leftOut: 0, queued: 5, sent: 5, opened: 1, dismissed: 1 },
    });
    expect(await stats("?channel=mqtt")).toEqual(real);
  });

  test("take what goes to something that is registered for a simulated device for simulated", async () => {
    await setApns();
    const made = await addEstate(cloud, cloud.owner, "Trial", { toy: { simulated: true } });
    const { id } = await ask<Endpoint>("/push/subscribe", {
      address: { platform: "apns", token: token(7) },
      device: made.devices.toy,
    });
    await send({ targets: { endpoints: [id] } });
    expect((await read<Stats>("/notifications/stats")).leftOut).toBe(1);
  });
});

describe("the inbox", () => {
  test("is one's own: what is read is known, and told to one's own pages only", async () => {
    const viewer = await cloud.addMember("viewer");
    await ask("/notifications/topics/doors", {}, viewer, "PUT");
    expect(await read<object>("/notifications/topics", viewer)).toEqual({
      items: [{ topic: "doors", people: 1, subscribed: true }],
    });
    const heard = { viewer: [] as string[], owner: [] as string[] };
    for (const [name, person] of [
      ["viewer", viewer],
      ["owner", cloud.owner],
    ] as const)
      cloud.cloud.live.open(
        { send: (text: string) => void heard[name].push(text), close() {}, bufferedAmount: () => 0 } as never,
        person.scope,
        person.token,
      );
    for (const title of ["One", "Two", "Three"]) {
      await send({ targets: { topics: ["doors"] }, message: { title, category: "door", body: "b" } });
      cloud.clock.jump(1);
    }
    const inbox = await read<{ items: InboxItem[]; nextCursor: string }>(
      "/notifications/inbox?limit=2",
      viewer,
    );
    expect(inbox.items.map(({ title }) => title)).toEqual(["Three", "Two"]);
    const rest = await read<{ items: InboxItem[] }>(
      `/notifications/inbox?limit=2&cursor=${inbox.nextCursor}`,
      viewer,
    );
    expect(rest.items.map(({ title }) => title)).toEqual(["One"]);
    expect(await read<object>("/notifications/inbox/unread", viewer)).toEqual({ unread: 3 });
    expect(await ask<object>("/notifications/inbox/read", { ids: [rest.items[0]!.id] }, cloud.owner)).toEqual(
      { unread: 0 },
    );
    expect(await ask<object>("/notifications/inbox/read", { ids: [rest.items[0]!.id] }, viewer)).toEqual({
      unread: 2,
    });
    expect(await read("/notifications/inbox?read=true", viewer)).toMatchObject({
      total: 1,
      items: [{ title: "One" }],
    });
    expect(await ask<object>("/notifications/inbox/read", { all: true }, viewer)).toEqual({ unread: 0 });
    expect(await ask<object>("/notifications/inbox/read", { all: true, read: false }, viewer)).toEqual({
      unread: 3,
    });
    expect(await read("/notifications/inbox?q=thr&category=door", viewer)).toMatchObject({ total: 1 });
    const told = (texts: string[]) =>
      texts.filter((text) => text.includes("notification:")).map((text) => JSON.parse(text) as object);
    expect(told(heard.owner)).toEqual([expect.objectContaining({ type: "notification:read", unread: 0 })]);
    expect(told(heard.viewer)).toMatchObject([
      ...["One", "Two", "Three"].map((title) => ({ type: "notification:new", title })),
      ...[2, 0, 3].map((unread) => ({ type: "notification:read", unread })),
    ]);
    await ask("/notifications/topics/doors", {}, viewer, "DELETE");
    expect((await send({ targets: { topics: ["doors"] } })).targets).toEqual({ topics: ["doors"] });
    expect(await read<object>("/notifications/inbox/unread", viewer)).toEqual({ unread: 3 });
  });
});

test("a platform that hangs or is down never delays another, and is asked less and less", async () => {
  await setApns();
  const other = startWebPush(certificate);
  const { publicKey } = await read<{ publicKey: string }>("/push/vapid-public-key");
  const some = Array.from({ length: 300 }, () => browsers.subscribe(publicKey));
  for (const { endpoint } of some) browsers.faults.set(endpoint.split("/").at(-1)!, { status: 500 });
  const made = await ask<Notification>("/notifications", {
    targets: {
      addresses: [
        ...some,
        ...Array.from({ length: 300 }, (_, index) => ({ platform: "apns", token: token(index) })),
      ],
      devices: [estate.devices.till],
    },
    message: { title: "Closed" },
  });
  await cloud.cloud.notifications.idle();
  const { channelCounts } = await get(made.id);
  expect(channelCounts).toMatchObject([
    { channel: "apns", counts: { sent: 300 } },
    { channel: "mqtt", counts: { sent: 1 } },
    { channel: "web-push", counts: { sent: 0, queued: 300 } },
  ]);
  const tried = (
    await cloud.db.read.selectFrom("delivery").select("attempts").where("channel", "=", "web-push").execute()
  ).reduce((sum, { attempts }) => sum + attempts, 0);
  expect(tried).toBeLessThan(300);
  browsers.faults.clear();
  for (let minute = 0; minute < 20; minute += 1) await pass(MINUTE);
  expect(await get(made.id)).toMatchObject({ status: "done", counts: { sent: 601 } });
  expect(browsers.taken).toHaveLength(300);
  await other[Symbol.asyncDispose]();
});

test("notifications take turns: who sends to few does not wait for all of who sends to many, and the urgent go first", async () => {
  await setApns();
  const send = (from: number, count: number, message: object) =>
    ask("/notifications", {
      ...toApple(...Array.from({ length: count }, (_, index) => from + index)),
      message,
    });
  apple.faults.everybody = { status: 503 };
  await send(1_000, 1_000, { title: "Many" });
  await cloud.cloud.notifications.idle();
  await send(10, 2, { title: "Few" });
  await send(20, 1, { title: "Fire", priority: "critical" });
  await cloud.cloud.notifications.idle();
  apple.faults.everybody = undefined;
  for (let round = 0; apple.taken.length < 1_003 && round < 60; round += 1) await pass(30 * SECOND);
  const order = apple.taken.map(({ payload }) => (payload.aps as { alert: { title: string } }).alert.title);
  expect(order).toHaveLength(1_003);
  expect(order.indexOf("Fire")).toBeLessThan(3);
  // Behind those that were on their way before it, and not behind all.
  expect(order.lastIndexOf("Few")).toBeLessThan(512);
});
