import { isUrgent, type Message, type Priority } from "../../../protocol/notifications/message.ts";
import { changed, leftOut, notesOf } from "./fates.ts";

/** What becomes of a message on Apple's devices: the payload of the provider API. */

export function apnsNotes(message: Message) {
  return notesOf(message, [
    [
      ({ actions, category }) => actions.length > 0 && category === undefined,
      leftOut("actions", "buttons are those the app has for a category, and there is none"),
    ],
    [
      ({ actions, category }) => actions.length > 0 && category !== undefined,
      changed("actions", "the buttons are those the app has for the category"),
    ],
    [
      ({ image }) => image !== undefined,
      changed("image", "shown where the app has an extension that fetches it"),
    ],
    [({ link }) => link !== undefined, changed("link", "the app gets it as link")],
    [
      ({ priority }) => priority === "critical",
      changed("priority", "sent as time-sensitive: critical alerts need Apple's leave"),
    ],
    [({ data }) => "aps" in data, changed("data", "aps is Apple's own name, and is left out")],
  ]);
}

const INTERRUPTION: Record<Priority, string> = {
  low: "passive",
  normal: "active",
  high: "time-sensitive",
  critical: "time-sensitive",
};

export function apnsPayload(message: Message, id: string, receipt?: string): Record<string, unknown> {
  const { title, body, data, localization: l10n } = message;
  const { aps: _, ...own } = data;
  return {
    ...own,
    id,
    ...(receipt === undefined ? {} : { receipt }),
    ...(message.link === undefined ? {} : { link: message.link }),
    ...(message.image === undefined ? {} : { image: message.image }),
    aps: {
      alert: {
        title,
        body,
        ...(l10n?.titleKey === undefined ? {} : { "title-loc-key": l10n.titleKey }),
        ...(l10n?.titleArguments === undefined ? {} : { "title-loc-args": l10n.titleArguments }),
        ...(l10n?.bodyKey === undefined ? {} : { "loc-key": l10n.bodyKey }),
        ...(l10n?.bodyArguments === undefined ? {} : { "loc-args": l10n.bodyArguments }),
      },
      ...(message.badge === undefined ? {} : { badge: message.badge }),
      ...(message.sound === "none" ? {} : { sound: message.sound }),
      ...(message.category === undefined
        ? {}
        : { category: message.category, "thread-id": message.category }),
      ...(message.image === undefined ? {} : { "mutable-content": 1 }),
      "interruption-level": INTERRUPTION[message.priority],
    },
  };
}

/** 10 at once, 5 when it suits the device's battery. */
export function apnsPriority(priority: Priority): 5 | 10 {
  return isUrgent(priority) || priority === "normal" ? 10 : 5;
}
