import { useMemo, useState } from "preact/hooks";
import type { LatestValue } from "../../../protocol/devices/device.ts";
import {
  CHART_POINTS,
  type ChartMark,
  FIRST_RANGE,
  joinLive,
  RANGES,
  type RangeKey,
  rangeOf,
  type Summary,
} from "../../charts/charts.ts";
import { Now } from "../../components/moment.tsx";
import { useMissed } from "../../live/live.ts";
import { useIslandWords } from "../../words/use-words.ts";
import { metricWithUnit } from "../../words/words.ts";
import { Chart } from "./chart.tsx";
import { firstChoice, isDrawable } from "./latest.ts";
import { useCourses } from "./use-courses.ts";
import { useHeard } from "./use-heard.ts";
import { useSeries } from "./use-series.ts";
import { useValues } from "./use-values.ts";
import { Values } from "./values.tsx";

// Here, so that the browser has one file of what it is made of: one more would be a request on every device's page.
export { SampleChart } from "./sample-chart.tsx";

export interface TelemetryProps {
  deviceId: string;
  values: LatestValue[];
  /** Whether the reader may see what it measured before. */
  history: boolean;
  /** What was known of the chart it begins with when the page was rendered; null when nothing was. */
  course: FirstCourse | null;
  /** What was done to it of late, newest first. */
  marks: ChartMark[];
  /** By how much its clock is known to be ahead, ms, negative when behind; its charts go by that clock. 0 when it is right. */
  aheadMs: number;
}

/** A metric over the range a chart begins with, summed up. */
export interface FirstCourse {
  metric: string;
  summary: Summary;
}

/** What a device measures: the newest value of each metric, and one of them as a chart that moves. */
export function Telemetry({
  deviceId,
  values: ofPage,
  history,
  course,
  marks: done,
  aheadMs,
}: TelemetryProps) {
  const words = useIslandWords();
  const { telemetry } = words;
  const { values, heard, nowMs, learn } = useHeard(deviceId, ofPage);
  // What its clock shows: what it stamped is drawn where that was.
  const itsNowMs = nowMs + aheadMs;
  const marks = useMemo(() => done.map((mark) => ({ ...mark, atMs: mark.atMs + aheadMs })), [done, aheadMs]);
  const drawable = history ? values.filter(isDrawable) : [];
  const [wish, setWish] = useState<string | null>(null);
  const chosen = drawable.find(({ metric }) => metric === wish) ?? firstChoice(drawable);
  const [rangeKey, setRangeKey] = useState<RangeKey>(FIRST_RANGE.key);
  const range = rangeOf(rangeKey);
  const bucketMs = range.spanMs / CHART_POINTS;
  const state = useSeries(deviceId, chosen?.metric ?? null, range.spanMs, CHART_POINTS, aheadMs);
  const before = range === FIRST_RANGE && course?.metric === chosen?.metric ? course : null;
  const missed = useMissed();
  // Asking for a series made the gateway bring up what it had not sealed yet: the newest values are newer now.
  const asked = state.kind === "loaded" ? state : null;
  const charted = chosen !== undefined;
  useValues(deviceId, history && !charted, charted ? asked : missed, learn);
  const courses = useCourses(
    deviceId,
    drawable.map(({ metric }) => metric),
    heard,
    itsNowMs,
    aheadMs,
  );
  const metric = chosen?.metric ?? null;
  const newest = metric === null ? undefined : heard.of(metric).at(-1);
  // A gateway's clock may be ahead of ours; what it measured just now is the right edge all the same.
  const edgeMs = Math.max(itsNowMs, newest?.[0] ?? 0);
  const points = useMemo(
    () =>
      state.kind === "loaded" && metric !== null
        ? joinLive(state.series.points, heard.of(metric), state.toMs, bucketMs)
        : [],
    [state, heard, metric, newest, bucketMs],
  );
  const unit = chosen?.unit ?? "";
  const boolean = typeof chosen?.value === "boolean";
  const summary = before?.summary ?? null;
  // Not drawn again for a small line that comes, nor for another metric's reading.
  const chart = useMemo(
    () =>
      metric === null ? null : (
        <Chart
          metric={metric}
          unit={unit}
          boolean={boolean}
          range={range}
          state={state}
          before={summary}
          marks={marks}
          points={points}
          bucketMs={bucketMs}
          toMs={edgeMs}
          itsClock={aheadMs !== 0}
        />
      ),
    [metric, unit, boolean, range, state, summary, marks, points, bucketMs, edgeMs, aheadMs],
  );
  return (
    <div class="stack">
      <section class="panel" aria-labelledby="values-title">
        <header class="panel-head">
          <h2 id="values-title">{telemetry.latest}</h2>
          <p>{telemetry.latestNote}</p>
        </header>
        <div class="panel-body">
          <Now.Provider value={nowMs}>
            <Values
              values={values}
              chosen={chosen?.metric ?? null}
              courses={courses}
              onChoose={history ? setWish : null}
            />
          </Now.Provider>
        </div>
      </section>
      {chosen === undefined ? null : (
        <section class="panel" aria-labelledby="chart-title">
          <header class="panel-head">
            <h2 id="chart-title">{metricWithUnit(words, chosen)}</h2>
            <RangeChoice chosen={rangeKey} onChoose={setRangeKey} />
          </header>
          <div class="panel-body chart">
            {chart}
            <noscript>
              <p class="muted">{telemetry.needsScript}</p>
            </noscript>
          </div>
        </section>
      )}
    </div>
  );
}

function RangeChoice({ chosen, onChoose }: { chosen: RangeKey; onChoose: (key: RangeKey) => void }) {
  const { telemetry } = useIslandWords();
  return (
    <fieldset class="segmented" aria-label={telemetry.span}>
      {RANGES.map(({ key }) => (
        <button
          key={key}
          type="button"
          aria-pressed={key === chosen ? "true" : "false"}
          onClick={() => onChoose(key)}
        >
          {telemetry.ranges[key]}
        </button>
      ))}
    </fieldset>
  );
}
