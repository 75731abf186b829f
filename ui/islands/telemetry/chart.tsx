import { useContext, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { SeriesPoint } from "../../../protocol/telemetry/series.ts";
import type { ChartRange } from "../../charts/charts.ts";
import {
  type ChartMark,
  describeSeries,
  gapMs,
  marksWithin,
  type Summary,
  sparklinePath,
  summarize,
  timeLabel,
  toColumns,
} from "../../charts/charts.ts";
import type { Picture, Plot } from "../../charts/plot.ts";
import { ReaderZone } from "../../components/moment.tsx";
import { LiveContext } from "../../live/live.ts";
import type { BrowserWords } from "../../words/catalogues.ts";
import { useIslandWords } from "../../words/use-words.ts";
import { formatMeasure, formatValue } from "../../words/words.ts";
import { MarkList } from "./mark-list.tsx";
import { NotLoaded } from "./not-loaded.tsx";
import type { SeriesTableProps } from "./series-table.tsx";
import { Sparkline } from "./sparkline.tsx";
import { useLater } from "./use-later.ts";
import type { SeriesState } from "./use-series.ts";

export interface ChartProps {
  metric: string;
  unit: string;
  boolean: boolean;
  range: ChartRange;
  state: SeriesState;
  /** What to tell while the series is on its way; null when nothing is known of it. */
  before: Summary | null;
  /** History and live readings together. */
  points: readonly SeriesPoint[];
  bucketMs: number;
  /** What was done, newest first; those outside of the span are not shown. */
  marks: readonly ChartMark[];
  /** The right edge, ms since 1970. */
  toMs: number;
  /** Whether its times are those of a device whose clock is wrong. */
  itsClock: boolean;
}

/** One metric over a span of time: drawn, told in a sentence, and listed in a table. */
export function Chart(props: ChartProps) {
  const { metric, unit, boolean, range, state, before, points, bucketMs, toMs } = props;
  const words = useIslandWords();
  const { telemetry } = words;
  const span = useMemo(() => ({ fromMs: toMs - range.spanMs, toMs }), [toMs, range]);
  const gap = gapMs(points, bucketMs);
  const columns = useMemo(() => toColumns(points, span, gap), [points, span, gap]);
  const marks = useMemo(() => marksWithin(props.marks, span), [props.marks, span]);
  const [row, setRow] = useState<number | null>(null);
  const host = useRef<HTMLDivElement>(null);
  const drawing = useLater(true, loadPlot);
  const picture = useMemo(() => ({ columns, ...span, boolean, marks }), [columns, span, boolean, marks]);
  const plot = usePlot(host, drawing.code, picture, words, setRow);

  const shown = points.filter(([atMs]) => atMs >= span.fromMs && atMs <= span.toMs);
  const when = useTimeLabel(range);
  const within = (props.itsClock ? telemetry.byItsClock : String)(telemetry.within[range.key]);
  const isLoaded = state.kind === "loaded";
  const summary = isLoaded ? summarize(shown) : before;
  const sentence =
    isLoaded || summary !== null
      ? describeSeries(words, { metric, unit, boolean, within, summary }, when)
      : null;
  const series = isLoaded ? state.series : null;
  const isRemarkable = Boolean(series?.quality ?? series?.corrected ?? series?.thinned);
  const remarks = useLater(isRemarkable, loadRemarks).code;
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 }[event.key];
    if (by === undefined || plot.current === null) return;
    event.preventDefault();
    plot.current.step(by);
  };

  return (
    <>
      <p class="chart-readout" aria-live="off">
        {row !== null && columns.mean[row] != null ? (
          <Readout columns={columns} row={row} unit={unit} boolean={boolean} when={when} />
        ) : (
          sentence
        )}
      </p>
      <div
        class="chart-box"
        ref={host}
        role="img"
        aria-label={sentence ?? (state.kind === "failed" ? state.why : telemetry.asking)}
        aria-busy={state.kind === "loading" ? "true" : undefined}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys read the chart point by point.
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        {drawing.again === null ? null : <Sparkline path={sparklinePath(shown, span, gap)} />}
        {state.kind === "loading" ? <p class="chart-message late-words">{telemetry.asking}</p> : null}
        {state.kind === "failed" ? <p class="chart-message">{state.why}</p> : null}
        {isLoaded && shown.length === 0 ? <p class="chart-message">{telemetry.nothing(within)}</p> : null}
      </div>
      {drawing.again === null ? null : <NotLoaded again={drawing.again} />}
      <MarkList marks={marks} when={when} />
      {series !== null && isRemarkable && remarks !== null ? <remarks.Remarks series={series} /> : null}
      <TableBehind points={shown} unit={unit} boolean={boolean} when={when} />
    </>
  );
}

/** How a chart of such a span writes times: by the reader's clock, and where the server does not know that, by UTC and says so. */
function useTimeLabel({ spanMs }: ChartRange): (atMs: number) => string {
  const words = useIslandWords();
  const isOnServer = useContext(LiveContext) === null;
  const zone = useContext(ReaderZone);
  if (zone === null && isOnServer)
    return (atMs) => words.telemetry.byUtc(timeLabel(words, atMs, spanMs, "UTC"));
  return (atMs) => timeLabel(words, atMs, spanMs, zone ?? undefined);
}

/** The plot of a picture once its code is here; drawn anew in other colours when the theme changes. */
function usePlot(
  host: { current: HTMLDivElement | null },
  code: typeof import("../../charts/plot.ts") | null,
  picture: Picture,
  words: BrowserWords,
  onCursor: (row: number | null) => void,
): { current: Plot | null } {
  const plot = useRef<Plot | null>(null);
  useEffect(() => plot.current?.show(picture), [picture]);
  useEffect(() => {
    if (code === null || host.current === null) return undefined;
    const made = code.createPlot(host.current, words, onCursor);
    // In the turn in which it is made, so that it is drawn once.
    made.show(picture);
    plot.current = made;
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", made.recolour);
    document.addEventListener("homepot:theme", made.recolour);
    return () => {
      scheme.removeEventListener("change", made.recolour);
      document.removeEventListener("homepot:theme", made.recolour);
      plot.current = null;
      made.destroy();
    };
  }, [host, code, words, onCursor]);
  return plot;
}

interface RowWords {
  unit: string;
  boolean: boolean;
  when: (atMs: number) => string;
}

function Readout(props: RowWords & { columns: ReturnType<typeof toColumns>; row: number }) {
  const { columns, row, unit, boolean, when } = props;
  const words = useIslandWords();
  const mean = columns.mean[row] ?? 0;
  const min = columns.min[row] ?? mean;
  const max = columns.max[row] ?? mean;
  const value = boolean && min === max ? formatValue(words, mean === 1) : formatMeasure(words, mean, unit);
  return (
    <>
      {when(columns.times[row]! * 1_000)} <strong>{value}</strong>
      {min === max ? null : words.telemetry.between(words.number(min), formatMeasure(words, max, unit))}
    </>
  );
}

const loadPlot = () => import("../../charts/plot.ts");
const loadRemarks = () => import("./remarks.tsx");
const loadTable = () => import("./series-table.tsx");

/** The table behind the chart. */
function TableBehind(props: SeriesTableProps) {
  const { telemetry } = useIslandWords();
  const [open, setOpen] = useState(false);
  const { code, again } = useLater(open, loadTable);
  return (
    <details class="chart-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{telemetry.asTable}</summary>
      {open && code !== null ? <code.SeriesTable {...props} /> : null}
      {open && again !== null ? <NotLoaded again={again} /> : null}
    </details>
  );
}
