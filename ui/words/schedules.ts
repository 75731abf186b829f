import { LAST_DAY, repeatOf, WEEKDAYS } from "../../protocol/jobs/repeats.ts";
import type { Words } from "./catalogues.ts";

/** How often a schedule comes due, in words; null for one that only cron can say. */
export function scheduleWords({ jobForm }: Words, cron: string): string | null {
  const { told, weekdays, nth } = jobForm;
  const repeat = repeatOf(cron);
  switch (repeat.kind) {
    case "weekdays":
    case "day":
      return told[repeat.kind](repeat.time);
    case "week": {
      const days = WEEKDAYS.filter((day) => repeat.days.includes(day)).map((day) => weekdays[day]);
      return told.week(days.join(", "), repeat.time);
    }
    case "month":
      return repeat.day === LAST_DAY
        ? told.lastOfMonth(repeat.time)
        : told.month(nth(Number(repeat.day)), repeat.time);
    case "hours":
      return told.hours(Number(repeat.hours));
    case "minutes":
      return told.minutes(Number(repeat.minutes));
    case "own":
      return null;
  }
}
