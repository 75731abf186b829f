import uPlot from "uplot";
import type { BrowserWords } from "../words/catalogues.ts";
import { tickLabels, valueLabels, valueRange } from "./axis.ts";
import { type ChartColours, readColours } from "./colours.ts";
import { type ChartMark, withRoom } from "./marks.ts";
import type { Columns } from "./series.ts";

/** What a plot shows now. */
export interface Picture {
  columns: Columns;
  fromMs: number;
  toMs: number;
  boolean: boolean;
  /** Drawn as thin lines, numbered from 1. */
  marks: readonly ChartMark[];
}

/** A drawn chart: a mean line in a band from least to greatest. */
export interface Plot {
  show(picture: Picture): void;
  /** Moves the cursor by so many points; used by the arrow keys. */
  step(by: number): void;
  /** Reads the colours again and redraws: the theme has changed. */
  recolour(): void;
  destroy(): void;
}

const FONT_PX = 12;
/** Between the numbers of two marks. */
const MARKS_APART_PX = 18;

/** Draws into `host` at its size, now and whenever that changes. `onCursor` gets a row of the columns, or null. */
export function createPlot(
  host: HTMLElement,
  words: BrowserWords,
  onCursor: (row: number | null) => void,
): Plot {
  let picture: Picture = emptyPicture();
  let colours = readColours(host);
  const plot = new uPlot(
    options(
      host,
      words,
      () => picture,
      () => colours,
      onCursor,
    ),
    dataOf(picture),
    host,
  );
  const resize = new ResizeObserver(() => plot.setSize(sizeOf(host)));
  resize.observe(host);
  return {
    show(next) {
      picture = next;
      plot.setData(dataOf(next));
    },
    step(by) {
      const last = picture.columns.times.length - 1;
      if (last < 0) return;
      let row = Math.max(0, Math.min(last, (plot.cursor.idx ?? last + (by < 0 ? 1 : 0)) + by));
      while (picture.columns.mean[row] === null && row + by >= 0 && row + by <= last) row += by;
      const left = plot.valToPos(picture.columns.times[row]!, "x");
      plot.setCursor({ left, top: plot.bbox.height / 2 / devicePixelRatio });
    },
    recolour() {
      colours = readColours(host);
      plot.redraw(false, true);
    },
    destroy() {
      resize.disconnect();
      plot.destroy();
    },
  };
}

function emptyPicture(): Picture {
  return {
    columns: { times: [], min: [], mean: [], max: [] },
    fromMs: 0,
    toMs: 1,
    boolean: false,
    marks: [],
  };
}

function dataOf({ columns }: Picture): uPlot.AlignedData {
  return [columns.times, columns.mean, columns.max, columns.min];
}

function sizeOf(host: HTMLElement): { width: number; height: number } {
  return { width: Math.max(1, host.clientWidth), height: Math.max(1, host.clientHeight) };
}

function options(
  host: HTMLElement,
  words: BrowserWords,
  picture: () => Picture,
  colours: () => ChartColours,
  onCursor: (row: number | null) => void,
): uPlot.Options {
  const font = `${FONT_PX}px ${getComputedStyle(host).fontFamily}`;
  const axis = {
    font,
    stroke: () => colours().text,
    grid: { stroke: () => colours().grid, width: 1 },
    ticks: { show: false },
  };
  const line = () => colours().line;
  return {
    ...sizeOf(host),
    padding: [8, 20, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false, setScale: false },
      points: { size: 7, width: 2, fill: line },
    },
    scales: {
      x: { time: true, range: () => [picture().fromMs / 1_000, picture().toMs / 1_000] },
      y: { range: (_plot, low, high) => valueRange(low ?? 0, high ?? 1, picture().boolean) },
    },
    axes: [
      {
        ...axis,
        size: 28,
        gap: 6,
        space: 72,
        values: (_plot, ticks, _axis, _space, step) =>
          tickLabels(
            words,
            ticks.map((tick) => tick * 1_000),
            step * 1_000,
          ),
      },
      {
        ...axis,
        size: 52,
        gap: 6,
        space: 36,
        splits: (_plot, _axis, low, high, step) => (picture().boolean ? [0, 1] : evenly(low, high, step)),
        values: (_plot, ticks) => valueLabels(words, ticks, picture().boolean),
      },
    ],
    series: [
      {},
      {
        stroke: line,
        width: 1.75,
        points: { show: (plot, _series, from, to) => to - from < 3 && plot.data[0].length < 3 },
        paths: (plot, series, from, to) => (picture().boolean ? stepped : straight)(plot, series, from, to),
      },
      { stroke: "transparent", points: { show: false } },
      { stroke: "transparent", points: { show: false } },
    ],
    bands: [{ series: [2, 3], fill: () => colours().band }],
    hooks: {
      setCursor: [(plot) => onCursor(plot.cursor.idx ?? null)],
      drawClear: [(plot) => drawMarks(plot, font, picture().marks, colours())],
    },
  };
}

/** Behind the series, each below its number. Numbers that would touch are left out: the list has all. */
function drawMarks(
  plot: uPlot,
  font: string,
  marks: readonly ChartMark[],
  { mark, failed }: ChartColours,
): void {
  // Most charts have none, and a font is dear to set.
  if (marks.length === 0) return;
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const positions = marks.map(({ atMs }) => Math.round(plot.valToPos(atMs / 1_000, "x", true)));
  const isNumbered = withRoom(positions, MARKS_APART_PX * ratio);
  ctx.save();
  ctx.lineWidth = ratio;
  ctx.font = font.replace(`${FONT_PX}px`, `${FONT_PX * ratio}px`);
  ctx.textBaseline = "top";
  ctx.textAlign = "center";
  ctx.setLineDash([3 * ratio, 3 * ratio]);
  for (const [index, { tone }] of marks.entries()) {
    // In the middle of a pixel of the screen, where its width is one.
    const left = positions[index]! + (ratio % 2) / 2;
    ctx.strokeStyle = tone === "error" ? failed : mark;
    ctx.fillStyle = ctx.strokeStyle;
    ctx.beginPath();
    ctx.moveTo(left, bbox.top + (FONT_PX + 2) * ratio);
    ctx.lineTo(left, bbox.top + bbox.height);
    ctx.stroke();
    if (isNumbered[index]) ctx.fillText(String(index + 1), left, bbox.top);
  }
  ctx.restore();
}

const straight: uPlot.Series.PathBuilder = (plot, series, from, to) =>
  uPlot.paths.linear!()(plot, series, from, to);
const stepped: uPlot.Series.PathBuilder = (plot, series, from, to) =>
  uPlot.paths.stepped!({ align: 1 })(plot, series, from, to);

function evenly(low: number, high: number, step: number): number[] {
  const ticks: number[] = [];
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  for (let index = first; index <= last; index += 1) ticks.push(Number((index * step).toPrecision(12)));
  return ticks;
}
