import { DAY, HOUR, MINUTE } from "../../protocol/units.ts";

/** The spans of time a chart can show. `label` is on the button, `words` in the sentence. */
export const RANGES = [
  { key: "15m", label: "15 min", words: "the last 15 minutes", spanMs: 15 * MINUTE },
  { key: "1h", label: "1 h", words: "the last hour", spanMs: HOUR },
  { key: "24h", label: "24 h", words: "the last 24 hours", spanMs: DAY },
  { key: "7d", label: "7 d", words: "the last 7 days", spanMs: 7 * DAY },
] as const;

export type RangeKey = (typeof RANGES)[number]["key"];
export type ChartRange = (typeof RANGES)[number];

export function rangeOf(key: string | undefined): ChartRange {
  return RANGES.find((range) => range.key === key) ?? RANGES[0];
}

/** Points a chart asks for: about one to three pixels each on a desktop. */
export const CHART_POINTS = 300;
export const SPARKLINE_POINTS = 40;
