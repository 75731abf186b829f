import { COUNTED_EVENTS, type CountedEvent } from "../../../protocol/notifications/statistics.ts";
import { DAY } from "../../../protocol/units.ts";
import { useWords } from "../../words/use-words.ts";
import { dayLabel } from "../../words/words.ts";
import type { StatisticsProps } from "./statistics-page.tsx";

const DRAWN = ["sent", "delivered", "failed"] as const;
/** Units of the drawing: it is as wide as its place. */
const [WIDTH, HEIGHT] = [900, 160];

interface Day {
  day: string;
  sent: number;
  delivered: number;
  failed: number;
}

/** A bar a day: what was sent, in it what was delivered, on it what failed; and the same as a table. */
export function StatisticsChart({ stats, range }: StatisticsProps) {
  const words = useWords();
  const { statistics } = words.composer;
  const days = daysOf(stats);
  const most = Math.max(1, ...days.map(({ sent, failed }) => sent + failed));
  const step = WIDTH / days.length;
  const high = (count: number) => (count / most) * HEIGHT;
  const failures = days.reduce((sum, { failed }) => sum + failed, 0);
  return (
    <div class="stack">
      <div class="bars-scale">
        <span class="number">{words.count(most)}</span>
        <svg
          class="bars"
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={statistics.chart(statistics.ranges[range], stats.totals.sent, failures)}
        >
          {days.map(({ day, sent, delivered, failed }, index) => {
            const [x, width] = [index * step + step * 0.1, step * 0.8];
            return (
              <g key={day}>
                <title>{titleOf(day, sent, delivered, failed)}</title>
                <rect class="bar-sent" x={x} y={HEIGHT - high(sent)} width={width} height={high(sent)} />
                <rect
                  class="bar-delivered"
                  x={x}
                  y={HEIGHT - high(Math.min(sent, delivered))}
                  width={width}
                  height={high(Math.min(sent, delivered))}
                />
                <rect
                  class="bar-failed"
                  x={x}
                  y={HEIGHT - high(sent) - high(failed)}
                  width={width}
                  height={high(failed)}
                />
              </g>
            );
          })}
        </svg>
        <span class="bars-days">
          {[days[0]!, days.at(-1)!].map(({ day }, index) => (
            <span key={index}>{dayLabel(words, Date.parse(day), "UTC")}</span>
          ))}
        </span>
      </div>
      <p class="legend">
        {DRAWN.map((event) => (
          <span key={event}>
            <i class={`bar-${event}`} />
            {statistics.counts[event]}
          </span>
        ))}
      </p>
      <details class="fold">
        <summary>{statistics.table}</summary>
        <DayTable stats={stats} />
      </details>
    </div>
  );

  function titleOf(day: string, ...[sent, delivered, failed]: [number, number, number]): string {
    const { counts } = statistics;
    const said = [`${counts.sent} ${sent}`, `${counts.delivered} ${delivered}`, `${counts.failed} ${failed}`];
    return `${dayLabel(words, Date.parse(day), "UTC")}: ${said.join(", ")}`;
  }
}

/** The columns of a table of counts; what happened to nothing is left out. */
export function shownEvents(rows: readonly Record<CountedEvent, number>[]): CountedEvent[] {
  return COUNTED_EVENTS.filter((event) => rows.some((row) => row[event] > 0));
}

/** Every day of the span, also those on which nothing happened. */
function daysOf({ from, to, days }: StatisticsProps["stats"]): Day[] {
  const first = Math.floor(Date.parse(from) / DAY);
  const last = Math.floor((Date.parse(to) - 1) / DAY);
  const known = Map.groupBy(days, ({ day }) => day);
  return Array.from({ length: Math.max(1, last - first + 1) }, (_, index) => {
    const day = new Date((first + index) * DAY).toISOString().slice(0, 10);
    const sum = (event: "sent" | "delivered" | "failed") =>
      (known.get(day) ?? []).reduce((total, counts) => total + counts[event], 0);
    return { day, sent: sum("sent"), delivered: sum("delivered"), failed: sum("failed") };
  });
}

function DayTable({ stats }: Pick<StatisticsProps, "stats">) {
  const words = useWords();
  const { composer, notifications, count } = words;
  const events = shownEvents(stats.days);
  return (
    <div class="table-wrap">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{composer.statistics.day}</th>
            <th scope="col">{notifications.channel}</th>
            {events.map((event) => (
              <th key={event} scope="col" class="end">
                {composer.statistics.counts[event]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {stats.days.map((row) => (
            <tr key={`${row.day} ${row.channel}`}>
              <td class="nowrap">{dayLabel(words, Date.parse(row.day), "UTC")}</td>
              <td>{notifications.channels[row.channel]}</td>
              {events.map((event) => (
                <td key={event} class="end number">
                  {count(row[event])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
