import { dateFormat } from "./formats.ts";
import type { Forms } from "./forms.ts";

type Locale = Pick<Forms, "locale">;

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
const PLANNED: Intl.DateTimeFormatOptions = {
  weekday: "short",
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
};
const CLOCK: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };
const CLOCK_SECONDS: Intl.DateTimeFormatOptions = { ...CLOCK, second: "2-digit" };
const DAY: Intl.DateTimeFormatOptions = { day: "numeric", month: "short" };
const DAY_CLOCK: Intl.DateTimeFormatOptions = { ...DAY, ...CLOCK };

/** A moment in full, with its zone: `Mon 23 Nov 2026, 14:05:12 GMT`. Without `timeZone`, in the reader's own. */
export function absoluteTime({ locale }: Locale, atMs: number, timeZone?: string): string {
  return dateFormat(locale, MOMENT, timeZone)
    .format(atMs)
    .replace(/^(\w+), /, "$1 ");
}

/** A moment as a plan has it, with the day of the week: `Mon, 23 Nov 2026, 14:05`. */
export function plannedTime({ locale }: Locale, atMs: number, timeZone: string): string {
  return dateFormat(locale, PLANNED, timeZone).format(atMs);
}

/** The time of day, `14:05`, or with seconds, `14:05:12`. */
export function clockTime({ locale }: Locale, atMs: number, timeZone?: string, seconds = false): string {
  return dateFormat(locale, seconds ? CLOCK_SECONDS : CLOCK, timeZone).format(atMs);
}

/** Day and time for tables that span days: `23 Nov, 14:05`. */
export function dayTime({ locale }: Locale, atMs: number, timeZone?: string): string {
  return dateFormat(locale, DAY_CLOCK, timeZone).format(atMs);
}

/** The day alone, for an axis of days: `23 Nov`. */
export function dayLabel({ locale }: Locale, atMs: number, timeZone?: string): string {
  return dateFormat(locale, DAY, timeZone).format(atMs);
}
