import { MISSED_ALL_MAX, type MissedPolicy } from "../../protocol/jobs/job-terms.ts";
import { MINUTE } from "../../protocol/units.ts";
import { type Calendar, newestBetween, slotsBetween } from "./calendar.ts";
import { type DoneSpans, doneUntil } from "./done-spans.ts";

/** What is to become of slots that have come due. Pure: no clock, no database. */

/** Later than this a slot was missed: the gateway was down, or its clock was set. */
export const ON_TIME_MS = MINUTE;
/** Missed slots are counted up to so many: years of a schedule by the second are billions. */
export const MISSED_COUNT_MAX = 1_000;

export interface Due {
  /** To be made, oldest first. `missed`: it was, or stands behind one that was. */
  runs: { slotMs: number; missed: boolean }[];
  /** Left out by the policy for what was missed, all before the first that is made; null when none was. */
  leftOut: { slotMs: number; count: number } | null;
}

/** The first slot after a moment that is not done. */
export function nextUndone(calendar: Calendar, done: DoneSpans, afterMs: number): number | null {
  let slot = calendar.next(afterMs);
  while (slot !== null) {
    const until = doneUntil(done, slot);
    if (until === null) return slot;
    slot = calendar.next(until);
  }
  return null;
}

/** What came due from `firstMs`, a slot, up to now. `expiresAfterMs`: later than that none could begin any more. */
export function dueSince(
  { calendar, done }: { calendar: Calendar; done: DoneSpans },
  policy: { missed: MissedPolicy; expiresAfterMs: number },
  firstMs: number,
  nowMs: number,
): Due {
  const isOpen = (slotMs: number): boolean => doneUntil(done, slotMs) === null;
  const oldestMs = Math.max(firstMs - 1, nowMs - policy.expiresAfterMs);
  const newest = newestBetween(calendar, oldestMs, nowMs, MISSED_ALL_MAX + 1).filter(isOpen);
  const isLate = (slotMs: number): boolean => nowMs - slotMs > ON_TIME_MS;
  const made = chosen(newest, policy.missed, isLate);
  const runs = made.map((slotMs) => ({ slotMs, missed: made.length > 1 || isLate(slotMs) }));
  const beforeMs = runs[0]?.slotMs ?? nowMs + 1;
  if (firstMs >= beforeMs) return { runs, leftOut: null };
  const count = slotsBetween(calendar, firstMs - 1, beforeMs - 1, MISSED_COUNT_MAX).filter(isOpen).length;
  return { runs, leftOut: { slotMs: firstMs, count } };
}

/** Which of the newest slots are made: those of `all`, or the newest alone. */
function chosen(slots: number[], missed: MissedPolicy, isLate: (slotMs: number) => boolean): number[] {
  if (missed === "all") return slots.slice(-MISSED_ALL_MAX);
  const newest = slots.slice(-1);
  return missed === "once" ? newest : newest.filter((slotMs) => !isLate(slotMs));
}
