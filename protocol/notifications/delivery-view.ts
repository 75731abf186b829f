import * as v from "valibot";
import { listQueryEntries, timestampSchema } from "../api/list.ts";
import { provenanceSchema } from "../devices/provenance.ts";
import { idSchema } from "../ids.ts";
import { channelSchema } from "./channel.ts";
import { DELIVERY_EVENTS, DELIVERY_STATES } from "./delivery.ts";
import { RECIPIENT_KINDS } from "./reach.ts";

/** One message to one address, as people see it. */

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

export const deliverySchema = v.pipe(
  v.object({
    id: idSchema,
    notificationId: idSchema,
    notificationName: v.string(),
    /** Of which run it is: when that was due. */
    slot: timestampSchema,
    channel: channelSchema,
    /**
     * `id`: of the device, the person or the endpoint; `name`: theirs, or the end of the address. `provenance`: simulated of a
     * simulated device, and of what is registered for one.
     */
    recipient: v.object({
      kind: v.picklist(RECIPIENT_KINDS),
      id: v.nullable(v.string()),
      name: v.string(),
      provenance: provenanceSchema,
    }),
    state: v.picklist(DELIVERY_STATES),
    /** Why it is as it is, in a sentence; null where the state says all. */
    reason: v.nullable(v.string()),
    attempts: count,
    /** When it is tried next; null when it is not queued. */
    dueAt: v.nullable(timestampSchema),
    expiresAt: timestampSchema,
    createdAt: timestampSchema,
    sentAt: v.nullable(timestampSchema),
    deliveredAt: v.nullable(timestampSchema),
    openedAt: v.nullable(timestampSchema),
    dismissedAt: v.nullable(timestampSchema),
  }),
  v.metadata({ ref: "NotificationDelivery" }),
);
export type Delivery = v.InferOutput<typeof deliverySchema>;

export const deliveryDetailSchema = v.pipe(
  v.object({
    ...deliverySchema.entries,
    /** All that happened to it, oldest first. `detail`: the reason, or what the platform calls it. */
    history: v.array(
      v.object({
        at: timestampSchema,
        event: v.picklist([...DELIVERY_EVENTS, "dismissed"]),
        state: v.picklist(DELIVERY_STATES),
        detail: v.nullable(v.string()),
      }),
    ),
  }),
  v.metadata({ ref: "NotificationDeliveryDetail" }),
);
export type DeliveryDetail = v.InferOutput<typeof deliveryDetailSchema>;

/** `GET /api/v1/notifications/{id}/deliveries`, oldest first; `q` in the recipient's name. */
export const deliveryQuerySchema = v.object({
  limit: listQueryEntries.limit,
  cursor: listQueryEntries.cursor,
  q: listQueryEntries.q,
  state: v.optional(v.picklist(DELIVERY_STATES)),
  channel: v.optional(channelSchema),
});
export type DeliveryQuery = v.InferOutput<typeof deliveryQuerySchema>;

export const deliveryParam = v.object({ id: idSchema, delivery: idSchema });

/** `GET /api/v1/notifications/dead-letters`: what failed, newest first. */
export const deadLetterQuerySchema = v.object({
  limit: listQueryEntries.limit,
  cursor: listQueryEntries.cursor,
  q: listQueryEntries.q,
  channel: v.optional(channelSchema),
  notification: v.optional(idSchema),
});
export type DeadLetterQuery = v.InferOutput<typeof deadLetterQuerySchema>;

/** `POST /api/v1/notifications/dead-letters/replay`: these, or all of a notification that failed, expired or were dropped. */
export const replaySchema = v.pipe(
  v.strictObject({
    ids: v.optional(
      v.pipe(
        v.array(idSchema),
        v.minLength(1, "must be one at least"),
        v.maxLength(500, "must be at most 500"),
      ),
    ),
    notification: v.optional(idSchema),
  }),
  v.check(
    ({ ids, notification }) => (ids === undefined) !== (notification === undefined),
    "must have either ids or a notification",
  ),
  v.metadata({ ref: "NotificationReplay" }),
);
export type Replay = v.InferOutput<typeof replaySchema>;
export const replayedSchema = v.pipe(
  v.object({ replayed: count }),
  v.metadata({ ref: "NotificationReplayed" }),
);
