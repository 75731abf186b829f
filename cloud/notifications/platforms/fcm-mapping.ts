import { isUrgent, type Message } from "../../../protocol/notifications/message.ts";
import { changed, notesOf } from "./fates.ts";

/** What becomes of a message on Android, in the notation of FCM HTTP v1 (as firebase-admin takes it). */

/** Names that FCM keeps for itself in `data`. */
const RESERVED = /^(from|message_type|google\..*|gcm\..*)$/;

export function fcmNotes(message: Message) {
  return notesOf(message, [
    [
      ({ actions }) => actions.length > 0,
      changed("actions", "FCM shows no buttons: the app gets them in data.actions"),
    ],
    [({ link }) => link !== undefined, changed("link", "the app gets it in data.link")],
    [
      ({ priority }) => priority === "critical",
      changed("priority", "sent as high; the channel decides how loud it is"),
    ],
    [
      ({ data }) => Object.keys(data).some((name) => RESERVED.test(name)),
      changed("data", "names that FCM keeps for itself (from, message_type, google., gcm.) are left out"),
    ],
  ]);
}

/** Without the token and the time to live, which are not the message's. */
export function fcmBody(message: Message, id: string, receipt?: string) {
  const { title, body, image, data, link, actions, category, localization: l10n } = message;
  const own = Object.entries(data).filter(([name]) => !RESERVED.test(name));
  return {
    notification: { title, body, ...(image === undefined ? {} : { imageUrl: image }) },
    data: {
      ...Object.fromEntries(own),
      id,
      ...(receipt === undefined ? {} : { receipt }),
      ...(link === undefined ? {} : { link }),
      ...(actions.length === 0 ? {} : { actions: JSON.stringify(actions) }),
    },
    android: {
      priority: isUrgent(message.priority) ? ("high" as const) : ("normal" as const),
      ...(message.collapseKey === undefined ? {} : { collapseKey: message.collapseKey }),
      notification: {
        ...(message.sound === "none" ? {} : { sound: message.sound }),
        ...(category === undefined ? {} : { channelId: category }),
        // Without a key of its own it is its own: handed over twice, it is shown once.
        tag: message.collapseKey ?? id,
        ...(message.badge === undefined ? {} : { notificationCount: message.badge }),
        ...(l10n?.titleKey === undefined ? {} : { titleLocKey: l10n.titleKey }),
        ...(l10n?.titleArguments === undefined ? {} : { titleLocArgs: l10n.titleArguments }),
        ...(l10n?.bodyKey === undefined ? {} : { bodyLocKey: l10n.bodyKey }),
        ...(l10n?.bodyArguments === undefined ? {} : { bodyLocArgs: l10n.bodyArguments }),
        ...(message.priority === "low" ? { priority: "low" as const } : {}),
        ...(isUrgent(message.priority) ? { priority: "max" as const } : {}),
      },
    },
  };
}
