import * as v from "valibot";
import { timestampSchema } from "../api/list.ts";
import type { Result } from "../errors.ts";
import { idSchema } from "../ids.ts";
import { check } from "../validate.ts";
import { type Address, addressSchema, addressSchemas, PLATFORMS, platformSchema } from "./address.ts";
import { endpointSchema } from "./endpoint.ts";
import { mappingNoteSchema, messageSchema } from "./message.ts";
import { outcomeSchema, RECEIPTS } from "./outcome.ts";

/** `/api/v1/push`: what is handed to the platforms at once, and what they said. */

export const RECIPIENTS_MAX = 100;

/** Whom a message is for: a registered endpoint, or an address as it is. One of the two. */
const recipientEntries = {
  endpoint: v.optional(idSchema),
  address: v.optional(addressSchema),
};
const ONE = "must have either an endpoint or an address";

export const recipientSchema = v.pipe(
  v.strictObject(recipientEntries),
  v.check(({ endpoint, address }) => (endpoint === undefined) !== (address === undefined), ONE),
  v.metadata({ ref: "PushRecipient" }),
);
export type Recipient = v.InferOutput<typeof recipientSchema>;

/** `POST /api/v1/push/send` */
export const sendSchema = v.pipe(
  v.strictObject({
    to: v.pipe(
      v.array(recipientSchema, "must be a list"),
      v.minLength(1, "must have a recipient at least"),
      v.maxLength(RECIPIENTS_MAX, `must be at most ${RECIPIENTS_MAX}; send-bulk takes any number`),
    ),
    message: messageSchema,
  }),
  v.metadata({ ref: "PushSend" }),
);
export type Send = v.InferOutput<typeof sendSchema>;

/** `POST /api/v1/push/mqtt/publish`: to a device of a site, or to a topic of the external broker. */
export const publishSchema = v.pipe(
  v.strictObject({
    device: v.optional(idSchema),
    topic: v.optional(v.pipe(v.string("must be a text"), v.maxLength(1_000))),
    message: messageSchema,
  }),
  v.check(
    ({ device, topic }) => (device === undefined) !== (topic === undefined),
    "must have either a device or a topic",
  ),
  v.metadata({ ref: "PushPublish" }),
);
export type Publish = v.InferOutput<typeof publishSchema>;

/** `POST /api/v1/push/test`: a test message, to see whether an address and the platform's credentials are right. */
export const testSchema = v.pipe(recipientSchema, v.metadata({ ref: "PushTest" }));

export const sendResultSchema = v.pipe(
  v.object({
    /** With it the receiver's word comes back: `GET /api/v1/push/receipts/{id}`. */
    id: idSchema,
    platform: platformSchema,
    endpoint: v.nullable(idSchema),
    result: outcomeSchema,
    /** What the platform could not express of the message. */
    notes: v.array(mappingNoteSchema),
  }),
  v.metadata({ ref: "PushResult" }),
);
export type SendResult = v.InferOutput<typeof sendResultSchema>;

export const sendResultsSchema = v.pipe(
  v.object({ items: v.array(sendResultSchema) }),
  v.metadata({ ref: "PushResults" }),
);

/** The first value that `POST /api/v1/push/send-bulk` is sent. */
export const bulkHeadSchema = v.strictObject({ message: messageSchema });
const bulkRecipientOf = <Schema extends v.GenericSchema<unknown, Address>>(address: Schema) =>
  v.pipe(
    v.strictObject({
      ...{ endpoint: recipientEntries.endpoint, address: v.optional(address) },
      ref: v.optional(v.pipe(v.string(), v.maxLength(200))),
    }),
    v.check(({ endpoint, address }) => (endpoint === undefined) !== (address === undefined), ONE),
  );
const bulkRecipientSchema = bulkRecipientOf(addressSchema);
const bulkRecipientSchemas = new Map<unknown, v.GenericSchema<unknown, BulkRecipient>>(
  PLATFORMS.map((platform) => [platform, bulkRecipientOf(addressSchemas[platform])]),
);
export type BulkRecipient = v.InferOutput<typeof bulkRecipientSchema>;

