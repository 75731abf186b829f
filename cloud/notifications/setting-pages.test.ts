import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Endpoint } from "../../protocol/notifications/endpoint.ts";
import { makeLocalCertificate } from "../testing/local-certificate.ts";
import type { Person } from "../testing/start-cloud.ts";
import { startPages, type TestPages } from "../testing/start-pages.ts";
import { type ApnsDouble, startApns } from "./testing/apns-double.ts";
import { keyPair } from "./testing/platform-parts.ts";
import { startWebPush, type WebPushDouble } from "./testing/web-push-double.ts";

const pair = keyPair("ec");
const SECRET = pair.privateKey.split("\n")[1]!;
const APNS = {
  keyId: "ABC123DEFG",
  teamId: "DEF123GHIJ",
  topic: "test.homepot.app",
  environment: "production",
};
const TOKEN = "ab".repeat(32);
let pages: TestPages;
let browsers: WebPushDouble;
let apple: ApnsDouble;
let viewer: Person;

beforeAll(async () => {
  const certificate = await makeLocalCertificate();
  browsers = startWebPush(certificate);
  apple = await startApns(certificate, { publicKey: pair.publicKey, ...APNS });
  pages = await startPages({
    push: {
      hosts: { fcm: null, fcmToken: null, apns: apple.url, wnsToken: null },
      allowed: [browsers.origin],
      authority: certificate.certificate,
    },
  });
  const { cloud } = pages;
  // Push services judge signatures by the real time.
  cloud.clock.jump(Date.now() - cloud.clock.nowMs());
  viewer = await cloud.addMember("viewer");
});
afterAll(async () => {
  await pages[Symbol.asyncDispose]();
  await browsers[Symbol.asyncDispose]();
  await apple[Symbol.asyncDispose]();
});

const text = async (path: string, as?: Person) => (await pages.open(path, as)).text();
const HOME = "/settings/notifications";

test("one's own browsers are listed, named, tested and removed", async () => {
  expect(await text(HOME, viewer)).toContain("Notifications reach you nowhere but here yet");
  const { publicKey } = await pages.cloud.read<{ publicKey: string }>("/push/vapid-public-key");
  const address = browsers.subscribe(publicKey);
  const json = { address, label: "Chrome on Linux" };
  const { id } = (await (await pages.cloud.api("/push/subscribe", viewer, { json })).json()) as Endpoint;
  const listed = await text(HOME, viewer);
  expect(listed).toContain("Notifications reach you in 1 place");
  expect(listed).toContain(`data-endpoint="${id}" data-works`);
  expect(listed).not.toContain(address.endpoint);

  const renamed = await pages.send(`${HOME}/${id}/rename`, { label: "Till at the door" }, viewer);
  expect(await pages.follow(renamed, viewer)).toContain("It is called Till at the door now.");
  expect((await pages.send(`${HOME}/${id}/rename`, { label: " " }, viewer)).status).toBe(400);

  const tested = await pages.send(`${HOME}/${id}/test`, {}, viewer);
  expect(await pages.follow(tested, viewer)).toContain("The test is on its way.");
  expect(browsers.taken.at(-1)?.payload).toMatchObject({ title: "HOMEPOT" });
  const key = address.endpoint.split("/").at(-1)!;
  browsers.faults.set(key, { status: 413, body: { reason: "busy elsewhere" } });
  const refused = await pages.send(`${HOME}/${id}/test`, {}, viewer);
  expect([refused.status, await refused.text()]).toEqual([422, expect.stringContaining("busy elsewhere")]);
  browsers.faults.set(key, { status: 410 });
  expect(await (await pages.send(`${HOME}/${id}/test`, {}, viewer)).text()).toContain("is switched off");
  const isOff = async () => (await text(HOME, viewer)).includes("Switched off");
  while (!(await isOff())) await new Promise((resolve) => setImmediate(resolve));

  // Somebody else's does not exist here, whatever else they may do with it.
  expect((await pages.send(`${HOME}/${id}/remove`, {})).status).toBe(404);
  const removed = await pages.send(`${HOME}/${id}/remove`, {}, viewer);
  expect(await pages.follow(removed, viewer)).toContain("No browser or app is registered for you yet.");
});

test("a platform's credentials are tested, kept, and shown to nobody, also where they were refused", async () => {
  const form = { ...APNS, key: pair.privateKey, test: TOKEN };
  const bad = await pages.send("/settings/push/apns", { ...form, keyId: "short", topic: "two words" });
  const badly = await bad.text();
  expect(bad.status).toBe(422);
  expect(badly).toContain('aria-describedby="keyId-error"');
  expect(badly).toContain('value="two words"');
  const wrong = await pages.send("/settings/push/apns", { ...form, teamId: "ZZZZZZZZZZ" });
  const wrongly = await wrong.text();
  expect([wrong.status, wrongly]).toEqual([422, expect.stringContaining("InvalidProviderToken")]);
  expect(await text("/settings/push/apns")).toContain("No credentials yet");
  const noFile = await pages.send("/settings/push/fcm", { serviceAccount: "no json" });
  expect(await noFile.text()).toContain('id="serviceAccount-error"');

  const saved = await pages.send("/settings/push/apns", form);
  const told = await pages.follow(saved);
  const shown = await text("/settings/push/apns");
  expect(told).toContain("Saved and sealed.");
  expect(told).toContain("3 of 5 platforms are ready to send");
  expect(shown).toContain(APNS.teamId);
  for (const html of [badly, wrongly, told, shown]) expect(html).not.toContain(SECRET);
  const seen = await text("/settings/push/apns", viewer);
  expect([seen.includes(APNS.teamId), seen.includes("<textarea")]).toEqual([true, false]);

  const forgotten = await pages.send("/settings/push/apns/forget", {});
  expect(await pages.follow(forgotten)).toContain("2 of 5 platforms are ready to send");
  for (const path of ["web-push", "none"]) {
    expect((await pages.open(`/settings/push/${path}`)).status).toBe(404);
    expect((await pages.send(`/settings/push/${path}`, form)).status).toBe(404);
    expect((await pages.send(`/settings/push/${path}/forget`, {})).status).toBe(404);
  }
});

test("another key of browsers is made once somebody has subscribed with the present one", async () => {
  expect(await text("/settings/push")).not.toContain('popovertarget="rotate-vapid"');
  expect((await pages.send("/settings/push/rotate-vapid", {})).status).toBe(409);
  const { publicKey } = await pages.cloud.read<{ publicKey: string }>("/push/vapid-public-key");
  await pages.cloud.api("/push/subscribe", viewer, { json: { address: browsers.subscribe(publicKey) } });
  const page = await text("/settings/push");
  expect([page.includes(publicKey), page.includes('popovertarget="rotate-vapid"')]).toEqual([true, true]);
  const told = await pages.follow(await pages.send("/settings/push/rotate-vapid", {}));
  expect(told).toContain("Browsers subscribe with another key from now on.");
  expect([told.includes(publicKey), told.includes("Older keys that still serve")]).toEqual([false, true]);
});
