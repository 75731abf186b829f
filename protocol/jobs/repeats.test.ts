import { expect, test } from "bun:test";
import * as v from "valibot";
import {
  cronOf,
  EVERY_HOURS,
  EVERY_MINUTES,
  MONTH_DAYS,
  type Repeat,
  repeatOf,
  repeatSchema,
} from "./repeats.ts";

const TIMES = ["00:00", "03:00", "12:05", "23:59"];
const CHOICES: Repeat[] = [
  ...TIMES.flatMap((time): Repeat[] => [
    { kind: "weekdays", time },
    { kind: "day", time },
    { kind: "week", time, days: ["1", "0"] },
    { kind: "week", time, days: ["6"] },
    ...MONTH_DAYS.map((day): Repeat => ({ kind: "month", time, day })),
  ]),
  ...EVERY_HOURS.map((hours): Repeat => ({ kind: "hours", hours })),
  ...EVERY_MINUTES.map((minutes): Repeat => ({ kind: "minutes", minutes })),
  { kind: "own", cron: "0 0 3 1 1 *" },
];

test("every choice is a schedule, which is that choice again", () => {
  for (const choice of CHOICES) {
    expect(v.is(repeatSchema, choice)).toBe(true);
    expect(repeatOf(cronOf(choice))).toEqual(choice);
  }
});

test("people choose, and cron is written for them", () => {
  expect(cronOf({ kind: "weekdays", time: "03:00" })).toBe("0 3 * * 1-5");
  expect(cronOf({ kind: "week", time: "03:30", days: ["0", "2"] })).toBe("30 3 * * 2,0");
  expect(cronOf({ kind: "month", time: "04:00", day: "L" })).toBe("0 4 L * *");
  expect(repeatOf("0 3 * * 1,2,3,4,5")).toEqual({ kind: "weekdays", time: "03:00" });
});

test.each([
  ...["0 3 * * 1-4", "0 3 1 * 1", "0 3 * 6 *", "0 3,4 * * *", "*/7 * * * *", "0 */5 * * *", "0 3 31 * *"],
  ...["@daily", "0 25 * * *", "0 0 3 * * *", "5 */2 * * *", "0 3 * * mon"],
])("%s is a schedule of its own", (cron) => {
  expect(repeatOf(cron)).toEqual({ kind: "own", cron });
});

test("what was not chosen is named", () => {
  const wrong = v.safeParse(repeatSchema, { kind: "week", time: "3:00", days: [] });
  expect(wrong.issues?.map((issue) => [v.getDotPath(issue), issue.message])).toEqual([
    ["time", "must be a time such as 03:00"],
    ["days", "must name a day of the week at least"],
  ]);
});
