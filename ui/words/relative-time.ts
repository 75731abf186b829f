import { DAY, HOUR, MINUTE, SECOND } from "../../protocol/units.ts";

/**
 * How long ago (or until) something is, short enough for a table: `just now`, `12 s ago`, `3 min ago`, `in 4 h`,
 * `9 days ago`. Rounds down, so that nothing looks older than it is.
 */
export function relativeTime(atMs: number, nowMs: number): string {
  const spanMs = Math.abs(nowMs - atMs);
  if (spanMs < 5 * SECOND) return "just now";
  const span = duration(spanMs);
  return atMs <= nowMs ? `${span} ago` : `in ${span}`;
}

/** A span of time in its largest unit: `12 s`, `3 min`, `4 h`, `9 days`. */
export function duration(spanMs: number): string {
  if (spanMs < MINUTE) return `${Math.floor(spanMs / SECOND)} s`;
  if (spanMs < HOUR) return `${Math.floor(spanMs / MINUTE)} min`;
  if (spanMs < DAY) return `${Math.floor(spanMs / HOUR)} h`;
  const days = Math.floor(spanMs / DAY);
  return days === 1 ? "1 day" : `${days} days`;
}
