import { CHANNELS } from "../../protocol/notifications/channel.ts";
import type { Preview } from "../../protocol/notifications/notification.ts";
import { COUNTED_EVENTS, type Stats } from "../../protocol/notifications/statistics.ts";
import type { Template } from "../../protocol/notifications/template.ts";
import {
  composerPage,
  deviceNotificationsPage,
  type LocalView,
  overviewPage,
  statisticsPage,
  templateListPage,
  templatePage,
} from "../ui.ts";
import type { Estate } from "./fixtures.ts";
import { makeFound } from "./found-fixture.ts";
import { makeInboxItem, makeMessage, makeNotification, REFUSED } from "./sent-fixture.ts";

const AT = "2026-11-23T13:40:00.000Z";
const NOTE = "browsers play their own sound";

/** What made-up notifications say while they are written, and after they were counted. */
export const COMPOSER_DATA = {
  names: ["Opening hours", "When a store is closed", "amount", "amount, shop", "en, de", "Ann", "Look"],
  texts: ["Closed today", "We open again tomorrow at nine.", NOTE, "must not be empty"],
  addresses: ["https://homepot.example/door.png", "/sites"],
  days: [16, 17, 18, 19, 20, 21, 22, 23].map((day) => `${day} Nov`),
  title: "Opening hours · HOMEPOT",
  apps: ["Chrome on Linux", "fcm.googleapis.com …x1Zb9Q2", REFUSED],
};

const MESSAGE = makeMessage({
  ...{ title: "Closed today", body: "We open again tomorrow at nine.", link: "/sites", sound: "ding" },
  image: "https://homepot.example/door.png",
  actions: [
    { id: "look", title: "Look" },
    { id: "other", title: "Ann" },
  ],
});

const PREVIEW: Preview = {
  recipients: { devices: 12, people: 3, endpoints: 2, addresses: 1 },
  reach: {
    ...{ reached: 16, later: 1 },
    channels: [
      { channel: "mqtt", recipients: 12, later: 0 },
      { channel: "web-push", recipients: 4, later: 1 },
    ],
    leftOut: [
      {
        ...{ reason: "no-endpoint", recipients: 2 },
        first: [{ kind: "person", id: "u1", name: "Ann", provenance: "real", channels: [] }],
      },
    ],
  },
  channels: CHANNELS.map((channel) => ({
    ...{ channel, message: MESSAGE, bytes: 412, limit: channel === "email" ? null : 4_096 },
    ...{ payload: channel === "email" ? null : '{"title":"Closed today"}', fits: channel !== "wns" },
    notes:
      channel === "web-push"
        ? [
            { field: "sound", loss: "left-out", note: NOTE },
            { field: "actions", loss: "changed", note: NOTE },
          ]
        : [],
  })),
  runs: [{ at: AT, local: "2026-11-23 13:40" }],
};

const TEMPLATE: Template = {
  ...{ id: "t1", name: "Opening hours", description: "When a store is closed", language: "en" },
  messages: { en: MESSAGE, de: MESSAGE },
  variables: [{ name: "amount", default: "0" }, { name: "shop" }],
  ...{ createdAt: AT, updatedAt: AT },
};

const counts = (sent: number, failed: number) => ({
  ...(Object.fromEntries(COUNTED_EVENTS.map((event) => [event, 0])) as Stats["totals"]),
  ...{ queued: sent + failed, sent, delivered: Math.round(sent * 0.8), opened: Math.round(sent / 3), failed },
});
const STATS: Stats = {
  ...{
    from: "2026-11-16T14:00:00.000Z",
    to: "2026-11-23T14:00:00.000Z",
    totals: counts(640, 21),
    leftOut: 0,
  },
  days: [17, 18, 20, 21, 22, 23].flatMap((day, index) => [
    { day: `2026-11-${day}`, channel: "web-push" as const, ...counts(40 + index * 13, index) },
    { day: `2026-11-${day}`, channel: "apns" as const, ...counts(20, 2) },
  ]),
  reasons: [{ channel: "apns", event: "failed", reason: REFUSED, deliveries: 21 }],
};

