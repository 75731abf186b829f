import * as v from "valibot";
import { listQueryEntries, sortSchema, timestampSchema } from "../api/list.ts";
import { idSchema } from "../ids.ts";
import { jobTimingSchema } from "../jobs/job-timing.ts";
import { timeWindowSchema } from "../jobs/time-window.ts";
import { channelSchema } from "./channel.ts";
import { DELIVERY_STATES } from "./delivery.ts";
import { messageSchema } from "./message.ts";
import { variablesSchema } from "./placeholders.ts";
import { QUIET_POLICIES } from "./quiet-hours.ts";
import { reachSchema } from "./reach.ts";
import { notificationTargetsSchema } from "./targets.ts";

/** A notification as people make and see it: one message to many recipients, now, later or again and again. */

const DAY_SECONDS = 86_400;

/** One way after the other, until one of them is known to have reached the person. */
const fallbackSchema = v.strictObject({
  order: v.pipe(
    v.array(channelSchema, "must be a list"),
    v.minLength(2, "must be two at least"),
    v.check((order) => new Set(order).size === order.length, "must have each once"),
  ),
  /** How long a way has for a word from the receiver, before the next one is tried. One that fails is not waited for. */
  afterSeconds: v.optional(
    v.pipe(v.number("must be a number"), v.integer(), v.minValue(10), v.maxValue(DAY_SECONDS)),
    300,
  ),
});

/** The words: a message, or a template. */
const contentEntries = {
  message: v.optional(messageSchema),
  /** Id of a template; its wording counts as it is when the notification is made. */
  template: v.optional(idSchema),
  /** What places such as `{{amount}}` are filled with. */
  variables: v.optional(variablesSchema, {}),
};
/** By which way, and in which hours. */
const mannerEntries = {
  /** For people: in the place of `channels`. */
  fallback: v.optional(fallbackSchema),
  /** What it does in a person's quiet hours. A critical message does not care. */
  quietHours: v.optional(v.picklist(QUIET_POLICIES, `must be one of ${QUIET_POLICIES.join(", ")}`), "defer"),
  /** Devices get it within these hours of their site's day only. */
  siteHours: v.optional(timeWindowSchema),
};
const ONE = "must have either a message or a template";

/** `POST /api/v1/notifications`. */
export const notificationInputSchema = v.pipe(
  v.strictObject({
    /** What it is called in the history. Absent: its title. */
    name: v.optional(v.pipe(v.string("must be a text"), v.trim(), v.minLength(1), v.maxLength(100))),
    targets: notificationTargetsSchema,
    ...contentEntries,
    /** Absent: all that a recipient has, but for email. Devices themselves are at `mqtt`. */
    channels: v.optional(
      v.pipe(v.array(channelSchema, "must be a list"), v.minLength(1, "must be one at least")),
    ),
    ...mannerEntries,
    timing: v.optional(jobTimingSchema, { kind: "now" }),
    /** Whether people find it in their inbox. */
    inbox: v.optional(v.boolean("must be true or false"), true),
    /** Made again with the same key within a day, it is the first one. */
    dedupeKey: v.optional(v.pipe(v.string("must be a text"), v.minLength(1), v.maxLength(200))),
  }),
  v.check(({ message, template }) => (message === undefined) !== (template === undefined), ONE),
  v.metadata({ ref: "NotificationInput" }),
);
export type NotificationInput = v.InferOutput<typeof notificationInputSchema>;

/** `POST /api/v1/notifications/preview`: the same, with nothing sent. */
export const previewInputSchema = v.pipe(
  v.strictObject({
    targets: v.optional(notificationTargetsSchema),
    ...contentEntries,
    /** Of whose reader the preview is. */
    language: v.optional(v.pipe(v.string("must be a text"), v.maxLength(10))),
    channels: v.optional(v.array(channelSchema)),
    ...mannerEntries,
    timing: v.optional(jobTimingSchema),
  }),
  v.check(({ message, template }) => (message === undefined) !== (template === undefined), ONE),
  v.metadata({ ref: "NotificationPreviewInput" }),
);
export type PreviewInput = v.InferOutput<typeof previewInputSchema>;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** How many deliveries are in each state. */
export const deliveryCountsSchema = v.pipe(
  v.object(v.entriesFromList(DELIVERY_STATES, count)),
  v.metadata({ ref: "DeliveryCounts" }),
);
export type DeliveryCounts = v.InferOutput<typeof deliveryCountsSchema>;

