import { expect, test } from "bun:test";
import { takePush } from "./push.ts";
import type { WorkerScope } from "./scope.ts";

/** A service worker without a browser: what it showed, opened and said. */
function startWorker() {
  const listeners = new Map<string, (event: object) => void>();
  const shown: { title: string; options: Record<string, unknown> }[] = [];
  const opened: string[] = [];
  const said: { path: string; body: object; credentials?: string | undefined }[] = [];
  const badges: (number | "none")[] = [];
  const pages: string[] = [];
  const kept = new Map<string, string>();
  let away = false;
  let subscribedWith = "";
  const scope = {
    location: { origin: "https://homepot.test" },
    navigator: {
      setAppBadge: async (count: number) => void badges.push(count),
      clearAppBadge: async () => void badges.push("none"),
    },
    registration: {
      showNotification: async (title: string, options: Record<string, unknown>) =>
        void shown.push({ title, options }),
      pushManager: {
        subscribe: async ({ applicationServerKey }: { applicationServerKey: string }) => {
          subscribedWith = applicationServerKey;
          return subscription("https://push.test/new");
        },
      },
    },
    clients: {
      matchAll: async () =>
        pages.map((url) => ({ url, focus: async () => void opened.push(`focus ${url}`) })),
      openWindow: async (url: string) => void opened.push(url),
    },
    caches: {
      has: async () => kept.size > 0,
      delete: async () => kept.clear(),
      open: async () => ({
        keys: async () => [...kept.keys()].map((url) => ({ url: `https://homepot.test${url}` })),
        put: async (key: string, answer: Response) => void kept.set(key, await answer.text()),
        match: async ({ url }: { url: string }) =>
          new Response(kept.get(url.replace("https://homepot.test", ""))),
        delete: async ({ url }: { url: string }) => kept.delete(url.replace("https://homepot.test", "")),
      }),
    },
    fetch: async (path: string, init: RequestInit = {}) => {
      if (away) throw new TypeError("away");
      if (path.endsWith("vapid-public-key")) return Response.json({ publicKey: "present-key" });
      said.push({ path, body: JSON.parse(String(init.body)), credentials: init.credentials });
      return new Response(null, { status: 204 });
    },
    addEventListener: (type: string, listener: (event: object) => void) => listeners.set(type, listener),
  };
  takePush(scope as unknown as WorkerScope);
  return {
    ...{ shown, opened, said, badges, pages, kept },
    subscribedWith: () => subscribedWith,
    goAway: (isAway: boolean) => {
      away = isAway;
    },
    async hear(type: string, event: object): Promise<void> {
      const work: Promise<unknown>[] = [];
      listeners.get(type)?.({ ...event, waitUntil: (one: Promise<unknown>) => work.push(one) });
      await Promise.all(work);
    },
  };
}

const subscription = (endpoint: string) => ({
  endpoint,
  options: { applicationServerKey: Uint8Array.of(251, 255, 1).buffer },
  toJSON: () => ({ endpoint, expirationTime: null, keys: { p256dh: "p", auth: "a" } }),
});
const pushed = (message: object) => ({ data: { text: () => JSON.stringify(message) } });
const WHOLE = {
  ...{
    id: "n1",
    title: "Door open",
    body: "Since 5 min",
    link: "/devices/d1",
    image: "https://e.test/a.png",
  },
  ...{ category: "doors", badge: 3, tag: "door-1", data: { door: "back" }, requireInteraction: true },
  actions: [
    { id: "look", title: "Look" },
    { id: "site", title: "Site", link: "/sites/s1" },
  ],
  receipt: "token-1",
};

test("a message is shown with all that it has, and told to have been delivered", async () => {
  const worker = startWorker();
  await worker.hear("push", pushed(WHOLE));
  expect(worker.shown).toEqual([
    {
      title: "Door open",
      options: {
        ...{ body: "Since 5 min", icon: "/assets/icon-192.png", badge: "/assets/icon-192.png" },
        ...{ image: "https://e.test/a.png", tag: "door-1", renotify: true, requireInteraction: true },
        actions: [
          { action: "look", title: "Look" },
          { action: "site", title: "Site" },
        ],
        data: {
          ...{ receipt: "token-1", category: "doors", data: { door: "back" } },
          links: { look: "/devices/d1", site: "/sites/s1", "": "/devices/d1" },
        },
      },
    },
  ]);
  expect(worker.said).toEqual([
    {
      path: "/api/v1/receipts",
      body: { token: "token-1", action: "delivered" },
      credentials: "omit",
    },
  ]);
  expect(worker.badges).toEqual([3]);
});

