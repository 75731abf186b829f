import type { Activity } from "../../protocol/activity/activity.ts";
import type { Device } from "../../protocol/devices/device.ts";
import type { Overview, WallSite } from "../../protocol/health/health.ts";
import type { InboxItem } from "../../protocol/notifications/inbox.ts";
import { ActivityList } from "../components/activity-list.tsx";
import { Command } from "../components/command.tsx";
import { Empty } from "../components/empty.tsx";
import { LiveRegion } from "../components/live-region.tsx";
import { PageHead } from "../components/page-head.tsx";
import { Panel } from "../components/panel.tsx";
import { Tour } from "../components/tour.tsx";
import { Allowed } from "../layout/allowed.tsx";
import type { LocalView } from "../layout/frame.ts";
import { useWords } from "../words/use-words.ts";
import { overviewSentence } from "../words/words.ts";
import { Attention } from "./overview/attention.tsx";
import { Estate } from "./overview/estate.tsx";
import { QuickActions } from "./overview/quick-actions.tsx";
import { ToldLately } from "./overview/told-lately.tsx";
import { Totals } from "./overview/totals.tsx";
import { Wall } from "./overview/wall.tsx";

/** Rows of "Needs attention" on the overview; the lists have the rest. */
export const ATTENTION_MAX = 8;

export interface OverviewProps {
  overview: Overview;
  sites: readonly WallSite[];
  /** Devices in trouble, worst first; only those whose gateway is connected. */
  attention: readonly Device[];
  /** How many there are in all. */
  attentionTotal: number;
  /** What happened lately, newest first. */
  activity: readonly Activity[];
  /** What the reader was told last; absent for who has no inbox. */
  told?: readonly InboxItem[];
  /** Whether the tour is offered, begins at once, or is not there. */
  tour: "offer" | "once" | null;
  /** For a screen on a wall. */
  wall: boolean;
}

/** The whole estate in one look, exceptions first. */
export function overviewPage(props: OverviewProps): LocalView {
  const away = props.sites.filter((site) => site.gateway !== null && !site.gateway.connected);
  const isEmpty = props.overview.sites.total === 0;
  return (words) => {
    const title = overviewSentence(words, props.overview, props.attentionTotal + away.length);
    const view = {
      title,
      section: "overview" as const,
      crumbs: [{ label: words.frame.sections.overview }],
    };
    if (props.wall && !isEmpty)
      return { ...view, onWall: true, body: <Wall {...props} title={title} away={away} /> };
    return {
      ...view,
      body: (
        <>
          <LiveRegion id="overview">
            <PageHead title={title} {...(isEmpty ? {} : { actions: <QuickActions /> })} />
            {isEmpty ? <FirstSteps /> : <Estates {...props} away={away} />}
          </LiveRegion>
          {props.tour === null ? null : <Tour at={props.tour} />}
        </>
      ),
    };
  };
}

function Estates(props: OverviewProps & { away: readonly WallSite[] }) {
  const { overview, sites, attention, attentionTotal, away, activity } = props;
  const { activity: words } = useWords();
  return (
    <>
      <Totals overview={overview} />
      <div class="split">
        <div class="stack">
          <Attention attention={attention} attentionTotal={attentionTotal} away={away} max={ATTENTION_MAX} />
          <Estate sites={sites} total={overview.sites.total} />
        </div>
        <div class="stack">
          <Panel
            title={words.title}
            actions={
              <Allowed to="audit:read">
                <a class="button quiet" href="/settings/audit">
                  {words.all}
                </a>
              </Allowed>
            }
            flush
          >
            <ActivityList items={activity} />
          </Panel>
          {props.told === undefined ? null : <ToldLately told={props.told} />}
        </div>
      </div>
    </>
  );
}

function FirstSteps() {
  const { overview: words } = useWords();
  return (
    <section class="panel">
      <Empty icon="store" title={words.first} text={words.firstText}>
        <Allowed to="site:write">
          <a class="button primary" href="/sites/new">
            {words.addSite}
          </a>
        </Allowed>
        <p>{words.lookAround}</p>
        <Command text="./scripts/demo" name={words.theCommand} />
      </Empty>
    </section>
  );
}
