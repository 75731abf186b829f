import type { SeriesPoint } from "../../protocol/telemetry/series.ts";
import { formatMeasure, formatNumber, metricName } from "../words/words.ts";

export interface Summary {
  count: number;
  mean: number;
  lowest: { value: number; atMs: number };
  highest: { value: number; atMs: number };
}

/** What a series says as a whole; null when it has no points. The mean weighs every reading alike. */
export function summarize(points: readonly SeriesPoint[]): Summary | null {
  const [first] = points;
  if (first === undefined) return null;
  const lowest = { value: first[1], atMs: first[0] };
  const highest = { value: first[3], atMs: first[0] };
  let count = 0;
  let mean = 0;
  for (const [atMs, min, pointMean, max, pointCount] of points) {
    count += pointCount;
    mean += ((pointMean - mean) * pointCount) / count;
    if (min < lowest.value) Object.assign(lowest, { value: min, atMs });
    if (max > highest.value) Object.assign(highest, { value: max, atMs });
  }
  return { count, mean, lowest, highest };
}

/**
 * The chart as a sentence, for those who do not see it and for those in a hurry. `when` writes a time as the axis does.
 */
export function describeSeries(
  series: { metric: string; unit: string; boolean: boolean; words: string; points: readonly SeriesPoint[] },
  when: (atMs: number) => string,
): string {
  const name = metricName(series.metric);
  const summary = summarize(series.points);
  if (summary === null) return `${name}: nothing was measured in ${series.words}.`;
  if (series.boolean) {
    const share = formatNumber(Math.round(summary.mean * 1_000) / 10);
    return `${name} in ${series.words}: yes in ${share} % of ${formatNumber(summary.count)} readings.`;
  }
  const measure = (value: number) => formatMeasure(value, series.unit);
  if (summary.lowest.value === summary.highest.value) {
    return `${name} in ${series.words}: always ${measure(summary.mean)}.`;
  }
  const { lowest, highest } = summary;
  return (
    `${name} in ${series.words}: mean ${measure(summary.mean)}, ` +
    `lowest ${measure(lowest.value)} at ${when(lowest.atMs)}, highest ${measure(highest.value)} at ${when(highest.atMs)}.`
  );
}
