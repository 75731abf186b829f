import { afterEach, beforeEach, expect, test } from "bun:test";
import { createECDH } from "node:crypto";
import type { Endpoint } from "../../../protocol/notifications/endpoint.ts";
import type { Preview } from "../../../protocol/notifications/notification.ts";
import { HOUR } from "../../../protocol/units.ts";
import { addEstate, type Estate } from "../../testing/estate.ts";
import { type Person, startCloud, type TestCloud } from "../../testing/start-cloud.ts";
import { keyPair } from "../testing/platform-parts.ts";

/** Who the preview says is reached, against what then becomes of the same notification. */

let cloud: TestCloud;
let estate: Estate;
beforeEach(async () => {
  cloud = await startCloud();
  estate = await addEstate(cloud, cloud.owner, "Store", { till: {}, oven: {}, kiosk: {} });
});
afterEach(() => cloud[Symbol.asyncDispose]());

const api = async <T>(path: string, json: object, person = cloud.owner, method = "POST"): Promise<T> => {
  const answer = await cloud.api(path, person, { json, method });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${answer.status} ${text}`);
  return (text === "" ? undefined : JSON.parse(text)) as T;
};
const reach = async (json: object) =>
  (await api<Preview>("/notifications/preview", { message: { title: "Closed" }, ...json })).reach!;
const named = async (json: object) => {
  const { reached, later, channels, leftOut } = await reach(json);
  return {
    ...{ reached, later },
    channels: channels.map((one) => `${one.channel} ${one.recipients} ${one.later}`),
    leftOut: leftOut.map(({ reason, recipients, first }) => [
      `${reason} ${recipients}`,
      ...first.map(({ name, channels: at }) => [name, ...at].join(" ")),
    ]),
  };
};

const ADDRESSES = {
  fcm: { platform: "fcm", token: "a-registration-token-of-the-app" },
  apns: { platform: "apns", token: "ab".repeat(32) },
  wns: { platform: "wns", channelUri: "https://db5.notify.windows.com/?token=Aw" },
};
const P256DH = createECDH("prime256v1").generateKeys("base64url");
let counter = 0;
const endpoint = async (
  platform: keyof typeof ADDRESSES | "web-push",
  more: object,
  person?: Person,
): Promise<Endpoint> => {
  counter += 1;
  const address =
    platform === "web-push"
      ? {
          ...{ platform, endpoint: `https://push.example/${counter}` },
          keys: { p256dh: P256DH, auth: "A".repeat(22) },
        }
      : platform === "wns"
        ? { ...ADDRESSES.wns, channelUri: `${ADDRESSES.wns.channelUri}${counter}` }
        : { ...ADDRESSES[platform], token: counter.toString(16).padStart(64, "0") };
  return api<Endpoint>("/push/subscribe", { address, ...more }, person);
};
const disable = async ({ id }: Endpoint) => {
  await cloud.db.write((trx) =>
    trx
      .updateTable("push_endpoint")
      .set({ disabled_ms: cloud.clock.nowMs(), disabled_reason: "Unregistered" })
      .where("id", "=", id)
      .execute(),
  );
};
const setApns = () => {
  const credentials = {
    ...{ key: keyPair("ec").privateKey, keyId: "ABC123DEFG", teamId: "DEF123GHIJ", topic: "test.app" },
  };
  return api("/push/platforms/apns/credentials", { credentials }, cloud.owner, "PUT");
};
const toHours = (ms: number) => new Date(ms).toISOString().slice(11, 16);
const hoursFrom = (fromMs: number) => ({
  from: toHours(cloud.clock.nowMs() + fromMs),
  to: toHours(cloud.clock.nowMs() + fromMs + 2 * HOUR),
});
const settings = (person: Person, more: object) =>
  api("/notifications/settings", { language: null, quietHours: null, email: true, ...more }, person, "PUT");

test("devices are reached by their gateway and where they are registered; those out of use are left out", async () => {
  await setApns();
  await endpoint("apns", { device: estate.devices.till });
  await endpoint("apns", { device: estate.devices.till });
  await endpoint("fcm", { device: estate.devices.oven });
  await api("/devices", { siteId: estate.site, key: "expected", name: "Expected" });
  await api(`/devices/${estate.devices.kiosk}`, { lifecycle: "retired" }, cloud.owner, "PATCH");
  expect(await named({ targets: { sites: [estate.site] } })).toEqual({
    ...{ reached: 2, later: 0 },
    channels: ["mqtt 2 0", "apns 1 0"],
    leftOut: [["not-in-use 1", "Expected"]],
  });
  const chosen = { targets: { sites: [estate.site], devices: [estate.devices.kiosk] } };
  expect((await named(chosen)).leftOut).toEqual([["not-in-use 2", "Expected", "kiosk"]]);
  const shut = await named({ ...chosen, siteHours: hoursFrom(HOUR) });
  expect([shut.reached, shut.later, shut.channels]).toEqual([2, 2, ["mqtt 2 2", "apns 1 1"]]);
});

test("a device that is only registered elsewhere than the channels that are meant is named, with where it is", async () => {
  await setApns();
  await endpoint("apns", { device: estate.devices.till });
  await disable(await endpoint("apns", { device: estate.devices.oven }));
  await endpoint("web-push", { device: estate.devices.kiosk });
  const targets = { filter: {} };
  expect(await named({ targets, channels: ["apns"] })).toEqual({
    ...{ reached: 1, later: 0, channels: ["apns 1 0"] },
    leftOut: [
      ["disabled 1", "oven apns"],
      ["channel 1", "kiosk web-push mqtt"],
    ],
  });
  await endpoint("fcm", { device: estate.devices.oven });
  expect(await named({ targets, channels: ["fcm"] })).toEqual({
    ...{ reached: 0, later: 0, channels: [] },
    leftOut: [
      ["channel 2", "kiosk web-push mqtt", "till apns mqtt"],
      ["not-configured 1", "oven fcm"],
    ],
  });
});

