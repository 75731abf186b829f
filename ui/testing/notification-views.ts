import type { Endpoint } from "../../protocol/notifications/endpoint.ts";
import type { PlatformStatus } from "../../protocol/notifications/push.ts";
import { endpointsPage, type KeyedPlatform, type LocalView, platformPage, platformsPage } from "../ui.ts";

import type { Estate } from "./fixtures.ts";
import { sentViews } from "./sent-views.ts";

const AT = "2026-11-20T09:00:00.000Z";
const ENDED = "the browser's subscription has ended (410)";

/** What made-up pages about notifications show besides the made-up estate. */
const BROKER = "mqtts://broker.example:8883";
export const NOTIFICATION_DATA = {
  names: [
    BROKER,
    ...["Chrome on Linux", "Till 3", "fcm.googleapis.com …x1Zb9Q2", "…0a1b2c3d", "ABC123DEFG", "app.homepot"],
    ...["DEF123GHIJ", "production", "BNcRd…key", "cold-rooms", "opening"],
  ],
  reasons: [ENDED, "BadDeviceToken", "the test was not taken: BadDeviceToken"],
};

const endpoint = (id: string, more: Partial<Endpoint>): Endpoint => ({
  ...{ id, platform: "web-push", user: "u1", device: null, label: "Chrome on Linux" },
  ...{ hint: "fcm.googleapis.com …x1Zb9Q2", createdAt: AT, lastSentAt: AT },
  ...{ disabledAt: null, disabledReason: null, ...more },
});
const ENDPOINTS = [
  endpoint("e1", {}),
  endpoint("e2", { platform: "apns", label: "", hint: "…0a1b2c3d", lastSentAt: null }),
  endpoint("e3", { label: "Till 3", disabledAt: AT, disabledReason: ENDED }),
];

const platform = (name: PlatformStatus["platform"], source: PlatformStatus["source"]): PlatformStatus => ({
  ...{ platform: name, source, updatedAt: source === "organization" ? AT : null },
  about:
    source === "organization"
      ? { topic: "app.homepot", teamId: "DEF123GHIJ", keyId: "ABC123DEFG", environment: "production" }
      : {},
  limits: { payloadBytes: 4_096, timeToLiveSeconds: 86_400 },
  trouble: null,
  broker: null,
  endpoints: { total: 12, disabled: source === null ? 0 : 2 },
});
const PLATFORMS = [
  platform("fcm", "service"),
  platform("apns", "organization"),
  platform("web-push", "built-in"),
  platform("wns", null),
  platform("mqtt", "built-in"),
];
const brokerAt = (qos: "1" | "2", broker: PlatformStatus["broker"]): PlatformStatus => ({
  ...platform("mqtt", "organization"),
  ...{ about: { broker: BROKER, version: "5", qos }, broker },
});
const VAPID = {
  ...{ publicKey: "BNcRd…key", createdAt: AT, subscribers: 7 },
  older: [
    { createdAt: AT, subscribers: 2 },
    { createdAt: AT, subscribers: 0 },
  ],
};
const fine = { values: {}, detail: null, errors: [], problem: null };

/** The pages about notifications. */
export function notificationViews(estate: Estate): Record<string, LocalView> {
  const settings = {
    values: { from: "22:00", to: "06:00", timeZone: "Europe/London", language: "de", email: "true" },
    topics: [
      { topic: "cold-rooms", people: 3, subscribed: true },
      { topic: "opening", people: 1, subscribed: false },
    ],
    ...{ errors: [], problem: null },
  };
  const own = {
    endpoints: ENDPOINTS,
    organizationId: "o1",
    userAgent: "X11; Linux Chrome/1",
    failed: null,
    settings,
  };
  const keyed = (name: KeyedPlatform) => ({
    ...{ platform: name, status: PLATFORMS.find((one) => one.platform === name)!, ...fine },
  });
  return {
    ...sentViews(estate),
    endpoints: endpointsPage(own),
    "endpoints, none": endpointsPage({
      ...own,
      endpoints: [],
      settings: {
        ...settings,
        topics: [],
        errors: [{ path: "from", message: "must begin and end at different times" }],
      },
    }),
    "endpoints, test refused": endpointsPage({ ...own, failed: { reason: "BadDeviceToken", gone: false } }),
    "endpoints, test gone": endpointsPage({ ...own, failed: { reason: ENDED, gone: true } }),
    platforms: platformsPage({ platforms: PLATFORMS, vapid: VAPID }),
    "platforms, nobody subscribed": platformsPage({
      platforms: PLATFORMS,
      vapid: { ...VAPID, subscribers: 0, older: [] },
    }),
    "platform fcm": platformPage(keyed("fcm")),
    "platform apns": platformPage(keyed("apns")),
    "platform wns": platformPage({
      ...keyed("wns"),
      errors: [{ path: "tenantId", message: "must be the directory (tenant) id, a UUID" }],
    }),
    "platform mqtt, once": platformPage({
      ...keyed("mqtt"),
      status: brokerAt("2", { qos: 2, repeated: 3, repeatedAt: AT }),
    }),
    "platform mqtt, takes QoS 1 only": platformPage({
      ...keyed("mqtt"),
      status: brokerAt("2", { qos: 1, repeated: 0, repeatedAt: null }),
    }),
    "platform mqtt, refused": platformPage({
      ...keyed("mqtt"),
      detail: "the test was not taken: BadDeviceToken",
      problem: { title: "x", text: "y", code: "push.credentials-invalid" },
    }),
  };
}
