import { DAY, HOUR, MINUTE } from "../../protocol/units.ts";

/** The spans of time a chart can show. Their words are in the catalogue. */
export const RANGES = [
  { key: "15m", spanMs: 15 * MINUTE },
  { key: "1h", spanMs: HOUR },
  { key: "24h", spanMs: DAY },
  { key: "7d", spanMs: 7 * DAY },
] as const;

export type RangeKey = (typeof RANGES)[number]["key"];
export type ChartRange = (typeof RANGES)[number];

export function rangeOf(key: string | undefined): ChartRange {
  return RANGES.find((range) => range.key === key) ?? RANGES[0];
}

/** What a chart begins with. */
export const FIRST_RANGE = RANGES[0];

/** Points a chart asks for: about one to three pixels each on a desktop. */
export const CHART_POINTS = 300;
export const SPARKLINE_POINTS = 40;
