import * as v from "valibot";
import { listQueryEntries, timestampSchema } from "../api/list.ts";
import { idSchema } from "../ids.ts";
import { messageSchema, PRIORITIES } from "./message.ts";
import { quietHoursSchema } from "./quiet-hours.ts";
import { languageTagSchema } from "./template.ts";

/** What a person was told, and how they want to be. */

export const inboxItemSchema = v.pipe(
  v.object({
    id: idSchema,
    notificationId: idSchema,
    title: v.string(),
    body: v.string(),
    link: v.nullable(v.string()),
    image: v.nullable(v.string()),
    actions: messageSchema.entries.actions,
    priority: v.picklist(PRIORITIES),
    category: v.nullable(v.string()),
    at: timestampSchema,
    readAt: v.nullable(timestampSchema),
  }),
  v.metadata({ ref: "InboxItem" }),
);
export type InboxItem = v.InferOutput<typeof inboxItemSchema>;

/** `GET /api/v1/notifications/inbox`, newest first. */
export const inboxQuerySchema = v.object({
  limit: listQueryEntries.limit,
  cursor: listQueryEntries.cursor,
  q: listQueryEntries.q,
  read: v.optional(v.picklist(["true", "false"])),
  priority: v.optional(v.picklist(PRIORITIES)),
  category: v.optional(v.pipe(v.string(), v.maxLength(64))),
});
export type InboxQuery = v.InferOutput<typeof inboxQuerySchema>;

/** `POST /api/v1/notifications/inbox/read`: these, or all there are now. `read: false` makes them unread again. */
export const markReadSchema = v.pipe(
  v.strictObject({
    ids: v.optional(
      v.pipe(
        v.array(idSchema),
        v.minLength(1, "must be one at least"),
        v.maxLength(500, "must be at most 500"),
      ),
    ),
    all: v.optional(v.literal(true, "must be true or left out")),
    read: v.optional(v.boolean("must be true or false"), true),
  }),
  v.check(({ ids, all }) => (ids === undefined) !== (all === undefined), "must have either ids or all"),
  v.metadata({ ref: "InboxMark" }),
);
export type MarkRead = v.InferOutput<typeof markReadSchema>;

export const unreadSchema = v.pipe(
  v.object({ unread: v.pipe(v.number(), v.integer(), v.minValue(0)) }),
  v.metadata({ ref: "InboxUnread" }),
);
export type Unread = v.InferOutput<typeof unreadSchema>;

/** `GET` and `PUT /api/v1/notifications/settings`: of whoever asks. */
export const notificationSettingsSchema = v.pipe(
  v.strictObject({
    /** In which templates are read; null: in the template's own. */
    language: v.nullable(languageTagSchema),
    quietHours: v.nullable(quietHoursSchema),
    /** Whether letters may be sent. */
    email: v.boolean("must be true or false"),
  }),
  v.metadata({ ref: "NotificationSettings" }),
);
export type NotificationSettings = v.InferOutput<typeof notificationSettingsSchema>;

export const topicsSchema = v.pipe(
  v.object({
    items: v.array(
      v.object({
        topic: v.string(),
        /** Who subscribed, and whether oneself did. */
        people: v.pipe(v.number(), v.integer()),
        subscribed: v.boolean(),
      }),
    ),
  }),
  v.metadata({ ref: "NotificationTopics" }),
);
export type Topics = v.InferOutput<typeof topicsSchema>;
