import { COUNTED_EVENTS, type CountedEvent, type Stats } from "../../../protocol/notifications/statistics.ts";
import { Empty } from "../../components/empty.tsx";
import { LeftOut } from "../../components/left-out.tsx";
import { Panel } from "../../components/panel.tsx";
import { Reason } from "../../components/reason.tsx";
import type { LocalView } from "../../layout/frame.ts";
import { useWords } from "../../words/use-words.ts";
import { NotificationsHead } from "./notifications-head.tsx";
import { StatisticsChart, shownEvents } from "./statistics-chart.tsx";

/** Days that can be looked at. */
export const STATISTICS_RANGES = ["7", "30", "90"] as const;
export type StatisticsRange = (typeof STATISTICS_RANGES)[number];

export interface StatisticsProps {
  stats: Stats;
  range: StatisticsRange;
  /** Whether messages to simulated devices are counted too. */
  withSimulated: boolean;
}

/** What became of deliveries: by day, by way, and why not. */
export function statisticsPage(props: StatisticsProps): LocalView {
  const { stats } = props;
  const isEmpty = stats.days.length === 0;
  return ({ notifications, composer }) => {
    const title = isEmpty ? composer.statistics.nothing : composer.statistics.title(stats.totals.sent);
    return {
      title,
      section: "notifications",
      crumbs: [
        { label: notifications.title, href: "/notifications" },
        { label: notifications.tabs.statistics },
      ],
      body: (
        <>
          <NotificationsHead title={title} tab="statistics" actions={<Ranges {...props} />} />
          <div class="stack">
            <Simulated {...props} />
            {isEmpty ? (
              <section class="panel">
                <Empty
                  icon="gauge"
                  title={composer.statistics.nothing}
                  text={composer.statistics.nothingText}
                />
              </section>
            ) : (
              <>
                <Panel title={composer.statistics.days} note={composer.statistics.utc}>
                  <StatisticsChart {...props} />
                </Panel>
                <ByChannel stats={stats} />
                <Reasons stats={stats} />
              </>
            )}
          </div>
        </>
      ),
    };
  };
}

const addressOf = (range: StatisticsRange, withSimulated: boolean): string =>
  `/notifications/statistics?range=${range}${withSimulated ? "&provenance=all" : ""}`;

/** What a report leaves out is said, with the way to have it. */
function Simulated({ stats, range, withSimulated }: StatisticsProps) {
  const { statistics } = useWords().composer;
  if (withSimulated)
    return <LeftOut text={statistics.included} action={statistics.leaveOut} href={addressOf(range, false)} />;
  return stats.leftOut === 0 ? null : (
    <LeftOut
      text={statistics.leftOut(stats.leftOut)}
      action={statistics.include}
      href={addressOf(range, true)}
    />
  );
}

function Ranges({ range, withSimulated }: Pick<StatisticsProps, "range" | "withSimulated">) {
  const { statistics } = useWords().composer;
  return (
    <nav class="segmented" aria-label={statistics.range}>
      {STATISTICS_RANGES.map((days) => (
        <a
          key={days}
          href={addressOf(days, withSimulated)}
          aria-current={days === range ? "page" : undefined}
        >
          {statistics.ranges[days]}
        </a>
      ))}
    </nav>
  );
}

function ByChannel({ stats }: Pick<StatisticsProps, "stats">) {
  const { notifications, composer, count } = useWords();
  const { statistics } = composer;
  const channels = [...Map.groupBy(stats.days, ({ channel }) => channel)].map(([channel, days]) => ({
    channel,
    counts: Object.fromEntries(
      COUNTED_EVENTS.map((event) => [event, days.reduce((sum, day) => sum + day[event], 0)]),
    ) as Record<CountedEvent, number>,
  }));
  const events = shownEvents(channels.map(({ counts }) => counts));
  return (
    <Panel title={statistics.by} flush>
      <div class="table-wrap">
        <table class="table cards">
          <thead>
            <tr>
              <th scope="col">{notifications.channel}</th>
              {events.map((event) => (
                <th key={event} scope="col" class="end">
                  {statistics.counts[event]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {channels.map(({ channel, counts }) => (
              <tr key={channel}>
                <td class="lead">{notifications.channels[channel]}</td>
                {events.map((event, index) => (
                  <td
                    key={event}
                    class={index % 2 === 0 ? "end number start-phone" : "end number"}
                    data-label={statistics.counts[event]}
                  >
                    {count(counts[event])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function Reasons({ stats: { reasons } }: Pick<StatisticsProps, "stats">) {
  const { notifications, composer, count } = useWords();
  if (reasons.length === 0) return null;
  return (
    <Panel title={composer.statistics.reasons} flush>
      <table class="table cards">
        <tbody>
          {reasons.map(({ channel, event, reason, deliveries }) => (
            <tr key={`${channel} ${event} ${reason}`}>
              <td class="lead beside">
                <Reason of={reason} by="platform" />
                <span class="cell-sub">{notifications.channels[channel]}</span>
              </td>
              <td class="end nowrap">
                {composer.statistics.counts[event]} <strong class="number">{count(deliveries)}</strong>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
