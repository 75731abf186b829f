import { describe, expect, test } from "bun:test";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { DAY, HOUR, MINUTE } from "../../protocol/units.ts";
import { type Calendar, calendarOf, newestBetween, slotsBetween } from "./calendar.ts";

const cron = (text: string, timeZone: string): Calendar =>
  calendarOf({ kind: "cron", cron: text, timeZone })!;
const YEAR = { from: Date.UTC(2026, 0, 1) - 1, to: Date.UTC(2027, 0, 1) - 1 };
const ofYear = (calendar: Calendar): number[] => slotsBetween(calendar, YEAR.from, YEAR.to, 100_000);

const clocks = new Map<string, Intl.DateTimeFormat>();
/** `2026-03-29 03:30`, as the clock on the wall shows it. */
function wall(atMs: number, timeZone: string): string {
  const known = clocks.get(timeZone);
  const clock = known ?? new Intl.DateTimeFormat("sv", { timeZone, dateStyle: "short", timeStyle: "short" });
  clocks.set(timeZone, clock);
  return clock.format(atMs);
}

const ZONES = ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"];
const TIMES = [
  "00:00",
  "00:30",
  "01:00",
  "01:30",
  "01:45",
  "02:00",
  "02:15",
  "02:30",
  "03:00",
  "12:00",
  "23:45",
];

describe.each(ZONES)("over the year 2026 in %s", (timeZone) => {
  const quarters = new Map<string, number[]>();
  for (let atMs = YEAR.from + 1; atMs <= YEAR.to; atMs += 15 * MINUTE) {
    const shown = wall(atMs, timeZone);
    quarters.set(shown, [...(quarters.get(shown) ?? []), atMs]);
  }

  test("a time of day comes once each day, also where the clock skips it or shows it twice", () => {
    for (const time of TIMES) {
      const [hour, minute] = time.split(":").map(Number);
      const slots = ofYear(cron(`${minute} ${hour} * * *`, timeZone));
      const days = slots.map((atMs) => wall(atMs, timeZone).slice(0, 10));
      expect(new Set(days).size).toBe(days.length);
      expect(days.length).toBeGreaterThanOrEqual(364);
      for (const atMs of slots) {
        const shown = wall(atMs, timeZone);
        const wanted = `${shown.slice(0, 10)} ${time}`;
        const real = quarters.get(wanted);
        if (real !== undefined) expect([wanted, atMs]).toEqual([wanted, real[0]!]);
        // The minute before shows an earlier time than is wanted: it is the first after the gap.
        else expect([wall(atMs - MINUTE, timeZone) < wanted, shown > wanted]).toEqual([true, true]);
      }
    }
  });

  test("what repeats within the day comes whenever the clock shows it", () => {
    const slots = ofYear(cron("*/15 1,2 * * *", timeZone));
    const shown = [...quarters].filter(([text]) => ["01", "02"].includes(text.slice(11, 13)));
    expect(slots).toEqual(shown.flatMap(([, all]) => all).sort((a, b) => a - b));
  });

  test("asked from any moment, what comes next is what comes next", () => {
    const random = seededRandom(7);
    for (const text of ["30 1 * * *", "0 */2 * * *", "15 2 * * 0", "0 12 1 * *"]) {
      const calendar = cron(text, timeZone);
      const slots = ofYear(calendar);
      // Also around each change of the clock, where it is hard.
      const hard = slots.flatMap((slot) => (slot % (40 * DAY) < 3 * HOUR ? [slot - 1, slot, slot + 1] : []));
      const moments = [
        ...Array.from(
          { length: 100 },
          () => YEAR.from + Math.floor(random.next() * (slots.at(-1)! - YEAR.from)),
        ),
        ...Array.from({ length: 96 }, (_, n) => Date.UTC(2026, 9, 24, 12) + n * 15 * MINUTE),
        ...hard.filter((at) => at < slots.at(-1)!),
      ];
      for (const atMs of moments) expect(calendar.next(atMs)).toBe(slots.find((slot) => slot > atMs)!);
    }
  });
});

describe("a calendar", () => {
  test("knows leap days", () => {
    const leap = cron("0 6 29 2 *", "Europe/London");
    expect(slotsBetween(leap, Date.UTC(2026, 0, 1), Date.UTC(2100, 0, 1), 3)).toEqual([
      Date.UTC(2028, 1, 29, 6),
      Date.UTC(2032, 1, 29, 6),
      Date.UTC(2036, 1, 29, 6),
    ]);
    expect(slotsBetween(cron("0 0 L 2 *", "UTC"), Date.UTC(2027, 0, 1), Date.UTC(2030, 0, 1), 9)).toEqual([
      Date.UTC(2027, 1, 28),
      Date.UTC(2028, 1, 29),
      Date.UTC(2029, 1, 28),
    ]);
  });

  test("takes six fields with seconds in front, and nicknames", () => {
    const from = Date.UTC(2026, 5, 1);
    expect(cron("*/20 * * * * *", "UTC").next(from)).toBe(from + 20_000);
    expect(cron("@daily", "UTC").next(from)).toBe(from + DAY);
  });

  test("that cannot be read is none, and one that never comes has no next", () => {
    for (const text of ["61 * * * *", "a b c d e", "* * * * * * 2027"]) {
      expect(calendarOf({ kind: "cron", cron: text, timeZone: "UTC" })).toBeNull();
    }
    expect(cron("0 0 30 2 *", "UTC").next(0)).toBeNull();
  });

  test("of one moment has that moment", () => {
    const once = calendarOf({ kind: "at", atMs: 1_000 })!;
    expect([once.next(0), once.next(999), once.next(1_000)]).toEqual([1_000, 1_000, null]);
  });

  test("finds the newest of many without going through all of them", () => {
    const daily = cron("0 0 * * *", "UTC");
    let asked = 0;
    const counting: Calendar = {
      next(afterMs) {
        asked += 1;
        return cron("* * * * *", "UTC").next(afterMs);
      },
    };
    const now = Date.UTC(2038, 0, 19, 3, 14);
    expect(newestBetween(counting, Date.UTC(2026, 0, 1), now, 3)).toEqual([
      now - 2 * MINUTE,
      now - MINUTE,
      now,
    ]);
    expect(asked).toBeLessThan(50);
    expect(newestBetween(daily, Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 3), 9)).toEqual([
      Date.UTC(2026, 0, 2),
      Date.UTC(2026, 0, 3),
    ]);
  });
});
