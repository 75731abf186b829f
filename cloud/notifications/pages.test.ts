import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Notification } from "../../protocol/notifications/notification.ts";
import { addEstate, type Estate } from "../testing/estate.ts";
import type { Person } from "../testing/start-cloud.ts";
import { startPages, type TestPages } from "../testing/start-pages.ts";

let pages: TestPages;
let estate: Estate;
let viewer: Person;

beforeAll(async () => {
  pages = await startPages();
  estate = await addEstate(pages.cloud, pages.cloud.owner, "Cardiff Bay", {
    till: { attributes: { name: "Till 1", type: "payment-terminal" } },
  });
  viewer = await pages.cloud.addMember("viewer");
});
afterAll(() => pages[Symbol.asyncDispose]());

const text = async (path: string, as?: Person) => (await pages.open(path, as)).text();
const idle = () => pages.cloud.cloud.notifications.idle();
const COMPOSED = {
  "message.title": "Closed today",
  "message.body": "We open again tomorrow.",
  "message.link": "/sites",
  "message.priority": "high",
  "button.1.title": "Look",
  "button.1.link": "/devices",
  "targets.everyone": "true",
  "timing.kind": "now",
  quietHours: "defer",
  inbox: "true",
  fallback: "none",
};
const sent = async (form: Record<string, string>): Promise<string> => {
  const made = await pages.send("/notifications/new", form);
  expect(made.status).toBe(303);
  await idle();
  return made.headers.get("location") ?? "";
};

test("the composer says whom it would reach and what each platform makes of it, and keeps what was typed", async () => {
  const preview = await pages.send("/notifications/new/preview", {
    ...COMPOSED,
    "targets.sites": estate.site,
    "message.sound": "ding",
  });
  const html = await preview.text();
  expect(preview.status).toBe(200);
  expect(html).toContain("2 people, 1 device");
  for (const part of ["mock-fcm", "mock-apns", "mock-web-push", "mock-wns", "browsers play their own sound"])
    expect([part, html.includes(part)]).toEqual([part, true]);
  const unwritten = await pages.send("/notifications/new/preview", { "targets.everyone": "true" });
  const counted = await unwritten.text();
  expect([counted.includes("2 people"), counted.includes("mock-fcm")]).toEqual([true, false]);
  const bad = await pages.send("/notifications/new", {
    ...COMPOSED,
    "message.title": "",
    "button.1.link": "nowhere",
    "targets.everyone": "",
  });
  const refused = await bad.text();
  expect(bad.status).toBe(422);
  for (const field of ["message.title", "button.1.link", "targets.everyone"])
    expect([field, refused.includes(`id="${field}-error"`)]).toEqual([field, true]);
  expect(refused).toContain("We open again tomorrow.");
  // The page that answers a form has the bell like any other.
  expect(refused).toContain('name="inbox-count"');
});

test("what was sent is in the history with what became of it, and in the inbox until it is read", async () => {
  const path = await sent(COMPOSED);
  const page = await text(path);
  expect(page).toContain("Closed today");
  expect(page).toContain("everybody");
  expect(await text("/notifications/history?q=closed&status=done")).toContain(`href="${path}"`);
  expect(await text("/notifications/history?q=nothing-like-it")).toContain("No notification matches");

  const inbox = await text("/notifications", viewer);
  expect(inbox).toContain("Inbox: 1 unread");
  expect(await text("/", viewer)).toContain("Notifications to you");
  expect(await text("/settings", viewer)).toContain('name="inbox-count"');
  const id = /name="id" value="([^"]+)"/.exec(inbox)?.[1] ?? "";
  const opened = await pages.send("/notifications/open", { id, link: "/sites" }, viewer);
  expect([opened.status, opened.headers.get("location")]).toEqual([303, "/sites"]);
  expect(await text("/notifications", viewer)).toContain("Inbox: all read");
  await pages.send("/notifications/read", { id, read: "false", next: "/notifications?read=false" }, viewer);
  expect(await text("/notifications?read=false", viewer)).toContain("Inbox: 1 unread");
  await pages.send("/notifications/read", { all: "true" }, viewer);
  expect(await text("/notifications?read=false", viewer)).toContain("No message matches");
  // Somewhere else than to a page of ours nobody is led.
  const away = await pages.send("/notifications/open", { id, link: "https://evil.example" }, viewer);
  expect(away.headers.get("location")).toBe("/");
});

