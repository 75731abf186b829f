import * as v from "valibot";
import { DAY, SECOND } from "../units.ts";

/**
 * One message for all platforms. Each maps it to what it has, and says what it could not express
 * (`cloud/notifications/platforms`).
 */

/** Longest that any platform keeps a message for a receiver it cannot reach (FCM, Web Push). */
export const TIME_TO_LIVE_MAX_SECONDS = (28 * DAY) / SECOND;
export const TIME_TO_LIVE_DEFAULT_SECONDS = DAY / SECOND;
export const TITLE_MAX = 200;
export const BODY_MAX = 2_000;
export const ACTIONS_MAX = 4;
export const DATA_MAX = 32;

export const PRIORITIES = ["low", "normal", "high", "critical"] as const;
export type Priority = (typeof PRIORITIES)[number];

/** Above `normal`: what wakes a sleeping receiver. */
export function isUrgent(priority: Priority): boolean {
  return priority === "high" || priority === "critical";
}

const textOf = (max: number) =>
  v.pipe(v.string("must be a text"), v.trim(), v.maxLength(max, `must have at most ${max} characters`));
const keySchema = v.pipe(
  v.string("must be a text"),
  v.regex(/^[A-Za-z0-9_.-]{1,64}$/, "must be letters, digits and . _ -, 64 at most"),
);

/** Where a tap leads: a page of the dashboard (`/devices/…`) or an address of the web. */
export const linkSchema = v.pipe(
  v.string("must be a text"),
  v.maxLength(1_000, "must have at most 1000 characters"),
  v.regex(/^(https:\/\/\S+|\/(?![/\\])\S*)$/, "must begin with https:// or /"),
);

/** A button. What the receiver does with a tap on it is for the app to know; a browser opens `link`. */
const actionSchema = v.strictObject({
  id: keySchema,
  title: v.pipe(textOf(60), v.minLength(1, "a button needs a title")),
  link: v.optional(linkSchema),
});

/** Texts that the receiver's app has in its reader's language; title and body are for those that have none. */
const localizationSchema = v.strictObject({
  titleKey: v.optional(keySchema),
  titleArguments: v.optional(v.pipe(v.array(textOf(200)), v.maxLength(10, "must be at most 10"))),
  bodyKey: v.optional(keySchema),
  bodyArguments: v.optional(v.pipe(v.array(textOf(200)), v.maxLength(10, "must be at most 10"))),
});

/** What Windows does with a message: a toast, a text on the app's tile, a number on it, or it is handed to the app. */
export const WINDOWS_KINDS = ["toast", "tile", "badge", "raw"] as const;
export type WindowsKind = (typeof WINDOWS_KINDS)[number];

export const messageSchema = v.pipe(
  v.strictObject({
    title: v.pipe(textOf(TITLE_MAX), v.minLength(1, "a notification needs a title")),
    body: v.optional(textOf(BODY_MAX), ""),
    /** For the app: texts by name. */
    data: v.optional(
      v.pipe(
        v.record(keySchema, v.pipe(v.string("must be a text"), v.maxLength(2_000)), "must be texts by name"),
        v.check((data) => Object.keys(data).length <= DATA_MAX, `must be at most ${DATA_MAX} texts`),
      ),
      {},
    ),
    image: v.optional(
      v.pipe(
        v.string("must be a text"),
        v.maxLength(1_000, "must have at most 1000 characters"),
        v.regex(/^https:\/\/\S+$/, "must begin with https://"),
      ),
    ),
    link: v.optional(linkSchema),
    actions: v.optional(
      v.pipe(
        v.array(actionSchema),
        v.maxLength(ACTIONS_MAX, `must be at most ${ACTIONS_MAX}`),
        v.check(
          (actions) => new Set(actions.map(({ id }) => id)).size === actions.length,
          "must have an id each of its own",
        ),
      ),
      [],
    ),
    priority: v.optional(v.picklist(PRIORITIES, `must be one of ${PRIORITIES.join(", ")}`), "normal"),
    /** After so long it is of no use any more, and is not delivered. 0: now or never. */
    timeToLiveSeconds: v.optional(
      v.pipe(
        v.number("must be a number"),
        v.integer("must be a whole number"),
        v.minValue(0, "must not be negative"),
        v.maxValue(TIME_TO_LIVE_MAX_SECONDS, "must be at most 28 days"),
      ),
      TIME_TO_LIVE_DEFAULT_SECONDS,
    ),
    /** A newer message of the same key takes the place of an older one that is not delivered, or not read. */
    collapseKey: v.optional(keySchema),
    /** What kind of message it is, for the receiver to group and to choose by: a channel, a category, a thread. */
    category: v.optional(keySchema),
    /** `default`, `none`, or the name of a sound the app has. */
    sound: v.optional(keySchema, "default"),
    /** The number on the app's icon; 0 takes it away. */
    badge: v.optional(v.pipe(v.number("must be a number"), v.integer(), v.minValue(0), v.maxValue(99_999))),
    localization: v.optional(localizationSchema),
    /** What is of one platform only. */
    windows: v.optional(v.picklist(WINDOWS_KINDS, `must be one of ${WINDOWS_KINDS.join(", ")}`), "toast"),
  }),
  v.metadata({ ref: "NotificationMessage" }),
);
export type Message = v.InferOutput<typeof messageSchema>;
/** As people write it: what may be left out is. */
export type MessageInput = v.InferInput<typeof messageSchema>;

/** What a platform could not express of a message, and what it does instead. */
export const mappingNoteSchema = v.pipe(
  v.object({
    /** The message's field. */
    field: v.string(),
    /** `left-out`: the receiver does not get it; `changed`: it gets something else, or less of it. */
    loss: v.picklist(["left-out", "changed"]),
    /** In words for whoever composes. */
    note: v.string(),
  }),
  v.metadata({ ref: "MappingNote" }),
);
export type MappingNote = v.InferOutput<typeof mappingNoteSchema>;
