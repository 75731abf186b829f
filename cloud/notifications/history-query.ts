import * as v from "valibot";
import { accept, type Result, refuseField } from "../../protocol/errors.ts";
import { HISTORY_RANGES, type HistoryQuery } from "../../protocol/notifications/history-range.ts";
import {
  type NotificationQuery,
  notificationQuerySchema,
} from "../../protocol/notifications/notification.ts";
import { check } from "../../protocol/validate.ts";
import { momentOf, wallClock } from "../jobs/jobs.ts";

/** The address of the history: the filters of the API, with the time in days of the reader's own calendar. */

const day = v.optional(v.pipe(v.string(), v.check(isDay, "must be a day such as 2026-11-23")));
const historyQuerySchema = v.object({
  ...notificationQuerySchema.entries,
  range: v.optional(v.picklist(HISTORY_RANGES, `must be one of ${HISTORY_RANGES.join(", ")}`)),
  /** First and last day, both included, where no other range is asked for. */
  from: day,
  to: day,
});

/** What was asked for, as the page shows it and as the API is asked. Code: `request.invalid`. */
export function readHistoryQuery(
  given: Readonly<Record<string, string>>,
  zone: string,
  nowMs: number,
): Result<{ shown: HistoryQuery; asked: NotificationQuery }> {
  const checked = check(historyQuerySchema, given);
  if (!checked.ok) return checked;
  const { range, from, to, ...query } = checked.value;
  if (range === "today" || range === "7" || range === "30") {
    const today = wallClock(nowMs, zone).slice(0, NO_TIME);
    const begins = plusDays(today, 1 - (range === "today" ? 1 : Number(range)));
    return accept({ shown: { ...query, range }, asked: { ...query, ...spanOf(begins, undefined, zone) } });
  }
  if (from === undefined && to === undefined)
    return accept({ shown: range === undefined ? query : { ...query, range }, asked: query });
  if (from !== undefined && to !== undefined && to < from)
    return refuseField("to", "must not be before the first day");
  return accept({
    shown: { ...query, range: "days", from, to },
    asked: { ...query, ...spanOf(from, to, zone) },
  });
}

/** From the midnight that a day begins with to the one that the last ends with. */
function spanOf(from: string | undefined, to: string | undefined, zone: string) {
  const midnight = (dayText: string) => momentOf(`${dayText}T00:00`, zone) ?? `${dayText}T00:00:00.000Z`;
  return {
    ...(from === undefined ? {} : { from: midnight(from) }),
    ...(to === undefined ? {} : { to: midnight(plusDays(to, 1)) }),
  };
}

const NO_TIME = "2026-11-23".length;

function plusDays(dayText: string, days: number): string {
  const date = new Date(`${dayText}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, NO_TIME);
}

/** What is formed like one may still be the 31st of February. */
function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
  );
}