test("a silent one makes no sound even in the place of another, and a badge of none is taken away", async () => {
  const worker = startWorker();
  await worker.hear("push", pushed({ id: "n", title: "T", tag: "t", silent: true, badge: 0 }));
  expect(worker.shown[0]!.options).toMatchObject({ silent: true, renotify: false });
  expect([worker.badges, worker.said]).toEqual([["none"], []]);
});

test.each(["", "no json", "null", '{"title":3}'])(
  "what is no message (%p) is shown all the same",
  async (text) => {
    const worker = startWorker();
    await worker.hear("push", { data: text === "" ? null : { text: () => text } });
    expect(worker.shown).toMatchObject([
      { title: "HOMEPOT", options: { data: { links: { "": "/notifications" } } } },
    ]);
  },
);

/** What a browser says of a notification that somebody touches. */
async function touched(worker: ReturnType<typeof startWorker>, action: string) {
  await worker.hear("push", pushed(WHOLE));
  let closed = false;
  const notification = { data: worker.shown[0]!.options.data, close: () => (closed = true) };
  await worker.hear("notificationclick", { notification, action });
  expect(closed).toBe(true);
}

test.each([
  ["", "https://homepot.test/devices/d1"],
  ["look", "https://homepot.test/devices/d1"],
  ["site", "https://homepot.test/sites/s1"],
  ["unknown", "https://homepot.test/devices/d1"],
])("a tap on %p opens what it leads to", async (action, href) => {
  const worker = startWorker();
  worker.pages.push("https://homepot.test/jobs/new");
  await touched(worker, action);
  expect([worker.opened, worker.said.at(-1)?.body]).toEqual([[href], { token: "token-1", action: "opened" }]);
});

test("a page that is there already comes to the front, and no other is led away from what it shows", async () => {
  const worker = startWorker();
  worker.pages.push("https://homepot.test/sites/s1");
  await touched(worker, "site");
  expect(worker.opened).toEqual(["focus https://homepot.test/sites/s1"]);
});

test("what was put away while the cloud was away is told with the next word that arrives", async () => {
  const worker = startWorker();
  await worker.hear("push", pushed(WHOLE));
  worker.goAway(true);
  const notification = { data: worker.shown[0]!.options.data };
  await worker.hear("notificationclose", { notification });
  expect([worker.said.length, worker.kept.size]).toEqual([1, 1]);
  worker.goAway(false);
  await worker.hear("push", pushed({ ...WHOLE, receipt: "token-2" }));
  expect(worker.said.slice(1).map(({ body }) => body)).toEqual([
    { token: "token-2", action: "delivered" },
    { token: "token-1", action: "dismissed" },
  ]);
  expect(worker.kept.size).toBe(0);
});

test("a browser whose push service gives it another address goes on under the old one's name", async () => {
  const worker = startWorker();
  await worker.hear("pushsubscriptionchange", { oldSubscription: subscription("https://push.test/old") });
  expect(worker.subscribedWith()).toBe("present-key");
  expect(worker.said.at(-1)).toMatchObject({
    path: "/api/v1/push/subscribe",
    body: {
      address: { platform: "web-push", endpoint: "https://push.test/new", keys: { p256dh: "p", auth: "a" } },
      ...{ vapidPublicKey: "-_8B", replaces: "https://push.test/old" },
    },
  });
  await worker.hear("pushsubscriptionchange", { newSubscription: subscription("https://push.test/given") });
  expect(worker.said.at(-1)?.body).toEqual({
    address: {
      ...{ platform: "web-push", endpoint: "https://push.test/given", expirationTime: null },
      keys: { p256dh: "p", auth: "a" },
    },
    vapidPublicKey: "-_8B",
  });
});
