import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Endpoint } from "../../protocol/notifications/endpoint.ts";
import type { VapidStatus } from "../../protocol/notifications/push.ts";
import { checkScenario } from "../testing/api-scenario.ts";
import { makeLocalCertificate } from "../testing/local-certificate.ts";
import { type Person, startCloud, type TestCloud } from "../testing/start-cloud.ts";
import { startWebPush, type WebPushDouble } from "./testing/web-push-double.ts";

let cloud: TestCloud;
let browsers: WebPushDouble;
let viewer: Person;

beforeAll(async () => {
  const certificate = await makeLocalCertificate();
  browsers = startWebPush(certificate);
  cloud = await startCloud({
    push: {
      hosts: { fcm: null, fcmToken: null, apns: null, wnsToken: null },
      allowed: [browsers.origin],
      authority: certificate.certificate,
    },
  });
  // Push services judge signatures by the real time.
  cloud.clock.jump(Date.now() - cloud.clock.nowMs());
  viewer = await cloud.addMember("viewer");
});
afterAll(async () => {
  await cloud[Symbol.asyncDispose]();
  await browsers[Symbol.asyncDispose]();
});

const vapid = () => cloud.read<VapidStatus>("/push/vapid");
const addressOf = async () => browsers.subscribe((await vapid()).publicKey);
const subscribe = async (json: object, person = viewer): Promise<Endpoint> =>
  (await (await cloud.api("/push/subscribe", person, { json })).json()) as Endpoint;
const own = async (person = viewer) =>
  (await cloud.read<{ items: Endpoint[] }>("/push/endpoints", person)).items;

test("one's own address is renamed and tested by whoever may see notifications, and by nobody else", async () => {
  const address = await addressOf();
  const { id } = await subscribe({ address, label: "Old phone" });
  const path = `/push/endpoints/${id}`;
  const renamed = await cloud.api(path, viewer, { method: "PATCH", json: { label: " New phone " } });
  expect([renamed.status, await renamed.json()]).toEqual([
    200,
    expect.objectContaining({ id, label: "New phone" }),
  ]);
  const tested = await cloud.api(`${path}/test`, viewer, { method: "POST" });
  expect(await tested.json()).toMatchObject({ endpoint: id, result: { outcome: "sent" } });
  expect(browsers.taken.at(-1)).toMatchObject({
    id: address.endpoint.split("/").at(-1)!,
    payload: { title: "HOMEPOT" },
  });
  for (const [method, to, json] of [
    ["PATCH", path, { label: "Mine" }],
    ["POST", `${path}/test`, {}],
  ] as const)
    await checkScenario(cloud, { name: `${method} of another's`, method, path: to, json, status: 404 });
  await checkScenario(cloud, {
    ...{ name: "no name", method: "PATCH", path, json: { label: " " }, status: 400, fields: ["label"] },
  });
  expect(await own()).toMatchObject([{ id, label: "New phone" }]);
});

test("a browser that is given another address goes on as the same endpoint", async () => {
  const [first, second, third] = [await addressOf(), await addressOf(), await addressOf()];
  const { id } = await subscribe({ address: first, label: "Till" });
  const moved = await subscribe({ address: second, replaces: first.endpoint });
  expect(moved).toMatchObject({ id, label: "Till" });
  const stranger = await cloud.addMember("viewer");
  // Of somebody else's browser nothing is taken over.
  expect(await subscribe({ address: third, replaces: second.endpoint }, stranger)).toMatchObject({
    ...{ id: expect.not.stringContaining(id), label: "" },
  });
  expect((await own()).filter(({ label }) => label === "Till")).toMatchObject([{ id }]);
  const both = await subscribe({ address: await addressOf(), label: "Twice" });
  const known = (await addressOf()) as typeof first;
  await subscribe({ address: known });
  await subscribe({ address: known, replaces: first.endpoint });
  expect((await own()).map((one) => one.id)).toContain(both.id);
  const kept = await subscribe({ address: known, replaces: second.endpoint });
  expect([kept.label, (await own()).filter((one) => one.id === id)]).toEqual(["Till", []]);
});

test("the VAPID key is changed by administrators once somebody has it, and tells whom the old one still serves", async () => {
  const { publicKey, subscribers } = await vapid();
  expect(subscribers).toBeGreaterThan(0);
  const rotate = (person?: Person) => cloud.api("/push/vapid/rotate", person ?? cloud.owner, { json: {} });
  expect((await rotate(viewer)).status).toBe(403);
  const made = (await (await rotate()).json()) as VapidStatus;
  expect(made).toMatchObject({ subscribers: 0, older: [{ subscribers }] });
  expect(made.publicKey).not.toBe(publicKey);
  await checkScenario(cloud, {
    ...{ name: "again at once", path: "/push/vapid/rotate", json: {}, status: 409, code: "record.conflict" },
  });
  const other = await cloud.addOwner("other@elsewhere.test", "Elsewhere");
  expect(await cloud.read("/push/vapid", other)).toMatchObject({ older: [{ subscribers: 0 }] });
  expect(await (await cloud.api("/audit?action=push.rotate-vapid", cloud.owner)).text()).toContain(
    made.publicKey,
  );
});
