import { dateFormat } from "./formats.ts";

const MOMENT: Intl.DateTimeFormatOptions = {
  weekday: "short",
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  timeZoneName: "short",
};
const CLOCK: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };
const CLOCK_SECONDS: Intl.DateTimeFormatOptions = { ...CLOCK, second: "2-digit" };
const DAY_CLOCK: Intl.DateTimeFormatOptions = { day: "numeric", month: "short", ...CLOCK };

/** A moment in full, with its zone: `Mon 23 Nov 2026, 14:05:12 GMT`. Without `timeZone`, in the reader's own. */
export function absoluteTime(atMs: number, timeZone?: string): string {
  return dateFormat("en-GB", MOMENT, timeZone)
    .format(atMs)
    .replace(/^(\w+), /, "$1 ");
}

/** The time of day, `14:05`, or with seconds, `14:05:12`. */
export function clockTime(atMs: number, timeZone?: string, seconds = false): string {
  return dateFormat("en-GB", seconds ? CLOCK_SECONDS : CLOCK, timeZone).format(atMs);
}

/** Day and time for tables that span days: `23 Nov, 14:05`. */
export function dayTime(atMs: number, timeZone?: string): string {
  return dateFormat("en-GB", DAY_CLOCK, timeZone).format(atMs);
}