/** `scheduled`: it will be sent; `sending`: it is on its way to recipients; `done`; `cancelled`. */
export const NOTIFICATION_STATUSES = ["scheduled", "sending", "done", "cancelled"] as const;
export type NotificationStatus = (typeof NOTIFICATION_STATUSES)[number];

export const notificationSchema = v.pipe(
  v.object({
    id: idSchema,
    name: v.string(),
    status: v.picklist(NOTIFICATION_STATUSES),
    /** As it was made; a push that was handed over at once has no targets. */
    targets: v.nullable(notificationTargetsSchema),
    /** What the first five roles, sites, people and devices among its targets are called now, by id; of those still there. */
    targetNames: v.record(v.string(), v.string()),
    /** Which of those are simulated devices. */
    simulatedTargets: v.array(v.string()),
    /** In the template's own language where it is from one, its places not filled. */
    message: messageSchema,
    template: v.nullable(v.object({ id: idSchema, name: v.string() })),
    variables: v.record(v.string(), v.string()),
    channels: v.nullable(v.array(channelSchema)),
    fallback: v.nullable(fallbackSchema),
    timing: jobTimingSchema,
    quietHours: v.picklist(QUIET_POLICIES),
    siteHours: v.nullable(timeWindowSchema),
    inbox: v.boolean(),
    dedupeKey: v.nullable(v.string()),
    nextRunAt: v.nullable(timestampSchema),
    /** The newest time it was sent; null before the first. `recipients` grows while they are still being looked up. */
    run: v.nullable(
      v.object({
        slot: timestampSchema,
        recipients: count,
        startedAt: timestampSchema,
        endedAt: v.nullable(timestampSchema),
      }),
    ),
    /** Of all its runs. */
    counts: deliveryCountsSchema,
    createdAt: timestampSchema,
    createdBy: v.nullable(v.object({ id: v.string(), name: v.string() })),
    cancelledAt: v.nullable(timestampSchema),
  }),
  v.metadata({ ref: "Notification" }),
);
export type Notification = v.InferOutput<typeof notificationSchema>;

/** `GET /api/v1/notifications/{id}`. */
export const notificationDetailSchema = v.pipe(
  v.object({
    ...notificationSchema.entries,
    channelCounts: v.array(v.object({ channel: channelSchema, counts: deliveryCountsSchema })),
    /** Why deliveries failed, expired or were dropped, the most frequent first, 20 at most. */
    reasons: v.array(
      v.object({
        channel: channelSchema,
        state: v.picklist(DELIVERY_STATES),
        reason: v.string(),
        deliveries: count,
      }),
    ),
  }),
  v.metadata({ ref: "NotificationDetail" }),
);
export type NotificationDetail = v.InferOutput<typeof notificationDetailSchema>;

/** `GET /api/v1/notifications` */
export const notificationQuerySchema = v.object({
  ...listQueryEntries,
  sort: sortSchema(["createdAt", "name", "nextRunAt"]),
  status: v.optional(v.picklist(NOTIFICATION_STATUSES)),
  /** Those with deliveries to this device. */
  device: v.optional(idSchema),
  channel: v.optional(channelSchema),
  /** `true`: only those with deliveries that failed. */
  failed: v.optional(v.picklist(["true", "false"])),
  from: v.optional(timestampSchema),
  to: v.optional(timestampSchema),
});
export type NotificationQuery = v.InferOutput<typeof notificationQuerySchema>;

/** What would be sent. */
export const previewSchema = v.pipe(
  v.object({
    /** How many are meant; null without targets. */
    recipients: v.nullable(v.object({ devices: count, people: count, endpoints: count, addresses: count })),
    /** Who of them would get it, and who would not; null without targets. */
    reach: v.nullable(reachSchema),
    /** What each channel would be sent. */
    channels: v.array(
      v.object({
        channel: channelSchema,
        /** With its places filled. */
        message: messageSchema,
        /** In the platform's own notation; null of email. */
        payload: v.nullable(v.string()),
        bytes: count,
        /** Bytes the platform takes at most; null where there is no limit. */
        limit: v.nullable(count),
        fits: v.boolean(),
        notes: v.array(
          v.object({ field: v.string(), loss: v.picklist(["left-out", "changed"]), note: v.string() }),
        ),
      }),
    ),
    /** When it would be sent, five times at most, as the clock on the wall shows it too. */
    runs: v.array(v.object({ at: timestampSchema, local: v.string() })),
  }),
  v.metadata({ ref: "NotificationPreview" }),
);
export type Preview = v.InferOutput<typeof previewSchema>;
