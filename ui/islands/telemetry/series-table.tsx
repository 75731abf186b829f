import type { SeriesPoint } from "../../../protocol/telemetry/series.ts";
import { useIslandWords } from "../../words/use-words.ts";
import { formatValue } from "../../words/words.ts";

export interface SeriesTableProps {
  points: readonly SeriesPoint[];
  unit: string;
  boolean: boolean;
  /** Writes a time as the chart's axis does. */
  when(atMs: number): string;
}

/** Rows a table shows at most; of more, every so many-th, and it says so. */
const ROWS_MAX = 100;

/** The points of a chart as rows, the newest first. */
export function SeriesTable({ points, unit, boolean, when }: SeriesTableProps) {
  const words = useIslandWords();
  const { telemetry } = words;
  const every = Math.max(1, Math.ceil(points.length / ROWS_MAX));
  const rows = points.filter((_point, index) => (points.length - 1 - index) % every === 0).reverse();
  const cell = (value: number) =>
    formatValue(words, boolean && (value === 0 || value === 1) ? value === 1 : value);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section class="table-wrap" tabIndex={0} aria-label={telemetry.tableName}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{telemetry.time}</th>
            <th scope="col" class="end">
              {telemetry.mean(unit)}
            </th>
            <th scope="col" class="end">
              {telemetry.lowest}
            </th>
            <th scope="col" class="end">
              {telemetry.highest}
            </th>
            <th scope="col" class="end">
              {telemetry.readings}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([atMs, min, mean, max, count]) => (
            <tr key={atMs}>
              <td class="number">{when(atMs)}</td>
              <td class="end number">{cell(mean)}</td>
              <td class="end number">{cell(min)}</td>
              <td class="end number">{cell(max)}</td>
              <td class="end number">{count}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {every > 1 ? <p class="faint">{telemetry.everyOf(every, points.length)}</p> : null}
    </section>
  );
}
