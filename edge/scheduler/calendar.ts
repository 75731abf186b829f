import { Cron } from "croner";
import type { ScheduleSet } from "../../protocol/log/downlog/schedule-set.ts";
import { MINUTE } from "../../protocol/units.ts";

/**
 * When something comes due.
 *
 * What names one time of day comes due once a day: when the clock is set forward over it, as soon as that hour is over; when
 * the clock is set back and it comes twice, the first time. What repeats within the day (a list, a range, a star) comes
 * due whenever the clock on the wall shows it. Vixie cron and systemd do it so as well.
 */
export interface Calendar {
  /** The first slot after a moment, ms; null when there is none. */
  next(afterMs: number): number | null;
}

/** Null: it cannot be read. */
export function calendarOf(timing: ScheduleSet["timing"]): Calendar | null {
  if (timing.kind === "at") return { next: (afterMs) => (timing.atMs > afterMs ? timing.atMs : null) };
  try {
    const cron = new Cron(timing.cron, { timezone: timing.timeZone, mode: "5-or-6-parts", paused: true });
    return { next: (afterMs) => cron.nextRun(new Date(afterMs))?.getTime() ?? null };
  } catch {
    return null;
  }
}

/** Slots after one moment and up to another, oldest first; no more than `most`. */
export function slotsBetween(calendar: Calendar, afterMs: number, toMs: number, most: number): number[] {
  const slots: number[] = [];
  let slot = calendar.next(afterMs);
  while (slot !== null && slot <= toMs && slots.length < most) {
    slots.push(slot);
    slot = calendar.next(slot);
  }
  return slots;
}

/**
 * The newest of the slots between two moments, oldest first; `most` of them or fewer. Looks back in growing steps, because a
 * schedule may have come due a million times since.
 */
export function newestBetween(calendar: Calendar, afterMs: number, toMs: number, most: number): number[] {
  for (let spanMs = MINUTE; ; spanMs *= 4) {
    const fromMs = Math.max(afterMs, toMs - spanMs);
    const slots = slotsBetween(calendar, fromMs, toMs, Number.POSITIVE_INFINITY);
    if (slots.length >= most || fromMs === afterMs) return slots.slice(-most);
  }
}
