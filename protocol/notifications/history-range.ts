import type { NotificationQuery } from "./notification.ts";

/** Spans of the history as its page offers them, in days of the reader's calendar; `days` are from one to another. */
export const HISTORY_RANGES = ["today", "7", "30", "days"] as const;

/** The history as the address of its page asks for it. */
export type HistoryQuery = Omit<NotificationQuery, "from" | "to"> & {
  range?: (typeof HISTORY_RANGES)[number] | undefined;
  /** First and last day, both included: `2026-11-23`. */
  from?: string | undefined;
  to?: string | undefined;
};
