import { DAY, HOUR, MINUTE, SECOND } from "../../protocol/units.ts";
import type { BrowserWords } from "./catalogues.ts";
import type { SpanUnit } from "./english/times.ts";

/**
 * How long ago (or until) something is, short enough for a table: `just now`, `12 s ago`, `3 min ago`, `in 4 h`,
 * `9 days ago`. Rounds down, so that nothing looks older than it is. With `lasting` the span alone: `12 s`, `9 days`.
 */
export function relativeTime(
  { times }: BrowserWords,
  atMs: number,
  nowMs: number,
  as: "" | "lasting" = "",
): string {
  const spanMs = Math.abs(nowMs - atMs);
  const { unit, amount } = largestUnit(spanMs);
  if (as !== "") return times.lasting(unit, amount);
  if (spanMs < 5 * SECOND) return times.justNow;
  return atMs <= nowMs ? times.ago(unit, amount) : times.until(unit, amount);
}

/** A span of time in its largest unit: `12 s`, `3 min`, `4 h`, `9 days`. */
export function duration({ times }: BrowserWords, spanMs: number): string {
  const { unit, amount } = largestUnit(spanMs);
  return times.spans[unit](amount);
}

function largestUnit(spanMs: number): { unit: SpanUnit; amount: number } {
  if (spanMs < MINUTE) return { unit: "second", amount: Math.floor(spanMs / SECOND) };
  if (spanMs < HOUR) return { unit: "minute", amount: Math.floor(spanMs / MINUTE) };
  if (spanMs < DAY) return { unit: "hour", amount: Math.floor(spanMs / HOUR) };
  return { unit: "day", amount: Math.floor(spanMs / DAY) };
}
