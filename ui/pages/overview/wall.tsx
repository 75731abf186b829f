import { useContext } from "preact/hooks";
import type { Activity } from "../../../protocol/activity/activity.ts";
import type { Overview, WallSite } from "../../../protocol/health/health.ts";
import { ActivityList } from "../../components/activity-list.tsx";
import { LiveRegion } from "../../components/live-region.tsx";
import { LocalTime, ReaderZone } from "../../components/moment.tsx";
import { Panel } from "../../components/panel.tsx";
import { useWords } from "../../words/use-words.ts";
import { Attention, type AttentionProps } from "./attention.tsx";
import { Estate } from "./estate.tsx";
import { Totals } from "./totals.tsx";

/** Rows that fit beside the field of tiles. */
const ATTENTION_MAX = 4;
const ACTIVITY_MAX = 4;

export interface WallProps extends Omit<AttentionProps, "max"> {
  title: string;
  overview: Overview;
  sites: readonly WallSite[];
  activity: readonly Activity[];
}

/** The overview for a screen on a wall: the same facts, in type that is read from two metres, and nothing to press. */
export function Wall({ title, overview, sites, activity, ...attention }: WallProps) {
  const { activity: words } = useWords();
  const zone = useContext(ReaderZone);
  return (
    <LiveRegion id="overview">
      <header class="wall-head">
        <h1>{title}</h1>
        {zone === null ? null : <LocalTime timeZone={zone} />}
      </header>
      <Totals overview={overview} />
      <div class="wall-body">
        <Estate sites={sites} total={overview.sites.total} onWall />
        <div class="stack">
          <Attention {...attention} max={ATTENTION_MAX} />
          <Panel title={words.title} note={words.note} flush>
            <ActivityList items={activity.slice(0, ACTIVITY_MAX)} />
          </Panel>
        </div>
      </div>
    </LiveRegion>
  );
}