/** Every further one. `ref` comes back with the result, to know it by. Code: `request.invalid`. */
export function checkBulkRecipient(value: unknown): Result<BulkRecipient> {
  const { platform } = (value as { address?: { platform?: unknown } } | null)?.address ?? {};
  return check(bulkRecipientSchemas.get(platform) ?? bulkRecipientSchema, value);
}

/** Where one platform stands for the organisation. */
export const platformStatusSchema = v.pipe(
  v.object({
    platform: platformSchema,
    /** Where its credentials are from: the organisation's own, the service's, or it needs none. Null: there are none. */
    source: v.nullable(v.picklist(["organization", "service", "built-in"])),
    /** What may be shown of them. */
    about: v.record(v.string(), v.string()),
    /** When they were entered; null of the service's. */
    updatedAt: v.nullable(timestampSchema),
    limits: v.object({ payloadBytes: v.number(), timeToLiveSeconds: v.number() }),
    /** How many endpoints it has, and how many of them are disabled. */
    endpoints: v.object({ total: v.number(), disabled: v.number() }),
    /** Since when it took none of so many messages, and what it said last, as the process that answers saw it; null while it takes them. */
    trouble: v.nullable(v.object({ since: timestampSchema, reason: v.string(), messages: v.number() })),
    /**
     * Of `mqtt` with a broker elsewhere. `qos`: what messages go there at, as far as the process that answers knows; at 2 each is handed on
     * once. `repeated`: how many of those may be seen twice all the same, because the broker had forgotten what was under way; `repeatedAt`:
     * when last.
     */
    broker: v.nullable(
      v.object({
        qos: v.nullable(v.picklist([1, 2])),
        repeated: v.number(),
        repeatedAt: v.nullable(timestampSchema),
      }),
    ),
  }),
  v.metadata({ ref: "PushPlatform" }),
);
export type PlatformStatus = v.InferOutput<typeof platformStatusSchema>;
export const platformsSchema = v.pipe(
  v.object({ items: v.array(platformStatusSchema) }),
  v.metadata({ ref: "PushPlatforms" }),
);

export const endpointsSchema = v.pipe(
  v.object({ items: v.array(endpointSchema) }),
  v.metadata({ ref: "PushEndpoints" }),
);
/** `GET /api/v1/push/endpoints`: one's own, or those of a device. */
export const endpointsQuerySchema = v.strictObject({ device: v.optional(idSchema) });

export const vapidKeySchema = v.pipe(
  v.object({ publicKey: v.string() }),
  v.metadata({ ref: "VapidPublicKey" }),
);

/** The keys that browsers subscribe with, and how many of the organisation's browsers each still serves. */
export const vapidStatusSchema = v.pipe(
  v.object({
    publicKey: v.string(),
    createdAt: timestampSchema,
    subscribers: v.number(),
    /** Newest first; each goes when nobody is subscribed with it any more and another one is made. */
    older: v.array(v.object({ createdAt: timestampSchema, subscribers: v.number() })),
  }),
  v.metadata({ ref: "VapidStatus" }),
);
export type VapidStatus = v.InferOutput<typeof vapidStatusSchema>;

export const receiptsSchema = v.pipe(
  v.object({
    items: v.array(
      v.object({
        action: v.picklist([...RECEIPTS, "expired"]),
        device: v.nullable(idSchema),
        at: timestampSchema,
      }),
    ),
  }),
  v.metadata({ ref: "PushReceipts" }),
);
export type Receipts = v.InferOutput<typeof receiptsSchema>;

/**
 * `PUT /api/v1/push/platforms/{platform}/credentials`. What `credentials` must have is the platform's own
 * (docs/notifications.md). With `test` a message is sent there first, and nothing is saved when the platform refuses it.
 */
export const credentialsSchema = v.pipe(
  v.strictObject({
    credentials: v.record(v.string(), v.unknown(), "must be an object"),
    test: v.optional(addressSchema),
  }),
  v.metadata({ ref: "PushCredentials" }),
);
export type CredentialsInput = v.InferOutput<typeof credentialsSchema>;
export const platformParam = v.object({ platform: platformSchema });
