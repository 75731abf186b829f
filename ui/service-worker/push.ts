import { sayReceipt } from "./receipts.ts";
import type { SubscriptionChange, WorkerScope } from "./scope.ts";
import { leadsTo, readPushed, type ShownData, shownOf } from "./shown.ts";
import { postSubscription, presentKey, subscribeBody } from "./subscription.ts";

/**
 * What a browser does with messages while no page need be open: shows them, leads where they lead, and says at the cloud
 * what became of them.
 *
 * Promises: every message is seen, whatever is wrong with it; an open page is never led away from what somebody is doing
 * there; a browser that is given another address by its push service goes on getting messages.
 */
export function takePush(scope: WorkerScope): void {
  scope.addEventListener("push", (event) => event.waitUntil(show(scope, event.data?.text() ?? "")));
  scope.addEventListener("notificationclick", (event) => {
    event.notification.close();
    const data = event.notification.data as ShownData;
    event.waitUntil(
      Promise.all([
        open(scope, leadsTo(data, event.action, scope.location.origin)),
        sayReceipt(scope, data, "opened"),
      ]),
    );
  });
  scope.addEventListener("notificationclose", (event) =>
    event.waitUntil(sayReceipt(scope, event.notification.data as ShownData, "dismissed")),
  );
  scope.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(subscribeAgain(scope, event)));
}

async function show(scope: WorkerScope, text: string): Promise<void> {
  const pushed = readPushed(text);
  const { title, options } = shownOf(pushed);
  await scope.registration.showNotification(title, options);
  await Promise.all([mark(scope, pushed.badge), sayReceipt(scope, options.data, "delivered")]);
}

/** The number on the icon of the installed app, where there is one. */
async function mark({ navigator }: WorkerScope, badge: number | undefined): Promise<void> {
  if (badge === undefined) return;
  // A browser that has no app here says so; the notification is what counts.
  await (badge === 0 ? navigator.clearAppBadge?.() : navigator.setAppBadge?.(badge))?.catch(() => undefined);
}

/** The page that shows it already, else one of its own. */
async function open({ clients }: WorkerScope, href: string): Promise<void> {
  const pages = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = pages.find(({ url }) => url === href);
  await (there === undefined ? clients.openWindow(href) : there.focus());
}

/**
 * The push service ended the subscription or gave it another address. As long as the person is logged in the cloud hears
 * of it at once; else the page of their browsers says that this one gets nothing any more.
 */
async function subscribeAgain(scope: WorkerScope, change: SubscriptionChange): Promise<void> {
  const { oldSubscription: before, newSubscription: after } = change;
  const subscription =
    after ??
    (await scope.registration.pushManager.subscribe({
      ...{ userVisibleOnly: true, applicationServerKey: await presentKey(scope.fetch) },
    }));
  const replaces = before == null ? {} : { replaces: before.endpoint };
  await postSubscription(scope.fetch, subscribeBody(subscription, replaces));
}