test("what failed is with the dead letters, and is sent again from there", async () => {
  const json = {
    targets: { addresses: [{ platform: "apns", token: "ab".repeat(32) }] },
    message: { title: "To a phone" },
  };
  const made = (await (
    await pages.cloud.api("/notifications", pages.cloud.owner, { json })
  ).json()) as Notification;
  await idle();
  const dead = await text("/notifications/dead-letters");
  expect(dead).toContain("1 message failed");
  expect(dead).toContain("There are no credentials for apns");
  const delivery = new RegExp(`/notifications/${made.id}/deliveries/([\\w-]+)`).exec(dead)?.[1] ?? "";
  const steps = await text(`/notifications/${made.id}/deliveries/${delivery}`);
  expect([steps.includes("Every step"), steps.includes("Send again")]).toEqual([true, true]);
  expect(await text(`/notifications/${made.id}?state=failed`)).toContain("There are no credentials for apns");
  const again = await pages.send("/notifications/dead-letters/replay", { ids: delivery });
  expect(await pages.follow(again)).toContain("Sent again: 1 message.");
  await idle();
  const all = await pages.send(`/notifications/${made.id}/replay`, {});
  expect(await pages.follow(all)).toContain("Sent again: 1 message.");
  await idle();
  expect(await text("/notifications/statistics?range=30")).toContain("There are no credentials for apns");
});

test("what waits for its time can be cancelled", async () => {
  const path = await sent({
    ...COMPOSED,
    ...{ name: "Every morning", "timing.kind": "cron", "timing.timeZone": "Europe/London" },
    ...{ "repeat.kind": "weekdays", "repeat.time": "09:00" },
  });
  expect(await text(path)).toContain("Every morning: waits for its time");
  const cancelled = await pages.send(`${path}/cancel`, {});
  expect(await pages.follow(cancelled)).toContain("Every morning was cancelled.");
});

test("a template is written in languages, changed without losing what the form does not show, and sent", async () => {
  const form = {
    ...{ name: "Opening", description: "Of a store", variables: "amount=1\nshop" },
    ...{ "language.1": "en", "title.1": "{{shop}} is closed", "body.1": "", "link.1": "/sites" },
    ...{ "language.2": "de", "title.2": "{{shop}} ist zu", "body.2": "", "link.2": "" },
  };
  const saved = await pages.send("/notifications/templates/new", form);
  const list = await pages.follow(saved);
  expect(list).toContain("Opening was saved.");
  const id = /\/notifications\/templates\/([\w-]{36})/.exec(list)?.[1] ?? "";
  const german = await text(`/notifications/templates/${id}?language=de`);
  for (const part of ["‹shop› ist zu", "mock-fcm", "mock-apns", "mock-web-push", "mock-wns"])
    expect([part, german.includes(part)]).toEqual([part, true]);
  expect(await text(`/notifications/templates/${id}`, viewer)).not.toContain("mock-fcm");
  // What is typed is looked at before it is saved, in the language that is asked for; what is wrong with it is no failure.
  const typed = { ...form, "title.2": "{{shop}} öffnet {{amount}} {{when}}", shown: "de", name: "" };
  for (const path of [`/notifications/templates/${id}/preview`, "/notifications/templates/new/preview"]) {
    const looked = await pages.send(path, typed);
    const page = await looked.text();
    expect([looked.status, page.includes("‹shop› öffnet 1 ‹when›")]).toEqual([200, true]);
    expect(page).toContain('id="name-error"');
  }
  expect(await text(`/notifications/templates/${id}?language=de`)).toContain("‹shop› ist zu");
  const bad = await pages.send(`/notifications/templates/${id}`, {
    ...form,
    "language.2": "x",
    variables: "9=1",
  });
  const refused = await bad.text();
  expect([bad.status, refused.includes('id="variables-error"')]).toEqual([422, true]);
  const { messages } = await pages.cloud.read<{ messages: Record<string, object> }>(
    `/notifications/templates/${id}`,
  );
  const json = {
    ...{ name: "Opening", language: "en", variables: [{ name: "amount", default: "1" }, { name: "shop" }] },
    messages: { ...messages, en: { ...messages.en, priority: "critical" }, fr: { title: "Fermé" } },
  };
  const put = await pages.cloud.api(`/notifications/templates/${id}`, pages.cloud.owner, {
    method: "PUT",
    json,
  });
  expect(put.status).toBe(200);
  await pages.send(`/notifications/templates/${id}`, {
    ...form,
    ...{ "title.1": "{{shop}} is shut", "language.3": "fr", "title.3": "Fermé", "body.3": "", "link.3": "" },
  });
  expect(await pages.cloud.read(`/notifications/templates/${id}`)).toMatchObject({
    messages: { en: { title: "{{shop}} is shut", priority: "critical" }, fr: { title: "Fermé" } },
  });
  const path = await sent({ ...COMPOSED, template: id, variables: "shop=York" });
  expect(await text(path)).toContain("Opening");
  expect(await text("/notifications", viewer)).toContain("York is shut");
  const removed = await pages.send(`/notifications/templates/${id}/remove`, {});
  expect(await pages.follow(removed)).toContain("Opening was deleted.");
});

test("a device shows what it was told, and leads to the composer", async () => {
  const device = estate.devices.till!;
  expect(await text(`/devices/${device}/notifications`)).toContain("Nothing was sent to this device yet");
  expect(await text(`/notifications/new?devices=${device}`)).toContain(`value="${device}" checked`);
  const path = await sent({ ...COMPOSED, "targets.everyone": "", "targets.devices": device });
  expect(await text(`/devices/${device}/notifications`)).toContain(`href="${path}"`);
  expect(await text(`/notifications/history?device=${device}`)).toContain("Device: Till 1");
});

