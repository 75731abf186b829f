import { DAY, HOUR, MINUTE } from "../../protocol/units.ts";
import type { BrowserWords } from "../words/catalogues.ts";
import { clockTime, dayLabel, dayTime } from "../words/words.ts";

/** The words on the axes of a chart, and in what describes it. */

/**
 * A time as finely as its span needs: with seconds within an hour, with the day beyond a day. Without `timeZone`, in the
 * reader's own.
 */
export function timeLabel(words: BrowserWords, atMs: number, spanMs: number, timeZone?: string): string {
  if (spanMs > DAY) return dayTime(words, atMs, timeZone);
  return clockTime(words, atMs, timeZone, spanMs <= HOUR / 2);
}

/** The labels of a time axis whose ticks are `stepMs` apart: only as much as changes between them. */
export function tickLabels(words: BrowserWords, ticksMs: readonly number[], stepMs: number): string[] {
  if (stepMs >= DAY) return ticksMs.map((atMs) => dayLabel(words, atMs));
  return ticksMs.map((atMs) => clockTime(words, atMs, undefined, stepMs < MINUTE));
}

/** Least and greatest value of a value axis: some air around the data, and a height even where it is flat. */
export function valueRange(low: number, high: number, boolean: boolean): [number, number] {
  if (boolean) return [-0.15, 1.15];
  if (low === high) {
    const air = Math.max(Math.abs(low) * 0.05, 0.5);
    return [low - air, high + air];
  }
  const air = (high - low) * 0.12;
  // A quantity that never goes below nothing is not drawn as if it could.
  return [low >= 0 && low - air < 0 ? 0 : low - air, high + air];
}

export function valueLabels(words: BrowserWords, ticks: readonly number[], boolean: boolean): string[] {
  const { no, yes } = words.telemetry;
  if (boolean) return ticks.map((tick) => (tick === 0 ? no : tick === 1 ? yes : ""));
  const step = ticks.length > 1 ? Math.abs(ticks[1]! - ticks[0]!) : 1;
  const first = Math.max(0, Math.min(6, -Math.floor(Math.log10(step) + 1e-9)));
  // A step of 0.025 has one more: rounded, its ticks would seem to be unevenly apart.
  const isWhole = Math.abs(step * 10 ** first - Math.round(step * 10 ** first)) < 1e-6;
  const decimals = isWhole || first >= 6 ? first : first + 1;
  return ticks.map((tick) => words.number(tick, Math.abs(tick) >= 1e9 ? undefined : decimals));
}
