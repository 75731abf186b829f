import * as v from "valibot";
import { roleIdSchema } from "../accounts/role.ts";
import { BULK_PICKED_MAX, deviceFilterSchema } from "../devices/bulk.ts";
import { idSchema } from "../ids.ts";
import { tagSchema } from "../labels/tags.ts";
import { addressSchema } from "./address.ts";

/**
 * Whom a notification is for: all that any of these name, each once. Devices get it through their gateway and at the
 * endpoints that are registered for them, people in their inbox and at their own endpoints.
 */

export const TARGET_ADDRESSES_MAX = 1_000;

/** What people subscribe to by name. */
export const topicSchema = v.pipe(
  v.string("must be a text"),
  v.regex(/^[a-z0-9][a-z0-9._:-]{0,63}$/, "must be small letters, digits and . _ : -, 64 at most"),
);
export const topicParam = v.object({ topic: topicSchema });

const some = <Item extends v.GenericSchema<string, string>>(item: Item, what: string) =>
  v.optional(
    v.pipe(
      v.array(item, "must be a list"),
      v.maxLength(BULK_PICKED_MAX, `must be at most ${BULK_PICKED_MAX} ${what}`),
    ),
  );

export const notificationTargetsSchema = v.pipe(
  v.strictObject({
    devices: some(idSchema, "devices; use a filter for more"),
    /** All devices of these sites. */
    sites: some(idSchema, "sites; use tags or a filter for more"),
    /** Devices that have one of these tags. */
    tags: some(tagSchema, "tags"),
    /** The filters of the list of devices: who matches when it is sent. `{}` means all devices. */
    filter: v.optional(deviceFilterSchema),
    /** Members of the organisation, by the id of their account. */
    people: some(v.pipe(v.string("must be a text"), v.maxLength(64)), "people; use roles for more"),
    roles: some(roleIdSchema, "roles"),
    /** All members. */
    everyone: v.optional(v.literal(true, "must be true or left out")),
    /** Whoever subscribed to one of these. */
    topics: some(topicSchema, "topics"),
    /** Registered addresses. */
    endpoints: some(idSchema, "endpoints"),
    /** Addresses as they are. */
    addresses: v.optional(
      v.pipe(
        v.array(addressSchema, "must be a list"),
        v.maxLength(
          TARGET_ADDRESSES_MAX,
          `must be at most ${TARGET_ADDRESSES_MAX}; push/send-bulk takes any number`,
        ),
      ),
    ),
  }),
  v.check(
    ({ filter, everyone, ...lists }) =>
      filter !== undefined ||
      everyone === true ||
      Object.values(lists).some((list) => (list?.length ?? 0) > 0),
    "must name somebody or something",
  ),
  v.metadata({ ref: "NotificationTargets" }),
);
export type NotificationTargets = v.InferOutput<typeof notificationTargetsSchema>;
