import { Cron } from "croner";
import { toTimestamp } from "../../protocol/api/list.ts";
import { accept, type Result, refuseField } from "../../protocol/errors.ts";

/** When a schedule comes due. Pure: the moment to count from is given. */

/**
 * Whether it ever comes due after a moment, in an IANA zone. Refuses what cannot be read, and what never comes (the 30th of
 * February), at `timing.cron`.
 */
export function checkCron(cron: string, timeZone: string, afterMs: number): Result<number> {
  let next: number | null;
  try {
    next = nextSlot(cron, timeZone, afterMs);
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^CronPattern: /, "") : "it cannot be read";
    return refuseField("timing.cron", `is no schedule: ${why}`);
  }
  return next === null ? refuseField("timing.cron", "never comes due") : accept(next);
}

/** The first time it comes due after a moment, ms; null when it never does. */
export function nextSlot(cron: string, timeZone: string, afterMs: number): number | null {
  return calendar(cron, timeZone).nextRun(new Date(afterMs))?.getTime() ?? null;
}

/** The next so many. */
export function nextSlots(cron: string, timeZone: string, afterMs: number, count: number): number[] {
  return calendar(cron, timeZone)
    .nextRuns(count, new Date(afterMs))
    .map((date) => date.getTime());
}

/** All of those from `fromMs` to `toMs`, both included, the newest `most` of them, oldest first. */
export function slotsBetween(
  cron: string,
  timeZone: string,
  fromMs: number,
  toMs: number,
  most: number,
): number[] {
  const of = calendar(cron, timeZone);
  const slots: number[] = [];
  for (let at = of.nextRun(new Date(fromMs - 1)); at !== null && at.getTime() <= toMs; at = of.nextRun(at)) {
    slots.push(at.getTime());
    if (slots.length > most) slots.shift();
  }
  return slots;
}

/** `paused`: it is asked, and runs nothing itself. */
function calendar(cron: string, timeZone: string): Cron {
  return new Cron(cron, { timezone: timeZone, paused: true });
}

/** A moment as the clock on the wall of a zone shows it: `2026-03-29 03:30`. */
export function wallClock(atMs: number, timeZone: string): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" }).format(atMs);
}

/** `2026-03-29T03:30` on the clock of a zone as a timestamp; of an hour that comes twice, one of the two. Null for no time. */
export function momentOf(local: string, zone: string): string | null {
  const asUtcMs = Date.parse(`${local}Z`);
  // `Date` takes the 30th of February for the 2nd of March.
  if (Number.isNaN(asUtcMs) || !local.startsWith(toTimestamp(asUtcMs).slice(0, 10))) return null;
  const shown = Date.parse(`${wallClock(asUtcMs, zone).replace(" ", "T")}Z`);
  const guessMs = asUtcMs - (shown - asUtcMs);
  const again = Date.parse(`${wallClock(guessMs, zone).replace(" ", "T")}Z`);
  return toTimestamp(guessMs - (again - asUtcMs));
}
