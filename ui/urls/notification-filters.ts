import type { HistoryQuery } from "../../protocol/notifications/history-range.ts";
import type { InboxQuery } from "../../protocol/notifications/inbox.ts";
import { dayLabel } from "../words/absolute-time.ts";
import type { Words } from "../words/catalogues.ts";
import { listUrl } from "./list-url.ts";

/** The filters of the inbox and of what was sent live in their addresses, as those of devices do. */
export type InboxFilters = Pick<InboxQuery, "q" | "read" | "priority" | "category">;
export type NotificationFilters = Pick<
  HistoryQuery,
  "q" | "status" | "channel" | "failed" | "device" | "range" | "from" | "to"
> & { sort?: string | undefined };

const INBOX_KEYS = ["q", "read", "priority", "category"] as const satisfies readonly (keyof InboxFilters)[];
const CHIP_KEYS = ["q", "status", "channel", "failed", "device"] as const;
const SPAN_KEYS = ["range", "from", "to"] as const;

interface Chip {
  key: string;
  label: string;
  /** The same list without this filter. */
  without: string;
}

export const inboxUrl = (filters: InboxFilters, more: Record<string, string> = {}) =>
  listUrl("/notifications", { ...pick(filters, INBOX_KEYS), ...more });

export const notificationsUrl = (filters: NotificationFilters, more: Record<string, string> = {}) =>
  listUrl("/notifications/history", { ...pick(filters, [...CHIP_KEYS, ...SPAN_KEYS, "sort"]), ...more });

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
  words: Words,
  filters: NotificationFilters,
  deviceName: string | null,
): Chip[] {
  const { history, statuses, channels } = words.notifications;
  const meant = (key: (typeof CHIP_KEYS)[number], value: string): string => {
    if (key === "status") return statuses[value as "done"];
    if (key === "channel") return channels[value as "email"];
    return key === "device" ? (deviceName ?? history.unknownDevice) : value;
  };
  const span = spanOf(words, filters);
  const everSince = { range: undefined, from: undefined, to: undefined };
  return [
    ...CHIP_KEYS.filter((key) => (filters[key] ?? "") !== "").map((key) => ({
      ...{ key, label: history.chip[key](meant(key, filters[key]!)) },
      without: notificationsUrl({ ...filters, [key]: undefined }),
    })),
    ...(span === null
      ? []
      : [{ key: "range", label: span, without: notificationsUrl({ ...filters, ...everSince }) }]),
  ];
}

/** `Last 7 days`, `1 Nov – 3 Nov`; null where it is of any time. */
function spanOf(
  words: Words,
  { range, from, to }: Pick<HistoryQuery, "range" | "from" | "to">,
): string | null {
  const { ranges, since, until, between } = words.notifications.history.span;
  if (range === undefined) return null;
  if (range !== "days") return ranges[range];
  // A day of a calendar is the same everywhere.
  const [first, last] = [from, to].map((day) => day && dayLabel(words, Date.parse(day), "UTC"));
  if (first && last) return between(first, last);
  return first ? since(first) : last ? until(last) : null;
}

function pick<Key extends string>(
  of: Readonly<{ [One in Key]?: string | undefined }>,
  keys: readonly Key[],
): Record<string, string | undefined> {
  return Object.fromEntries(keys.map((key) => [key, of[key]]));
}
