import { DELIVERY_STATES } from "../../protocol/notifications/delivery.ts";
import type { Delivery, DeliveryDetail } from "../../protocol/notifications/delivery-view.ts";
import type { InboxItem } from "../../protocol/notifications/inbox.ts";
import { type Message, messageSchema } from "../../protocol/notifications/message.ts";
import type { DeliveryCounts, NotificationDetail } from "../../protocol/notifications/notification.ts";
import { check } from "../../protocol/validate.ts";

/** Made-up notifications: what was sent, what became of it, and what is in somebody's inbox. */

const AT = "2026-11-23T13:40:00.000Z";
export const REFUSED = "BadDeviceToken";

export function makeMessage(input: object): Message {
  const made = check(messageSchema, input);
  if (!made.ok) throw new Error(made.refusal.detail);
  return made.value;
}

export const makeCounts = (some: Partial<DeliveryCounts>): DeliveryCounts => ({
  ...(Object.fromEntries(DELIVERY_STATES.map((state) => [state, 0])) as DeliveryCounts),
  ...some,
});

export function makeNotification(more: Partial<NotificationDetail> = {}): NotificationDetail {
  const counts = makeCounts({ sent: 20, delivered: 70, opened: 28, failed: 2 });
  return {
    ...{ id: "01900000-0000-7000-8000-00000000b001", name: "Closed today", status: "done" },
    targets: { roles: ["operator", "night"], sites: ["1", "2"], tags: ["bar"] },
    targetNames: { night: "Night shift", "1": "York", "2": "Leeds" },
    simulatedTargets: [],
    message: makeMessage({
      ...{ title: "Closed today", body: "We open again tomorrow at nine.", link: "/sites" },
      ...{ priority: "high", category: "opening" },
    }),
    ...{ template: { id: "t1", name: "Opening hours" }, variables: {}, channels: null, fallback: null },
    ...{ timing: { kind: "now" }, quietHours: "defer", siteHours: { from: "08:00", to: "20:00" } },
    ...{ inbox: true, dedupeKey: null, nextRunAt: null, counts, createdAt: AT, cancelledAt: null },
    run: { slot: AT, recipients: 120, startedAt: AT, endedAt: AT },
    createdBy: { id: "u1", name: "Ann" },
    channelCounts: [
      { channel: "web-push", counts: makeCounts({ sent: 10, delivered: 40, opened: 28 }) },
      { channel: "apns", counts: makeCounts({ failed: 2 }) },
      { channel: "email", counts: makeCounts({}) },
    ],
    reasons: [{ channel: "apns", state: "failed", reason: REFUSED, deliveries: 2 }],
    ...more,
  };
}

export function makeDelivery(number: number, more: Partial<Delivery> = {}): Delivery {
  return {
    ...{ id: `01900000-0000-7000-8000-00000000c00${number}` },
    notificationId: "01900000-0000-7000-8000-00000000b001",
    ...{ notificationName: "Closed today", slot: AT, channel: "web-push", state: "opened", reason: null },
    recipient: { kind: "person", id: "u1", name: "Ann", provenance: "real" },
    ...{ attempts: 1, dueAt: null, expiresAt: "2026-11-24T13:40:00.000Z", createdAt: AT, sentAt: AT },
    ...{ deliveredAt: AT, openedAt: AT, dismissedAt: null, ...more },
  };
}

export function makeDeliveryDetail(more: Partial<DeliveryDetail> = {}): DeliveryDetail {
  return {
    ...makeDelivery(2, { state: "failed", channel: "apns", reason: REFUSED, attempts: 2 }),
    recipient: { kind: "device", id: "d1", name: "Till 3", provenance: "simulated" },
    history: [
      { at: AT, event: "retry", state: "queued", detail: "503" },
      { at: AT, event: "fail", state: "failed", detail: REFUSED },
      { at: AT, event: "dismissed", state: "failed", detail: null },
    ],
    ...more,
  };
}

export function makeInboxItem(number: number, more: Partial<InboxItem> = {}): InboxItem {
  return {
    ...{ id: `01900000-0000-7000-8000-00000000d00${number}`, notificationId: "n1" },
    ...{ title: "Cold room 2 is open", body: "Since 5 min", link: "/devices", image: null, actions: [] },
    ...{ priority: "normal", category: null, at: AT, readAt: AT, ...more },
  };
}
