import { clockTime, dayLabel, dayTime } from "./absolute-time.ts";
import type { Forms } from "./forms.ts";

/**
 * A moment on the reader's clock and on that of a site: `14:05` and `08:05`, with their days where those differ too.
 * Null when both clocks say the same.
 */
export function bothTimes(
  words: Pick<Forms, "locale">,
  atMs: number,
  yours: string,
  there: string,
): { yours: string; there: string } | null {
  const onSameDay = dayLabel(words, atMs, yours) === dayLabel(words, atMs, there);
  const told = onSameDay ? clockTime : dayTime;
  const both = { yours: told(words, atMs, yours), there: told(words, atMs, there) };
  return both.yours === both.there ? null : both;
}