test("people are reached at what they have in use; each of the others is named with the reason", async () => {
  const [browser, phone, ended, quiet, bare] = [
    await cloud.addMember("viewer"),
    await cloud.addMember("viewer"),
    await cloud.addMember("viewer"),
    await cloud.addMember("viewer"),
    await cloud.addMember("viewer"),
  ];
  for (const [person, name] of [
    [browser, "Browser"],
    [phone, "Phone"],
    [ended, "Ended"],
    [quiet, "Quiet"],
    [bare, "Bare"],
  ] as const)
    await cloud.db.write((trx) =>
      trx.updateTable("user").set({ name }).where("id", "=", person.scope.userId).execute(),
    );
  await endpoint("web-push", {}, browser);
  await endpoint("fcm", {}, phone);
  await disable(await endpoint("web-push", {}, ended));
  await endpoint("web-push", {}, quiet);
  await settings(quiet, { quietHours: { ...hoursFrom(-HOUR), timeZone: "UTC" } });
  await settings(bare, { email: false });
  const targets = { roles: ["viewer"] };
  expect(await named({ targets })).toEqual({
    ...{ reached: 2, later: 1, channels: ["web-push 2 1"] },
    leftOut: [
      ["not-configured 1", "Phone fcm"],
      ["disabled 1", "Ended web-push"],
      ["no-endpoint 1", "Bare"],
    ],
  });
  const dropped = await named({ targets, quietHours: "drop" });
  expect([dropped.reached, dropped.leftOut]).toEqual([
    1,
    expect.arrayContaining([["quiet-hours 1", "Quiet web-push"]]),
  ]);
  const urgent = { targets, quietHours: "drop", message: { title: "Fire", priority: "critical" } };
  expect((await named(urgent)).reached).toBe(2);
  expect((await named({ targets, channels: ["wns"] })).leftOut).toEqual([
    ["channel 3", "Browser web-push", "Phone fcm", "Quiet web-push"],
    ["no-endpoint 2", "Bare", "Ended"],
  ]);
  const fallback = { order: ["fcm", "web-push", "email"] };
  expect(await named({ targets, fallback })).toEqual({
    ...{ reached: 4, later: 1, channels: ["web-push 2 1", "email 2 0"] },
    leftOut: [["no-letters 1", "Bare email"]],
  });

  // And so it is when it is sent.
  const mailed = { people: [phone, ended, bare].map(({ scope }) => scope.userId) };
  await api("/notifications", { targets: mailed, fallback, message: { title: "Closed" } });
  await cloud.cloud.notifications.idle();
  expect(cloud.letters.map(({ email }) => email).sort()).toEqual([phone.email, ended.email].sort());
});

test("addresses and endpoints are judged too, and nothing is sent", async () => {
  await setApns();
  const gone = await endpoint("apns", { raw: true, label: "Wall" });
  await disable(gone);
  const used = await endpoint("apns", { raw: true, label: "Door" });
  const targets = { endpoints: [gone.id, used.id], addresses: [ADDRESSES.apns, ADDRESSES.wns] };
  const told = await reach({ targets });
  expect(told).toEqual({
    ...{ reached: 2, later: 0, channels: [{ channel: "apns", recipients: 2, later: 0 }] },
    leftOut: expect.arrayContaining([
      {
        ...{ reason: "disabled", recipients: 1 },
        first: [{ kind: "endpoint", id: gone.id, name: "Wall", provenance: "real", channels: ["apns"] }],
      },
      {
        ...{ reason: "not-configured", recipients: 1 },
        first: [
          { kind: "address", id: null, name: expect.any(String), provenance: "real", channels: ["wns"] },
        ],
      },
    ]),
  });
  expect((await named({ targets, channels: ["wns"] })).leftOut).toHaveLength(3);
  expect(await cloud.read("/notifications")).toMatchObject({ total: 0 });
});

test("of very many the first twenty by name are told", async () => {
  const devices = Object.fromEntries(
    Array.from({ length: 30 }, (_, index) => [`d${String(index).padStart(2, "0")}`, {}]),
  );
  await addEstate(cloud, cloud.owner, "Mall", devices);
  const { leftOut } = await reach({ targets: { filter: {} }, channels: ["wns"] });
  expect(leftOut.map(({ reason, recipients, first }) => [reason, recipients, first.length])).toEqual([
    ["channel", 33, 20],
  ]);
  expect(leftOut[0]!.first[0]!.name).toBe("d00");
});

test("what is asked is checked as it is when something is made", async () => {
  const json = { message: { title: "x" }, targets: { everyone: true } };
  for (const [more, path] of [
    [{ quietHours: "never" }, "quietHours"],
    [{ siteHours: { from: "08:00", to: "08:00" } }, "siteHours"],
    [{ fallback: { order: ["email", "email"] } }, "fallback.order"],
  ] as const) {
    const answer = await cloud.api("/notifications/preview", cloud.owner, { json: { ...json, ...more } });
    expect([path, answer.status, await answer.text()]).toEqual([path, 400, expect.stringContaining(path)]);
  }
});
