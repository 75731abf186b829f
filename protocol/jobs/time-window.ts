import * as v from "valibot";
import { DAY, MINUTE } from "../units.ts";

/** Hours of the day in which executions may begin, in the time of the site: `22:00` to `05:00` goes over midnight. */

const timeOfDay = v.pipe(
  v.string("must be a time such as 22:00"),
  v.regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time such as 22:00"),
);

export const timeWindowSchema = v.pipe(
  v.strictObject({ from: timeOfDay, to: timeOfDay }),
  v.check(({ from, to }) => from !== to, "must begin and end at different times"),
  v.metadata({ ref: "TimeWindow" }),
);
export type TimeWindow = v.InferOutput<typeof timeWindowSchema>;

const MINUTES_A_DAY = DAY / MINUTE;
/** Clocks are set by three hours at most, and only at a full quarter of an hour. */
const CAREFUL_MINUTES = 180;
const QUARTER_MINUTES = 15;

/** Whether `atMs` lies within the window at a place in that IANA zone. */
export function isWithin(window: TimeWindow, timeZone: string, atMs: number): boolean {
  const [from, to] = [minutesOf(window.from), minutesOf(window.to)];
  const now = localMinutes(timeZone, atMs);
  return from < to ? now >= from && now < to : now >= from || now < to;
}

/**
 * `atMs` when that is within the window, else when it opens next. A window that falls into the hour a clock is set
 * forward by does not open that day.
 */
export function opensAt(window: TimeWindow, timeZone: string, atMs: number): number {
  if (isWithin(window, timeZone, atMs)) return atMs;
  const from = minutesOf(window.from);
  let minute = Math.ceil(atMs / MINUTE);
  while (!isWithin(window, timeZone, minute * MINUTE)) {
    const ahead = (from - localMinutes(timeZone, minute * MINUTE) + MINUTES_A_DAY) % MINUTES_A_DAY;
    // Near its beginning no quarter of an hour is stepped over, for there the clock may be set.
    const step = Math.min(ahead, QUARTER_MINUTES - (minute % QUARTER_MINUTES));
    minute += Math.max(1, ahead > CAREFUL_MINUTES ? ahead - CAREFUL_MINUTES : step);
  }
  return minute * MINUTE;
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(":") as [string, string];
  return Number(hours) * 60 + Number(minutes);
}

/** One a zone that was ever asked for: to make one takes a hundred times as long as to use it. */
const clocks = new Map<string, Intl.DateTimeFormat>();

function localMinutes(timeZone: string, atMs: number): number {
  let clock = clocks.get(timeZone);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" });
    clocks.set(timeZone, clock);
  }
  return minutesOf(clock.format(atMs)) % MINUTES_A_DAY;
}
