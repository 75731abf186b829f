import { useContext, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { SeriesPoint } from "../../../protocol/telemetry/series.ts";
import type { ChartRange } from "../../charts/charts.ts";
import { describeSeries, gapMs, type Summary, summarize, timeLabel, toColumns } from "../../charts/charts.ts";
import type { Plot } from "../../charts/plot.ts";
import { ReaderZone } from "../../components/moment.tsx";
import { LiveContext } from "../../live/live.ts";
import type { BrowserWords } from "../../words/catalogues.ts";
import { useIslandWords } from "../../words/use-words.ts";
import { formatMeasure, formatValue } from "../../words/words.ts";
import type { SeriesTableProps } from "./series-table.tsx";
import { reportUnfinished, useLater } from "./use-later.ts";
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
  /** The right edge, ms since 1970. */
  toMs: number;
}

/** One metric over a span of time: drawn, told in a sentence, and listed in a table. */
export function Chart(props: ChartProps) {
  const { metric, unit, boolean, range, state, before, points, bucketMs, toMs } = props;
  const words = useIslandWords();
  const { telemetry } = words;
  const span = useMemo(() => ({ fromMs: toMs - range.spanMs, toMs }), [toMs, range]);
  const columns = useMemo(() => toColumns(points, span, gapMs(points, bucketMs)), [points, span, bucketMs]);
  const [row, setRow] = useState<number | null>(null);
  const host = useRef<HTMLDivElement>(null);
  const plot = usePlot(host, words, setRow);

  useEffect(() => plot?.show({ columns, ...span, boolean }), [plot, columns, span, boolean]);

  const shown = points.filter(([atMs]) => atMs >= span.fromMs && atMs <= span.toMs);
  const when = useTimeLabel(range);
  const within = telemetry.within[range.key];
  const isLoaded = state.kind === "loaded";
  const summary = isLoaded ? summarize(shown) : before;
  const sentence =
    isLoaded || summary !== null
      ? describeSeries(words, { metric, unit, boolean, within, summary }, when)
      : null;
  const series = isLoaded ? state.series : null;
  const isRemarkable = Boolean(series?.quality ?? series?.corrected ?? series?.thinned);
  const Remarks = useLater(isRemarkable, loadRemarks);
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 }[event.key];
    if (by === undefined || plot === null) return;
    event.preventDefault();
    plot.step(by);
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
        aria-label={sentence ?? telemetry.asking}
        aria-busy={state.kind === "loading" ? "true" : undefined}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys read the chart point by point.
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        {state.kind === "loading" ? <p class="chart-message late-words">{telemetry.asking}</p> : null}
        {state.kind === "failed" ? <p class="chart-message">{state.why}</p> : null}
        {isLoaded && shown.length === 0 ? <p class="chart-message">{telemetry.nothing(within)}</p> : null}
      </div>
      {series !== null && isRemarkable && Remarks !== null ? <Remarks series={series} /> : null}
      <TableBehind points={shown} unit={unit} boolean={boolean} when={when} />
    </>
  );
}

/** How a chart of such a span writes times: by the reader's clock, and where the server does not know that, by UTC and says so. */
function useTimeLabel({ spanMs }: ChartRange): (atMs: number) => string {
  const words = useIslandWords();
  const isOnServer = useContext(LiveContext) === null;
  const zone = useContext(ReaderZone);
  if (zone === null && isOnServer) return (atMs) => `${timeLabel(words, atMs, spanMs, "UTC")} UTC`;
  return (atMs) => timeLabel(words, atMs, spanMs, zone ?? undefined);
}

/** The plot once its code is here; drawn anew in other colours when the theme changes. */
function usePlot(
  host: { current: HTMLDivElement | null },
  words: BrowserWords,
  onCursor: (row: number | null) => void,
): Plot | null {
  const [plot, setPlot] = useState<Plot | null>(null);
  useEffect(() => {
    let made: Plot | null = null;
    let gone = false;
    import("../../charts/plot.ts").then(({ createPlot }) => {
      if (gone || host.current === null) return;
      made = createPlot(host.current, words, onCursor);
      setPlot(made);
    }, reportUnfinished);
    const recolour = () => made?.recolour();
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", recolour);
    document.addEventListener("homepot:theme", recolour);
    return () => {
      gone = true;
      scheme.removeEventListener("change", recolour);
      document.removeEventListener("homepot:theme", recolour);
      made?.destroy();
    };
  }, [host, words, onCursor]);
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

const loadRemarks = () => import("./remarks.tsx").then(({ Remarks }) => Remarks);
const loadTable = () => import("./series-table.tsx").then(({ SeriesTable }) => SeriesTable);

/** The table behind the chart. */
function TableBehind(props: SeriesTableProps) {
  const { telemetry } = useIslandWords();
  const [open, setOpen] = useState(false);
  const Table = useLater(open, loadTable);
  return (
    <details class="chart-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{telemetry.asTable}</summary>
      {open && Table !== null ? <Table {...props} /> : null}
    </details>
  );
}
