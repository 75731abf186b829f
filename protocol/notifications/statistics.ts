import * as v from "valibot";
import { timestampSchema } from "../api/list.ts";
import { reportedSchema } from "../devices/provenance.ts";
import { channelSchema } from "./channel.ts";

/** What became of deliveries, counted on the day it happened (UTC). */

export const COUNTED_EVENTS = [
  "queued",
  "sent",
  "delivered",
  "opened",
  "dismissed",
  "retried",
  "failed",
  "expired",
  "dropped",
] as const;
export type CountedEvent = (typeof COUNTED_EVENTS)[number];

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const countsSchema = v.object(v.entriesFromList(COUNTED_EVENTS, count));

/** `GET /api/v1/notifications/stats`: a week back to now unless it says otherwise, 366 days at most. */
export const statsQuerySchema = v.object({
  from: v.optional(timestampSchema),
  to: v.optional(timestampSchema),
  channel: v.optional(channelSchema),
  provenance: reportedSchema,
});
export type StatsQuery = v.InferInput<typeof statsQuerySchema>;

export const statsSchema = v.pipe(
  v.object({
    from: timestampSchema,
    to: timestampSchema,
    /** Deliveries begun in this time that are left out because `provenance` does not mean them. */
    leftOut: count,
    totals: countsSchema,
    /** One a day and channel on which something happened. `day`: `2026-11-28`. */
    days: v.array(v.object({ day: v.string(), channel: channelSchema, ...countsSchema.entries })),
    /** Why deliveries failed, expired, were dropped or tried again, the most frequent first, 50 at most. */
    reasons: v.array(
      v.object({
        channel: channelSchema,
        event: v.picklist(["failed", "expired", "dropped", "retried"]),
        reason: v.string(),
        deliveries: count,
      }),
    ),
  }),
  v.metadata({ ref: "NotificationStats" }),
);
export type Stats = v.InferOutput<typeof statsSchema>;
