import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { launchChromium, logIn, openPage } from "./browser.ts";
import { type PushService, startPushService } from "./push-service.ts";
import { Cloud, until } from "./stack.ts";

/**
 * Messages into a real browser, while no page need be open: Chromium subscribes by the page of one's own browsers at a push
 * service that is replaced at its address only, and decrypts, shows and answers what the cloud sends it.
 */
let directory: string;
let service: PushService;
let cloud: Cloud;
let context: BrowserContext;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "homepot-push-"));
  service = await startPushService(directory);
  cloud = await Cloud.start([
    ...["--outbound-allowed", service.origin, "--outbound-authority", service.certificateFile],
  ]);
  // A private window has no push: this one has a profile of its own.
  context = await chromium.launchPersistentContext(join(directory, "profile"), {
    executablePath: "/usr/bin/chromium",
    // It keeps Chromium from its push service.
    ignoreDefaultArgs: ["--disable-background-networking"],
    args: [
      ...["--no-sandbox", "--disable-gpu", "--no-first-run", ...service.switches],
      "--host-resolver-rules=MAP homepot.test 127.0.0.1",
    ],
    ...{ locale: "en-GB", reducedMotion: "reduce" },
  });
  await context.grantPermissions(["notifications"], { origin: cloud.url });
  // The browser names an address of Google's, whatever it registered at.
  await context.addInitScript((origin) => {
    const send = window.fetch;
    const replaced = (input: RequestInfo | URL, init?: RequestInit) => {
      if (input !== "/api/v1/push/subscribe") return send(input, init);
      const body = String(init?.body).replace(/https:\/\/[^/"]+\/fcm\/send\//, `${origin}/fcm/send/`);
      return send(input, { ...init, body });
    };
    Object.assign(window, { fetch: replaced });
  }, service.origin);
  page = context.pages()[0] ?? (await context.newPage());
  page.on("pageerror", (error) => complaints.push(error.message));
  await logIn(page, cloud);
}, 60_000);

