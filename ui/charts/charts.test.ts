import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { SeriesPoint } from "../../protocol/telemetry/series.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../../protocol/units.ts";
import { wordsOf } from "../words/catalogues.ts";
import { tickLabels, timeLabel, valueLabels, valueRange } from "./axis.ts";
import {
  type ChartMark,
  describeSeries,
  gapMs,
  joinLive,
  marksWithin,
  rangeOf,
  SPARKLINE_HEIGHT,
  sparklinePath,
  summarize,
  toColumns,
} from "./charts.ts";
import { withRoom } from "./marks.ts";

const words = wordsOf("en");

const point = (atMs: number, value: number, count = 1): SeriesPoint => [atMs, value, value, value, count];

describe("history and live readings together", () => {
  test("what the history has already is not counted twice", () => {
    const joined = joinLive(
      [point(1_000, 5)],
      [
        [1_000, 5],
        [2_000, 6],
        [3_000, 7],
      ],
      2_000,
      1_000,
    );
    expect(joined).toEqual([point(1_000, 5), point(3_000, 7)]);
  });

  test("readings of one bucket become one point with the exact least, mean, greatest and number", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 }),
        (values) => {
          const live = values.map((value, index) => [60_000 + index, value] as const);
          const [only, ...others] = joinLive([], live, 0, MINUTE);
          expect(others).toEqual([]);
          expect(only?.[0]).toBe(60_000);
          expect(only?.[1]).toBe(Math.min(...values));
          expect(only?.[3]).toBe(Math.max(...values));
          expect(only?.[4]).toBe(values.length);
          expect(only?.[2]).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 4);
        },
      ),
    );
  });

  test("a live reading joins the last point of the history when both are of one bucket", () => {
    const joined = joinLive([[60_000, 1, 2, 3, 4]], [[61_000, 7]], 60_500, MINUTE);
    expect(joined).toEqual([[60_000, 1, 3, 7, 5]]);
  });

  test("readings that come out of order are put in order, and the history itself is left alone", () => {
    const history = [point(1_000, 1)];
    const joined = joinLive(
      history,
      [
        [5_000, 5],
        [3_000, 3],
      ],
      1_000,
      1_000,
    );
    expect(joined.map(([atMs]) => atMs)).toEqual([1_000, 3_000, 5_000]);
    expect(history).toEqual([point(1_000, 1)]);
  });
});

describe("gaps", () => {
  test("a silence much longer than usual breaks the line, an ordinary one does not", () => {
    const points = [0, 10, 20, 32, 100, 110].map((second) => point(second * SECOND, second));
    const gap = gapMs(points, SECOND);
    expect(gap).toBe(25 * SECOND);
    const columns = toColumns(points, { fromMs: 0, toMs: 200 * SECOND }, gap);
    expect(columns.times).toEqual([0, 10, 20, 32, 66, 100, 110]);
    expect(columns.mean[4]).toBeNull();
    expect(columns.mean.filter((mean) => mean === null)).toHaveLength(1);
    expect(columns.min[4]).toBeNull();
    expect(columns.max[4]).toBeNull();
  });

  test("a device that reports more rarely than the chart has points has no gaps", () => {
    const points = [0, 300, 600].map((second) => point(second * SECOND, 1));
    expect(toColumns(points, { fromMs: 0, toMs: HOUR }, gapMs(points, 3 * SECOND)).mean).toEqual([1, 1, 1]);
    expect(gapMs([point(0, 1)], SECOND)).toBe(Number.POSITIVE_INFINITY);
  });

  test("points outside the span are left out", () => {
    const points = [0, 10, 20].map((second) => point(second * SECOND, second));
    expect(toColumns(points, { fromMs: 5_000, toMs: 15_000 }, SECOND).times).toEqual([10]);
  });
});

describe("marks", () => {
  const mark = (atMs: number): ChartMark => ({ atMs, shape: "disc", tone: "ok", text: "", href: "" });

  test("are those of the span, with both its ends", () => {
    const marks = [5, 4, 2, 1].map(mark);
    expect(marksWithin(marks, { fromMs: 2, toMs: 4 }).map(({ atMs }) => atMs)).toEqual([4, 2]);
  });

  test("have a number where there is room beside those before them", () => {
    expect(withRoom([100, 90, 82, 60, 118], 18)).toEqual([true, false, true, true, true]);
    expect(withRoom([], 18)).toEqual([]);
  });
});

