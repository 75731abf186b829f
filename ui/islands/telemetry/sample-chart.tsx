import type { SeriesPoint } from "../../../protocol/telemetry/series.ts";
import { MINUTE } from "../../../protocol/units.ts";
import { type ChartMark, rangeOf } from "../../charts/charts.ts";
import { Chart } from "./chart.tsx";
import type { SeriesState } from "./use-series.ts";

export interface SampleChartProps {
  points: readonly SeriesPoint[];
  toMs: number;
  /** Absent: nothing was done. */
  marks?: readonly ChartMark[];
  /** Why there are no points, or that they are on their way; absent where they are here. */
  waiting?: Exclude<SeriesState, { kind: "loaded" }>;
}

/** A chart of given points, for the page that shows what there is: it asks nobody. */
export function SampleChart({ points, toMs, marks = [], waiting }: SampleChartProps) {
  const metric = "temperature";
  const unit = "°C";
  const state: SeriesState = waiting ?? {
    kind: "loaded",
    toMs,
    series: { metric, unit, from: "", to: "", points: [...points] },
  };
  return (
    <Chart
      metric={metric}
      unit={unit}
      boolean={false}
      range={rangeOf("24h")}
      state={state}
      before={null}
      marks={marks}
      points={points}
      bucketMs={15 * MINUTE}
      toMs={toMs}
      itsClock={false}
    />
  );
}
