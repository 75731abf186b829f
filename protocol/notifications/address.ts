import * as v from "valibot";
import { idSchema } from "../ids.ts";

/** Where a message goes: an address on one of the platforms, as the platform gave it to the receiver's app. */

export const PLATFORMS = ["fcm", "apns", "web-push", "wns", "mqtt"] as const;
export type PlatformName = (typeof PLATFORMS)[number];
export const platformSchema = v.picklist(PLATFORMS, `must be one of ${PLATFORMS.join(", ")}`);

/** Unpadded base64url of exactly so many bytes. */
const bytesOf = (length: number) =>
  v.pipe(
    v.string("must be a text"),
    v.regex(/^[A-Za-z0-9_-]+$/, "must be base64url without padding"),
    v.check(
      (text) => Math.floor((text.length * 3) / 4) === length,
      `must be ${length} bytes in base64url without padding`,
    ),
  );

/** What a Web Push endpoint and a Windows channel are: an address that this service will POST to. */
const pushAddressSchema = v.pipe(
  v.string("must be a text"),
  v.maxLength(2_000, "must have at most 2000 characters"),
  v.regex(/^https?:\/\/[^\s/]+\/\S*$/, "must be an address of the web, beginning with https://"),
);

const fcmAddress = v.strictObject({
  platform: v.literal("fcm"),
  /** Registration token of the app on the device. */
  token: v.pipe(v.string(), v.regex(/^[\w:.-]{20,4096}$/, "must be a registration token as FCM gave it")),
});

const apnsAddress = v.strictObject({
  platform: v.literal("apns"),
  token: v.pipe(
    v.string(),
    v.regex(/^[0-9a-fA-F]{64,200}$/, "must be a device token in hex"),
    v.toLowerCase(),
  ),
});

/** As `PushSubscription.toJSON()` gives it in the browser. */
const webPushAddress = v.strictObject({
  platform: v.literal("web-push"),
  endpoint: pushAddressSchema,
  expirationTime: v.optional(v.nullable(v.number())),
  keys: v.strictObject({
    /** Uncompressed P-256 point. */
    p256dh: bytesOf(65),
    auth: bytesOf(16),
  }),
});

const wnsAddress = v.strictObject({ platform: v.literal("wns"), channelUri: pushAddressSchema });

/** A device of one of the sites, through its gateway; or a topic of the external broker. One of the two. */
const mqttAddress = v.pipe(
  v.strictObject({
    platform: v.literal("mqtt"),
    /** Id of the device. */
    device: v.optional(idSchema),
    topic: v.optional(
      v.pipe(
        v.string(),
        v.minLength(1, "must not be empty"),
        v.maxLength(1_000, "must have at most 1000 characters"),
        v.regex(/^[^+#\0$][^+#\0]*$/, "must be a topic without wildcards that does not begin with $"),
      ),
    ),
  }),
  v.check(
    ({ device, topic }) => (device === undefined) !== (topic === undefined),
    "must have either a device or a topic",
  ),
);

export const addressSchema = v.pipe(
  v.variant(
    "platform",
    [fcmAddress, apnsAddress, webPushAddress, wnsAddress, mqttAddress],
    `platform must be one of ${PLATFORMS.join(", ")}`,
  ),
  v.metadata({ ref: "PushAddress" }),
);

/** Those of one platform, for who knows which it is: to find it out, a variant complains of all that come before. */
export const addressSchemas = {
  ...{ fcm: fcmAddress, apns: apnsAddress, "web-push": webPushAddress, wns: wnsAddress, mqtt: mqttAddress },
} as const;
export type Address = v.InferOutput<typeof addressSchema>;
export type AddressOf<Name extends PlatformName> = Extract<Address, { platform: Name }>;

/** What makes two addresses the same receiver. */
export function addressKey(address: Address): string {
  switch (address.platform) {
    case "fcm":
    case "apns":
      return `${address.platform}:${address.token}`;
    case "web-push":
      return `web-push:${address.endpoint}`;
    case "wns":
      return `wns:${address.channelUri}`;
    case "mqtt":
      return address.device === undefined ? `mqtt:topic:${address.topic}` : `mqtt:device:${address.device}`;
  }
}
