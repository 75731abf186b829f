import type { SeriesPoint } from "../../protocol/telemetry/series.ts";

/** A live reading of one metric: `[ms since 1970, value]`. Booleans count as 0 and 1. */
export type LiveReading = readonly [number, number];

/**
 * Puts live readings behind the history they continue, in points of the same width, so that a chart of a day does
 * not grow by a point a second. Readings at or before `historyToMs` are in the history already and are left out.
 */
export function joinLive(
  history: readonly SeriesPoint[],
  live: readonly LiveReading[],
  historyToMs: number,
  bucketMs: number,
): SeriesPoint[] {
  const points = [...history];
  const news = live.filter(([atMs]) => atMs > historyToMs).sort((a, b) => a[0] - b[0]);
  for (const [atMs, value] of news) {
    const last = points.at(-1);
    if (last === undefined || bucketOf(last[0], bucketMs) !== bucketOf(atMs, bucketMs)) {
      points.push([atMs, value, value, value, 1]);
      continue;
    }
    const [startMs, min, mean, max, count] = last;
    points[points.length - 1] = [
      startMs,
      Math.min(min, value),
      mean + (value - mean) / (count + 1),
      Math.max(max, value),
      count + 1,
    ];
  }
  return points;
}

function bucketOf(atMs: number, bucketMs: number): number {
  return Math.floor(atMs / bucketMs);
}

/** A gap is a silence of more than this many times the usual distance between points. */
const GAP_FACTOR = 2.5;

/** The distance in ms beyond which two neighbouring points are not joined by a line. */
export function gapMs(points: readonly SeriesPoint[], bucketMs: number): number {
  const distances: number[] = [];
  for (let index = 1; index < points.length; index += 1) {
    distances.push(points[index]![0] - points[index - 1]![0]);
  }
  if (distances.length === 0) return Number.POSITIVE_INFINITY;
  distances.sort((a, b) => a - b);
  const usual = distances[Math.floor(distances.length / 2)]!;
  return GAP_FACTOR * Math.max(usual, bucketMs);
}

/** What a plot draws: seconds since 1970, and for each the least, mean and greatest value; null is a gap. */
export interface Columns {
  times: number[];
  min: (number | null)[];
  mean: (number | null)[];
  max: (number | null)[];
}

/** Columns of the points within a span of time, with a null row wherever there is a gap. */
export function toColumns(
  points: readonly SeriesPoint[],
  span: { fromMs: number; toMs: number },
  gap: number,
): Columns {
  const columns: Columns = { times: [], min: [], mean: [], max: [] };
  let before: number | null = null;
  for (const [atMs, min, mean, max] of points) {
    if (atMs < span.fromMs || atMs > span.toMs) continue;
    if (before !== null && atMs - before > gap) push(columns, (before + atMs) / 2, null, null, null);
    push(columns, atMs, min, mean, max);
    before = atMs;
  }
  return columns;
}

function push(
  columns: Columns,
  atMs: number,
  min: number | null,
  mean: number | null,
  max: number | null,
): void {
  columns.times.push(atMs / 1_000);
  columns.min.push(min);
  columns.mean.push(mean);
  columns.max.push(max);
}
