import {
  deadLettersPage,
  deliveryPage,
  inboxPage,
  type LocalView,
  notificationListPage,
  notificationPage,
} from "../ui.ts";
import { composerViews } from "./composer-views.ts";
import type { Estate } from "./fixtures.ts";
import {
  makeCounts,
  makeDelivery,
  makeDeliveryDetail,
  makeInboxItem,
  makeNotification,
  REFUSED,
} from "./sent-fixture.ts";

/** What made-up notifications say. */
export const SENT_DATA = {
  titles: ["Cold room 2 is open", "Since 5 min", "Closed today", "We open again tomorrow at nine.", "Look"],
  names: [
    "Opening hours",
    "opening",
    "Night report",
    "Till 3",
    "Ann",
    "key-1",
    REFUSED,
    "503",
    "the line is busy",
  ],
  times: ["08:00–20:00", "30 4 * * *", "30 4 * * * (Europe/London)"],
};

const page = <Item>(items: Item[], nextCursor: string | null = null) => ({
  ...{ items, nextCursor, total: items.length },
});
const query = { limit: 50 };

/** The pages of the inbox, and of what was sent. */
export function sentViews(estate: Estate): Record<string, LocalView> {
  const unread = makeInboxItem(1, {
    ...{ readAt: null, priority: "critical", link: "https://homepot.example/door" },
    actions: [
      { id: "look", title: "Look", link: "/devices" },
      { id: "later", title: "Later" },
    ],
  });
  const inbox = (items: ReturnType<typeof makeInboxItem>[]) => ({ items: page(items), query, after: 0 });
  const nightly = makeNotification({
    ...{ name: "Night report", status: "scheduled", run: null, counts: makeCounts({}), template: null },
    ...{ channelCounts: [], reasons: [], nextRunAt: "2026-11-24T04:30:00.000Z", inbox: false },
    timing: { kind: "cron", cron: "30 4 * * *", timeZone: "Europe/London" },
    targets: { everyone: true, people: ["u1"], topics: ["opening"], devices: ["d1"], filter: {} },
    ...{ channels: ["web-push", "email"], siteHours: null, createdBy: null, dedupeKey: "key-1" },
  });
  const sending = makeNotification({
    ...{ status: "sending", fallback: { order: ["web-push", "email"], afterSeconds: 300 } },
    timing: { kind: "at", at: "2026-11-23T13:40:00.000Z" },
    targets: { endpoints: ["e1"], addresses: [{ platform: "mqtt", topic: "signs" }] },
  });
  const list = (notifications: ReturnType<typeof makeNotification>[]) => ({
    ...{ notifications: page(notifications, "next"), query, after: 0, deviceName: null },
  });
  const waits = makeDelivery(3, {
    ...{ state: "queued", attempts: 2, reason: "the line is busy", dueAt: "2026-11-23T14:10:00.000Z" },
    ...{ sentAt: null, deliveredAt: null, openedAt: null },
  });
  const failed = makeDelivery(2, { state: "failed", channel: "apns", reason: REFUSED, openedAt: null });
  return {
    ...composerViews(estate),
    inbox: inboxPage({ ...inbox([unread, makeInboxItem(2), makeInboxItem(3, { link: null })]), unread: 1 }),
    "inbox, nothing": inboxPage({ ...inbox([]), unread: 0 }),
    "inbox, no match": inboxPage({
      ...{ ...inbox([]), unread: 120 },
      query: { ...query, q: "zzz", read: "false", priority: "high", category: "opening" },
    }),
    notifications: notificationListPage(list([makeNotification(), nightly, sending])),
    "notifications, none": notificationListPage({ ...list([]), notifications: page([]) }),
    "notifications, filtered": notificationListPage({
      ...list([]),
      query: { ...query, q: "zzz", status: "done", channel: "apns", failed: "true", device: "d1" },
      deviceName: "Till 3",
    }),
    notification: notificationPage({
      ...{ notification: makeNotification(), query, after: 0 },
      deliveries: page([makeDelivery(1), failed, waits], "next"),
    }),
    "notification, scheduled": notificationPage({
      ...{ notification: nightly, deliveries: page([]), query, after: 0 },
    }),
    "notification, under way": notificationPage({
      ...{ notification: sending, deliveries: page([waits]), query, after: 0 },
    }),
    "notification, cancelled": notificationPage({
      notification: makeNotification({ status: "cancelled" }),
      ...{ deliveries: page([]), query: { ...query, state: "failed" }, after: 0 },
    }),
    delivery: deliveryPage({ delivery: makeDeliveryDetail() }),
    "delivery, under way": deliveryPage({
      delivery: makeDeliveryDetail({
        ...waits,
        recipient: { kind: "address", id: null, name: "Till 3", provenance: "real" },
      }),
    }),
    "dead letters": deadLettersPage({ deliveries: page([failed], "next"), query, after: 0 }),
    "dead letters, none": deadLettersPage({ deliveries: page([]), query, after: 0 }),
  };
}
