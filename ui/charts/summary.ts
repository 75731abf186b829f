import type { SeriesPoint } from "../../protocol/telemetry/series.ts";
import type { BrowserWords } from "../words/catalogues.ts";
import { formatMeasure, metricName } from "../words/words.ts";

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
  words: BrowserWords,
  series: { metric: string; unit: string; boolean: boolean; within: string; summary: Summary | null },
  when: (atMs: number) => string,
): string {
  const { telemetry } = words;
  const { unit, within, summary } = series;
  const name = metricName(words, series.metric);
  if (summary === null) return telemetry.saysNothing(name, within);
  const { count, mean, lowest, highest } = summary;
  if (series.boolean) return telemetry.saysYes(name, within, Math.round(mean * 1_000) / 10, count);
  const measure = (value: number) => formatMeasure(words, value, unit);
  if (lowest.value === highest.value) return telemetry.saysAlways(name, within, measure(mean));
  return telemetry.says({
    metric: name,
    span: within,
    mean: measure(mean),
    lowest: measure(lowest.value),
    lowestAt: when(lowest.atMs),
    highest: measure(highest.value),
    highestAt: when(highest.atMs),
  });
}