test("a list of devices leads to the composer with the rows that are ticked, or with its filters", async () => {
  const device = estate.devices.till!;
  const form = { id: device, filter: "/devices?q=till" };
  const ticked = await pages.send("/notifications/new/targets", { ...form, scope: "picked" });
  const html = await ticked.text();
  expect([ticked.status, html.includes(`value="${device}" checked`), html.includes("Till 1")]).toEqual([
    ...[200, true, true],
  ]);
  const all = await (await pages.send("/notifications/new/targets", { ...form, scope: "all" })).text();
  expect(all).toContain('value="/devices?q=till"');
  expect(all).toContain("1 device");
  const list = await text("/devices");
  expect(list).toContain('formaction="/notifications/new/targets"');
  expect(await text("/devices", viewer)).not.toContain("/notifications/new/targets");
  expect(await text(`/sites/${estate.site}`)).toContain(`href="/notifications/new?site=${estate.site}"`);
  expect((await pages.send("/notifications/new/targets", form, viewer)).status).toBe(403);
  // What names no list means no device, least of all every one.
  const bad = await pages.send("/notifications/new", { ...COMPOSED, "targets.filter": "kiosks" });
  expect([bad.status, (await bad.text()).includes('id="targets.filter-error"')]).toEqual([422, true]);
});

test("whom a notification was for is told by name, of roles that people made too", async () => {
  const { cloud } = pages;
  const json = { name: "Night shift", description: "", permissions: ["notification:read"] };
  const role = (await (await cloud.api("/organization/roles", cloud.owner, { json })).json()) as {
    id: string;
  };
  const path = await sent({
    ...{ ...COMPOSED, name: "By name", "targets.everyone": `role:operator,role:${role.id}` },
    ...{ "targets.sites": estate.site, "targets.people": cloud.owner.scope.userId },
  });
  const { targetNames } = await cloud.read<Notification>(path);
  expect(targetNames).toMatchObject({ [role.id]: "Night shift", [estate.site]: "Cardiff Bay" });
  for (const page of [path, "/notifications/history?q=by+name"]) {
    const html = await text(page);
    expect(html).toContain("members with the role Operator, Night shift");
    expect(html).toContain("all devices of Cardiff Bay");
    expect(html).not.toContain(`${role.id},`);
  }
});

test("the history of a span of days says so, and is left by a link", async () => {
  const today = await text("/notifications/history?range=today");
  expect(today).toContain("Remove the filter Today");
  expect(today).toContain("Closed today");
  const before = await text("/notifications/history?range=days&from=2001-01-01&to=2001-01-02");
  expect(before).toContain("No notification matches");
  expect(before).toContain("1 Jan to 2 Jan");
  expect(before).toContain('value="2001-01-02"');
  expect((await pages.open("/notifications/history?from=then")).status).toBe(400);
});

test("one's quiet hours, language and topics are kept", async () => {
  const path = "/settings/notifications";
  const form = { from: "22:00", to: "06:00", timeZone: "Europe/Berlin", language: "de", email: "false" };
  const bad = await pages.send(path, { ...form, to: "22:00", timeZone: "Nowhere" }, viewer);
  const refused = await bad.text();
  expect([bad.status, refused.includes('id="timeZone-error"')]).toEqual([422, true]);
  expect(await pages.follow(await pages.send(path, form, viewer), viewer)).toContain("Saved.");
  expect(await pages.cloud.read("/notifications/settings", viewer)).toEqual({
    ...{ language: "de", email: false },
    quietHours: { from: "22:00", to: "06:00", timeZone: "Europe/Berlin" },
  });
  await pages.send(path, { ...form, from: "", to: "" }, viewer);
  expect(await pages.cloud.read("/notifications/settings", viewer)).toMatchObject({ quietHours: null });
  const topics = `${path}/topics`;
  expect((await pages.send(topics, { topic: "Cold Rooms", subscribe: "true" }, viewer)).status).toBe(400);
  await pages.send(topics, { topic: "cold-rooms", subscribe: "true" }, viewer);
  expect(await text(path, viewer)).toContain("Unsubscribe");
  await pages.send(topics, { topic: "cold-rooms", subscribe: "false" }, viewer);
  expect(await text(path, viewer)).not.toContain("Unsubscribe");
});

test("who sends is told whether it goes now, or waits for its time", async () => {
  const told = async (timing: Record<string, string>) => {
    const made = await pages.send("/notifications/new", { ...COMPOSED, ...timing });
    await idle();
    return /"kind":"([^"]+)"/.exec(decodeURIComponent(made.headers.getSetCookie().join("\n")))?.[1];
  };
  expect(await told({})).toBe("notification.made");
  const often = { "timing.kind": "cron", "repeat.kind": "weekdays", "repeat.time": "09:00" };
  expect(await told({ ...often, "timing.timeZone": "UTC" })).toBe("notification.scheduled");
});
