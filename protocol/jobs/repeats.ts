import * as v from "valibot";
import { cronSchema } from "./job-timing.ts";

/**
 * How often something is done, as people choose it, and the schedule (cron) that says the same. What cannot be chosen so is a
 * schedule of its own.
 */

/** Numbers of cron, in the order in which weeks are read here. */
export const WEEKDAYS = ["1", "2", "3", "4", "5", "6", "0"] as const;
export type Weekday = (typeof WEEKDAYS)[number];
const WORKING_DAYS: readonly Weekday[] = ["1", "2", "3", "4", "5"];

/** Those by which an hour, or a day, is divided without rest: else the last step is shorter than the others. */
export const EVERY_MINUTES = ["5", "10", "15", "20", "30"] as const;
export const EVERY_HOURS = ["1", "2", "3", "4", "6", "8", "12"] as const;
export const LAST_DAY = "L";
/** Days that every month has, and its last. */
export const MONTH_DAYS = [...Array.from({ length: 28 }, (_, index) => String(index + 1)), LAST_DAY];

const timeSchema = v.pipe(
  v.string("must be a time such as 03:00"),
  v.regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time such as 03:00"),
);

export const repeatSchema = v.variant("kind", [
  v.object({ kind: v.literal("weekdays"), time: timeSchema }),
  v.object({ kind: v.literal("day"), time: timeSchema }),
  v.object({
    kind: v.literal("week"),
    time: timeSchema,
    days: v.pipe(v.array(v.picklist(WEEKDAYS)), v.minLength(1, "must name a day of the week at least")),
  }),
  v.object({
    kind: v.literal("month"),
    time: timeSchema,
    day: v.picklist(MONTH_DAYS, "must be a day that every month has, or the last"),
  }),
  v.object({ kind: v.literal("hours"), hours: v.picklist(EVERY_HOURS, "must divide a day") }),
  v.object({ kind: v.literal("minutes"), minutes: v.picklist(EVERY_MINUTES, "must divide an hour") }),
  v.object({ kind: v.literal("own"), cron: cronSchema }),
]);
export type Repeat = v.InferOutput<typeof repeatSchema>;
export const REPEAT_KINDS = repeatSchema.options.map(({ entries }) => entries.kind.literal);

export function cronOf(repeat: Repeat): string {
  switch (repeat.kind) {
    case "weekdays":
      return `${at(repeat.time)} * * 1-5`;
    case "day":
      return `${at(repeat.time)} * * *`;
    case "week":
      return `${at(repeat.time)} * * ${WEEKDAYS.filter((day) => repeat.days.includes(day)).join(",")}`;
    case "month":
      return `${at(repeat.time)} ${repeat.day} * *`;
    case "hours":
      return repeat.hours === "1" ? "0 * * * *" : `0 */${repeat.hours} * * *`;
    case "minutes":
      return `*/${repeat.minutes} * * * *`;
    case "own":
      return repeat.cron;
  }
}

/** The choice that a schedule is; `own` for one that cannot be chosen. */
export function repeatOf(cron: string): Repeat {
  const fields = cron.trim().split(/\s+/);
  const own = { kind: "own", cron } as const;
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = fields;
  if (fields.length !== 5 || month !== "*") return own;
  const chosen = chosenBy({ time: timeOf(minute, hour), minute, hour, day, weekday });
  const checked = v.safeParse(repeatSchema, chosen);
  return checked.success ? checked.output : own;
}

function chosenBy(of: { time: string; minute: string; hour: string; day: string; weekday: string }): unknown {
  const { time, minute, hour, day, weekday } = of;
  if (day === "*" && weekday === "*") {
    if (hour === "*" && minute.startsWith("*/")) return { kind: "minutes", minutes: minute.slice(2) };
    if (minute === "0" && hour === "*") return { kind: "hours", hours: "1" };
    if (minute === "0" && hour.startsWith("*/")) return { kind: "hours", hours: hour.slice(2) };
    return { kind: "day", time };
  }
  if (weekday === "*") return { kind: "month", time, day };
  if (day !== "*") return null;
  const days = weekday === "1-5" ? WORKING_DAYS : weekday.split(",");
  const working = WORKING_DAYS.length === days.length && WORKING_DAYS.every((one) => days.includes(one));
  return working ? { kind: "weekdays", time } : { kind: "week", time, days };
}

/** `05:30` as minute and hour of a schedule: `30 5`. */
function at(time: string): string {
  const [hour, minute] = time.split(":");
  return `${Number(minute)} ${Number(hour)}`;
}

/** Empty for what is no one time of the day. */
function timeOf(minute: string, hour: string): string {
  return /^\d{1,2}$/.test(minute) && /^\d{1,2}$/.test(hour)
    ? `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`
    : "";
}
