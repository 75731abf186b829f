/**
 * Spans of time whose slots have been made, or were left out because the run before had not ended: when the clock is set back
 * they come again, and are not made again. Slots that were missed are not among them: a clock that was wrong by years for a
 * minute has "missed" them, and they are made when their time really comes.
 */

/** From the first slot to when the last was dealt with, both included, ms; the newest is the last in the list. */
export type DoneSpans = readonly (readonly [number, number])[];

/** A span begins when slots were missed or the clock was set. Beyond so many, those that end first are forgotten. */
const SPANS_MAX = 8;

/** The end of the span that a moment lies in; null when it lies in none. */
export function doneUntil(spans: DoneSpans, atMs: number): number | null {
  return spans.find(([from, to]) => from <= atMs && atMs <= to)?.[1] ?? null;
}

/** Everything from `fromMs` to `toMs` is done. `follows`: with no slot in between that is not, since the newest span. */
export function withDone(spans: DoneSpans, fromMs: number, toMs: number, follows: boolean): DoneSpans {
  const last = spans.at(-1);
  if (follows && last !== undefined) return [...spans.slice(0, -1), [last[0], toMs]];
  const all = [...spans, [fromMs, toMs] as const];
  if (all.length <= SPANS_MAX) return all;
  const first = all.reduce((least, span) => (span[1] < least[1] ? span : least));
  return all.filter((span) => span !== first);
}
