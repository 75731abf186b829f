import type { InboxQuery } from "../../protocol/notifications/inbox.ts";
import type { NotificationQuery } from "../../protocol/notifications/notification.ts";
import type { Words } from "../words/catalogues.ts";

/** The filters of the inbox and of what was sent live in their addresses, as those of devices do. */
export type InboxFilters = Pick<InboxQuery, "q" | "read" | "priority" | "category">;
export type NotificationFilters = Pick<
  NotificationQuery,
  "q" | "status" | "channel" | "failed" | "device" | "sort"
>;

const INBOX_KEYS = ["q", "read", "priority", "category"] as const satisfies readonly (keyof InboxFilters)[];
const CHIP_KEYS = ["q", "status", "channel", "failed", "device"] as const;

interface Chip {
  key: string;
  label: string;
  /** The same list without this filter. */
  without: string;
}

/** An address with what of these is given. */
export function listUrl(path: string, query: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  const search = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
  return search === "" ? path : `${path}?${search}`;
}

export const inboxUrl = (filters: InboxFilters, more: Record<string, string> = {}) =>
  listUrl("/notifications", { ...pick(filters, INBOX_KEYS), ...more });

export const notificationsUrl = (filters: NotificationFilters, more: Record<string, string> = {}) =>
  listUrl("/notifications/history", { ...pick(filters, [...CHIP_KEYS, "sort"]), ...more });

export function inboxChipsOf({ notifications }: Words, filters: InboxFilters): Chip[] {
  const { inbox, priorities } = notifications;
  const meant = (key: (typeof INBOX_KEYS)[number], value: string) =>
    key === "read" ? inbox.read[value as "true"] : key === "priority" ? priorities[value as "high"] : value;
  return INBOX_KEYS.filter((key) => (filters[key] ?? "") !== "").map((key) => ({
    ...{ key, label: inbox.chip[key](meant(key, filters[key]!)) },
    without: inboxUrl({ ...filters, [key]: undefined }),
  }));
}

/** `deviceName` is of the device that is filtered by. */
export function notificationChipsOf(
  { notifications }: Words,
  filters: NotificationFilters,
  deviceName: string | null,
): Chip[] {
  const { history, statuses, channels } = notifications;
  const meant = (key: (typeof CHIP_KEYS)[number], value: string): string => {
    if (key === "status") return statuses[value as "done"];
    if (key === "channel") return channels[value as "email"];
    return key === "device" ? (deviceName ?? history.unknownDevice) : value;
  };
  return CHIP_KEYS.filter((key) => (filters[key] ?? "") !== "").map((key) => ({
    ...{ key, label: history.chip[key](meant(key, filters[key]!)) },
    without: notificationsUrl({ ...filters, [key]: undefined }),
  }));
}

function pick<Key extends string>(
  of: Readonly<{ [One in Key]?: string | undefined }>,
  keys: readonly Key[],
): Record<string, string | undefined> {
  return Object.fromEntries(keys.map((key) => [key, of[key]]));
}
