/**
 * Series as pictures: joining history with live readings, finding gaps, summing up in a sentence, labelling axes.
 * Pure but for `plot.ts` and `colours.ts`, which draw, are loaded only where a chart is seen, and are not in this
 * door. Promises that what is drawn, told and listed comes from the same points; never fetches any.
 */
export { timeLabel } from "./axis.ts";
export { type ChartMark, marksWithin } from "./marks.ts";
export {
  CHART_POINTS,
  type ChartRange,
  FIRST_RANGE,
  RANGES,
  type RangeKey,
  rangeOf,
  SPARKLINE_POINTS,
} from "./ranges.ts";
export { type Columns, gapMs, joinLive, type LiveReading, toColumns } from "./series.ts";
export { SPARKLINE_HEIGHT, SPARKLINE_WIDTH, sparklinePath } from "./sparkline.ts";
export { describeSeries, type Summary, summarize } from "./summary.ts";
