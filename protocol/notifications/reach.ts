import * as v from "valibot";
import { provenanceSchema } from "../devices/provenance.ts";
import { channelSchema } from "./channel.ts";

/** Who would get a notification if it were sent now, and who would not. */

/**
 * Why somebody gets nothing. The first that applies:
 * - `not-in-use`: a device that its gateway does not know yet, that is retired, or whose gateway is revoked or paused
 * - `quiet-hours`: it is not sent in a person's quiet hours, and they are now
 * - `not-configured`: the service has no credentials for the platforms they have, or no mail server
 * - `no-letters`: they could be sent a letter, and want none
 * - `disabled`: what they have at the channels that are meant is disabled
 * - `channel`: what they have is at other channels than those that are meant
 * - `no-endpoint`: they have nothing
 */
export const LEFT_OUT_REASONS = [
  "not-in-use",
  "quiet-hours",
  "not-configured",
  "no-letters",
  "disabled",
  "channel",
  "no-endpoint",
] as const;
export type LeftOutReason = (typeof LEFT_OUT_REASONS)[number];

/** So many of each reason are named. */
export const LEFT_OUT_NAMED = 20;

/** What a recipient is: of a delivery too. */
export const RECIPIENT_KINDS = ["device", "person", "endpoint", "address"] as const;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

export const reachSchema = v.pipe(
  v.object({
    /** Devices, people, endpoints and addresses that something would be sent to, now or later. */
    reached: count,
    /** Of those: who get all of it later, after their quiet hours or in their site's hours. */
    later: count,
    /** By which channels. Who has several is counted at each; of people who are reached by one way after the other, the first. */
    channels: v.array(v.object({ channel: channelSchema, recipients: count, later: count })),
    /** Who gets nothing, the most frequent reason first. People find it in their inbox all the same. */
    leftOut: v.array(
      v.object({
        reason: v.picklist(LEFT_OUT_REASONS),
        recipients: count,
        /** The first of them by name, 20 at most. */
        first: v.array(
          v.object({
            kind: v.picklist(RECIPIENT_KINDS),
            /** Of the device, the person or the endpoint; null of an address. */
            id: v.nullable(v.string()),
            name: v.string(),
            provenance: provenanceSchema,
            /** Where they have what the reason speaks of: what is disabled, or could be used. */
            channels: v.array(channelSchema),
          }),
        ),
      }),
    ),
  }),
  v.metadata({ ref: "NotificationReach" }),
);
export type Reach = v.InferOutput<typeof reachSchema>;
export type LeftOut = Reach["leftOut"][number]["first"][number];