afterAll(async () => {
  await context?.close();
  await cloud?.[Symbol.asyncDispose]();
  await service?.[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

interface Shown {
  title: string;
  body: string;
  tag: string;
  requireInteraction: boolean;
  actions: { action: string; title: string }[];
}
/** The service worker writes down what it has shown from now on, where `shown` reads it. */
const writeDownShown = (): Promise<void> =>
  context.serviceWorkers()[0]!.evaluate(() => {
    const { registration } = self as unknown as { registration: ServiceWorkerRegistration };
    const titles: string[] = [];
    const show = registration.showNotification.bind(registration);
    const written = async (title: string, options?: NotificationOptions) => {
      await show(title, options);
      titles.push(title);
    };
    Object.defineProperty(registration, "showNotification", { value: written });
    Object.assign(self, { shownTitles: titles });
  });

/**
 * What the browser shows by this title, as soon as it does. It is asked only after the service worker has shown it: who asks
 * while Chromium puts one up makes it forget that one, as it is written down and not yet seen among those that are up.
 */
const shown = async (title: string): Promise<Shown> => {
  await until(`the service worker to show "${title}"`, () =>
    context
      .serviceWorkers()[0]!
      .evaluate((wanted) => (Reflect.get(self, "shownTitles") as string[]).includes(wanted), title),
  );
  return until(`the notification "${title}"`, async () => {
    const all = await page.evaluate(async () => {
      const ready = await navigator.serviceWorker.ready;
      return (await ready.getNotifications()).map((one) => ({
        ...{ title: one.title, body: one.body, tag: one.tag, requireInteraction: one.requireInteraction },
        actions: [...(Reflect.get(one, "actions") as Shown["actions"])].map(({ action, title: label }) => ({
          ...{ action, title: label },
        })),
      }));
    });
    return all.find((one) => one.title === title);
  });
};

test("a browser is subscribed on the page of one's own, tested, and gets what is sent to it", async () => {
  await page.goto(`${cloud.url}/settings/notifications`);
  await page.getByText("It does not show notifications of HOMEPOT yet.").waitFor();
  await page.getByRole("button", { name: "Notify me in this browser" }).click();
  await page.getByRole("status").getByText("Notifications come to this browser, also while").waitFor();
  const row = page.locator("tr[data-endpoint]", { hasText: "This one" });
  await row.locator("td.lead", { hasText: "Chrome on Linux" }).waitFor();
  const { violations } = await new AxeBuilder({ page: page as never }).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  await writeDownShown();

  await row.getByRole("button", { name: "Test" }).click();
  await page.getByText("The test is on its way.").waitFor();
  expect(await shown("HOMEPOT")).toMatchObject({ body: "This is a test. It arrived." });

  const { items } = await cloud.api<{ items: { id: string }[] }>("/push/endpoints");
  const message = {
    ...{ title: "Cold room 2 is open", body: "Since 5 min", priority: "critical", collapseKey: "door-2" },
    ...{ link: "/devices", image: "https://homepot.example/door.png" },
    actions: [
      { id: "look", title: "Look" },
      { id: "sites", title: "Sites", link: "/sites" },
    ],
  };
  const sent = await cloud.api<{ items: { result: { outcome: string } }[] }>("/push/send", {
    method: "POST",
    body: JSON.stringify({ to: [{ endpoint: items[0]!.id }], message }),
  });
  expect(sent.items).toMatchObject([{ result: { outcome: "sent" } }]);
  expect(await shown(message.title)).toEqual({
    ...{ title: message.title, body: message.body, tag: "door-2", requireInteraction: true },
    actions: [
      { action: "look", title: "Look" },
      { action: "sites", title: "Sites" },
    ],
  });
  expect([service.complaints, service.handed]).toEqual([[], 2]);
}, 60_000);

/** What a person does to a notification; a browser opens a page for a person's own touch only, so that is written down. */
const touch = (title: string, action: string | null): Promise<string[]> =>
  context.serviceWorkers()[0]!.evaluate(
    async ({ title: wanted, action: pressed }) => {
      const scope = self as unknown as {
        registration: ServiceWorkerRegistration;
        clients: object;
        NotificationEvent: new (type: string, init: object) => Event;
        dispatchEvent(event: Event): boolean;
      };
      const opened: string[] = [];
      Object.defineProperty(Object.getPrototypeOf(scope.clients), "openWindow", {
        ...{ value: async (href: string) => void opened.push(href), configurable: true },
      });
      const all = await scope.registration.getNotifications();
      const notification = all.find((one) => one.title === wanted);
      const type = pressed === null ? "notificationclose" : "notificationclick";
      const event = new scope.NotificationEvent(type, { notification, action: pressed ?? "" });
      const works: Promise<unknown>[] = [];
      Object.defineProperty(event, "waitUntil", { value: (work: Promise<unknown>) => works.push(work) });
      scope.dispatchEvent(event);
      await Promise.all(works);
      return opened;
    },
    { title, action },
  );

test("a tap leads where the message or its button says, and puts the notification away", async () => {
  expect(await touch("Cold room 2 is open", "sites")).toEqual([`${cloud.url}/sites`]);
  expect(await touch("HOMEPOT", "")).toEqual([`${cloud.url}/notifications`]);
  await until("no notification", () =>
    page.evaluate(async () => (await (await navigator.serviceWorker.ready).getNotifications()).length === 0),
  );
});

interface Told {
  state: string;
  openedAt: string | null;
  dismissedAt: string | null;
}
/** The delivery of a notification to this browser, once it is as wanted. */
const told = (id: string, is: (delivery: Told) => boolean): Promise<Told> =>
  until("the word of the browser at the cloud", async () => {
    const { items } = await cloud.api<{ items: Told[] }>(`/notifications/${id}/deliveries?channel=web-push`);
    return items.find(is);
  });

test("a notification is composed, counted, sent and read, and what the browser says of it is with its delivery", async () => {
  await page.goto(`${cloud.url}/notifications/new`);
  await page.getByLabel("Title", { exact: true }).fill("Closed today");
  await page.getByLabel("Leads to", { exact: true }).fill("/sites");
  await page.getByLabel("Everybody in the organisation").check();
  await page.locator("#job-preview", { hasText: "1 person" }).waitFor();
  await page.locator(".mock-web-push", { hasText: "Closed today" }).waitFor();
  const { violations } = await new AxeBuilder({ page: page as never }).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.getByText("Closed today is on its way.").waitFor();
  const id = new URL(page.url()).pathname.split("/").at(-1)!;
  // On every page the number of unread messages moves by itself.
  await page.locator(".bar-inbox", { hasText: "1" }).waitFor();
  await shown("Closed today");
  await told(id, ({ state }) => state === "delivered");
  expect(await touch("Closed today", "")).toEqual([`${cloud.url}/sites`]);
  const opened = await told(id, ({ state }) => state === "opened");
  expect([opened.openedAt !== null, opened.dismissedAt]).toEqual([true, null]);
  await page.goto(`${cloud.url}/notifications`);
  await page.getByRole("button", { name: "Closed today" }).click();
  await page.waitForURL(`${cloud.url}/sites`);
  await page.locator(".bar-inbox:not(:has(.count))").waitFor();

  const body = JSON.stringify({ targets: { everyone: true }, message: { title: "Put away" } });
  const made = await cloud.api<{ id: string }>("/notifications", { method: "POST", body });
  await shown("Put away");
  await touch("Put away", null);
  await told(made.id, ({ dismissedAt }) => dismissedAt !== null);
  await page.goto(`${cloud.url}/notifications/${made.id}`);
  await page.getByRole("heading", { level: 1, name: "Put away: 1 of 1 sent" }).waitFor();
}, 60_000);

test("a browser that is removed from the list is subscribed to nothing any more", async () => {
  await page.goto(`${cloud.url}/settings/notifications`);
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await page.getByRole("button", { name: "Remove it" }).click();
  await page.getByText("No browser or app is registered for you yet.").waitFor();
  await until("no subscription", () =>
    page.evaluate(async () => {
      const { pushManager } = await navigator.serviceWorker.ready;
      return (await pushManager.getSubscription()) === null;
    }),
  );
  await page.getByRole("button", { name: "Notify me in this browser" }).waitFor();
  expect(complaints).toEqual([]);
}, 30_000);

describe("a browser that cannot get notifications says why", () => {
  test("as it came over plain http", async () => {
    const elsewhere = cloud.url.replace("127.0.0.1", "homepot.test");
    await logIn(page, { ...cloud, url: elsewhere } as Cloud);
    await page.goto(`${elsewhere}/settings/notifications`);
    await page.getByText("this page came over plain http").waitFor();
  }, 30_000);

  test("as its person forbids it", async () => {
    const browser = await launchChromium();
    const { page: other, context: session } = await openPage(browser, { keepsShell: true });
    // What is not granted is forbidden.
    await session.grantPermissions([], { origin: cloud.url });
    await logIn(other, cloud);
    await other.goto(`${cloud.url}/settings/notifications`);
    await other.getByText("You or your browser forbade notifications").waitFor();
    expect(await other.getByRole("button", { name: "Notify me in this browser" }).isVisible()).toBe(false);
    await session.close();
    await browser.close();
  }, 30_000);
});