/** The pages in which notifications are written and counted, and where else they are seen. */
export function composerViews(estate: Estate): Record<string, LocalView> {
  const { sites, roles, overview } = estate;
  const form = {
    ...{
      sites,
      finds: { sites: makeFound(sites), tags: makeFound([]), devices: makeFound(estate.devices) },
      roles,
      people: [{ id: "u1", name: "Ann" }],
      zone: "Europe/London",
      errors: [],
      problem: null,
    },
    templates: [TEMPLATE],
    values: {
      "targets.devices": "1,2",
      "timing.kind": "cron",
      "repeat.kind": "weekdays",
      "repeat.time": "09:00",
    },
  };
  const list = (items: Template[]) => ({ items, nextCursor: null, total: items.length });
  const device = estate.devices[0]!;
  const endpoint = {
    ...{ id: "e1", platform: "web-push" as const, user: null, device: device.id, label: "Chrome on Linux" },
    ...{ hint: "fcm.googleapis.com …x1Zb9Q2", createdAt: AT, lastSentAt: AT },
  };
  const told = [
    makeInboxItem(1, { readAt: null, priority: "critical" }),
    makeInboxItem(2, { title: "Closed today", link: null }),
  ];
  const seen = {
    ...{
      overview,
      sites,
      attention: [],
      attentionTotal: 0,
      tour: null,
      activity: estate.activity,
      wall: false,
    },
  };
  return {
    composer: composerPage({ ...form, preview: PREVIEW, written: true }),
    "composer, empty": composerPage({ ...form, templates: [], people: [], preview: null, written: false }),
    "composer, for nobody": composerPage({
      ...form,
      preview: {
        ...PREVIEW,
        recipients: { devices: 0, people: 0, endpoints: 0, addresses: 0 },
        reach: { reached: 0, later: 0, channels: [], leftOut: [] },
      },
      ...{ written: false, errors: [{ path: "message.title", message: "must not be empty" }] },
    }),
    statistics: statisticsPage({ stats: { ...STATS, leftOut: 12 }, range: "7", withSimulated: false }),
    "statistics with simulated devices": statisticsPage({ stats: STATS, range: "7", withSimulated: true }),
    "statistics, nothing": statisticsPage({
      ...{ stats: { ...STATS, days: [], reasons: [] }, range: "30", withSimulated: false },
    }),
    templates: templateListPage({ templates: list([TEMPLATE]), query: { limit: 50 }, after: 0 }),
    "templates, none": templateListPage({ templates: list([]), query: { limit: 50 }, after: 0 }),
    "templates, no match": templateListPage({
      templates: list([]),
      query: { limit: 50, q: "zzz" },
      after: 0,
    }),
    template: templatePage({
      ...{ template: TEMPLATE, errors: [], problem: null },
      preview: { of: { ...PREVIEW, reach: null }, languages: ["en", "de"] },
      values: {
        shown: "en",
        name: "Opening hours",
        "language.1": "en",
        "title.1": "Closed today",
        variables: "amount=0",
      },
    }),
    "template, refused": templatePage({
      ...{ template: null, values: {}, preview: null, problem: null },
      errors: [{ path: "title.1", message: "must not be empty" }],
    }),
    "notifications of a device": deviceNotificationsPage({
      device,
      notifications: { items: [makeNotification()], nextCursor: "next", total: 3 },
      endpoints: [
        { ...endpoint, disabledAt: null, disabledReason: null },
        { ...endpoint, id: "e2", label: "", disabledAt: AT, disabledReason: REFUSED },
      ],
    }),
    "notifications of a device, none": deviceNotificationsPage({
      ...{ device, notifications: { items: [], nextCursor: null, total: 0 }, endpoints: [] },
    }),
    "overview, told": overviewPage({ ...seen, told }),
    "overview, told nothing": overviewPage({ ...seen, told: [] }),
  };
}