describe("the chart in words", () => {
  const when = (atMs: number) => `t${atMs}`;
  const series = { metric: "temperature", unit: "°C", boolean: false, within: "the last hour" };

  test("the mean weighs every reading alike", () => {
    expect(summarize([point(1, 10, 3), point(2, 20, 1)])).toEqual({
      count: 4,
      mean: 12.5,
      lowest: { value: 10, atMs: 1 },
      highest: { value: 20, atMs: 2 },
    });
    expect(summarize([])).toBeNull();
  });

  test("says mean, lowest and highest with their times", () => {
    const points: SeriesPoint[] = [
      [1, 20, 21, 22, 2],
      [2, 19, 20, 24, 2],
    ];
    expect(describeSeries(words, { ...series, summary: summarize(points) }, when)).toBe(
      "Temperature in the last hour: mean 20.5\u00a0°C, lowest 19\u00a0°C at t2, highest 24\u00a0°C at t2.",
    );
  });

  test("says so when nothing was measured, when nothing changed, and how often something was so", () => {
    expect(describeSeries(words, { ...series, summary: null }, when)).toBe(
      "Temperature: nothing was measured in the last hour.",
    );
    const same = summarize([point(1, 3), point(2, 3)]);
    expect(describeSeries(words, { ...series, summary: same }, when)).toBe(
      "Temperature in the last hour: always 3\u00a0°C.",
    );
    const door = {
      ...series,
      metric: "open",
      unit: "",
      boolean: true,
      summary: summarize([point(1, 1), point(2, 0, 3)]),
    };
    expect(describeSeries(words, door, when)).toBe("Open in the last hour: yes in 25 % of 4 readings.");
  });
});

describe("sparklines", () => {
  const span = { fromMs: 0, toMs: 100 };

  test("the least value is at the bottom, the greatest at the top, and a gap lifts the pen", () => {
    expect(sparklinePath([point(0, 0), point(50, 10), point(100, 0)], span, 60)).toBe(
      "M0.0 26.0L50.0 2.0L100.0 26.0",
    );
    expect(sparklinePath([point(0, 0), point(100, 10)], span, 60)).toBe("M0.0 26.0M100.0 2.0");
  });

  test("a flat line is in the middle; one point is no course", () => {
    expect(sparklinePath([point(0, 5), point(50, 5)], span, 60)).toBe(
      `M0.0 ${SPARKLINE_HEIGHT / 2}.0L50.0 ${SPARKLINE_HEIGHT / 2}.0`,
    );
    expect(sparklinePath([point(0, 5), point(500, 5)], span, 60)).toBe("");
  });
});

describe("axes", () => {
  test("there is air around the data, and a height where it is flat", () => {
    expect(valueRange(10, 20, false)).toEqual([8.8, 21.2]);
    expect(valueRange(0, 10, false)[0]).toBe(0);
    expect(valueRange(-5, 5, false)[0]).toBeLessThan(-5);
    const [low, high] = valueRange(50, 50, false);
    expect(high - low).toBe(5);
    expect(valueRange(0, 0, true)).toEqual([-0.15, 1.15]);
  });

  test("labels have as many decimals as their steps need", () => {
    expect(valueLabels(words, [3.2, 3.4, 3.6], false)).toEqual(["3.2", "3.4", "3.6"]);
    expect(valueLabels(words, [0, 500, 1_000], false)).toEqual(["0", "500", "1,000"]);
    expect(valueLabels(words, [0, 0.025, 0.05], false)).toEqual(["0.000", "0.025", "0.050"]);
    expect(valueLabels(words, [0, 2.5, 5], false)).toEqual(["0.0", "2.5", "5.0"]);
    expect(valueLabels(words, [0, 0.5, 1], true)).toEqual(["no", "", "yes"]);
    expect(valueLabels(words, [7], false)).toEqual(["7"]);
  });

  test("times are as fine as their span needs", () => {
    const atMs = new Date(2026, 10, 23, 14, 5, 12).getTime();
    expect(timeLabel(words, atMs, 15 * MINUTE)).toBe("14:05:12");
    expect(timeLabel(words, atMs, DAY)).toBe("14:05");
    expect(timeLabel(words, atMs, 7 * DAY)).toBe("23 Nov, 14:05");
    expect(tickLabels(words, [atMs], DAY)).toEqual(["23 Nov"]);
    expect(tickLabels(words, [atMs], MINUTE)).toEqual(["14:05"]);
    expect(tickLabels(words, [atMs], 10 * SECOND)).toEqual(["14:05:12"]);
  });

  test("an unknown range is the first one", () => {
    expect([rangeOf("7d").spanMs, rangeOf("x").key, rangeOf(undefined).key]).toEqual([7 * DAY, "15m", "15m"]);
  });
});
