import * as v from "valibot";
import { timestampSchema } from "../api/list.ts";
import { idSchema } from "../ids.ts";
import { addressSchema, platformSchema } from "./address.ts";

/** An address that was registered, and for whom. */

const labelSchema = v.pipe(
  v.string("must be a text"),
  v.trim(),
  v.maxLength(100, "must have at most 100 characters"),
);

/**
 * `POST /api/v1/push/subscribe`. For oneself; for a device when `device` names it; for nobody in particular with
 * `raw`. An address that is registered already is the same endpoint, and takes part again when it was disabled.
 */
export const subscribeSchema = v.pipe(
  v.strictObject({
    address: addressSchema,
    /** Which browser or app it is, in words for its owner. */
    label: v.optional(labelSchema, ""),
    device: v.optional(idSchema),
    raw: v.optional(v.boolean(), false),
    /** The VAPID key the browser subscribed with; absent means the present one. */
    vapidPublicKey: v.optional(v.pipe(v.string(), v.maxLength(100))),
    /** The endpoint the same browser had before, in whose place this one is: it goes on under its id and label. */
    replaces: v.optional(v.pipe(v.string("must be a text"), v.maxLength(2_000))),
  }),
  v.check(({ device, raw }) => device === undefined || !raw, "is for a device or raw, not both"),
  v.metadata({ ref: "PushSubscribe" }),
);
export type Subscribe = v.InferOutput<typeof subscribeSchema>;

/** `PATCH /api/v1/push/endpoints/{id}` */
export const endpointPatchSchema = v.pipe(
  v.strictObject({ label: v.pipe(labelSchema, v.minLength(1, "must not be empty")) }),
  v.metadata({ ref: "PushEndpointPatch" }),
);
export type EndpointPatch = v.InferOutput<typeof endpointPatchSchema>;

export const endpointSchema = v.pipe(
  v.object({
    id: idSchema,
    platform: platformSchema,
    /** Of whom it is; both null of a raw one. */
    user: v.nullable(v.string()),
    device: v.nullable(idSchema),
    label: v.string(),
    /** Enough of the address to tell one from another; never the whole, which is a key to its owner. */
    hint: v.string(),
    createdAt: timestampSchema,
    lastSentAt: v.nullable(timestampSchema),
    /** Since when nothing is sent to it, and why. */
    disabledAt: v.nullable(timestampSchema),
    disabledReason: v.nullable(v.string()),
  }),
  v.metadata({ ref: "PushEndpoint" }),
);
export type Endpoint = v.InferOutput<typeof endpointSchema>;
