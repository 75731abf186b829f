import { useContext, useEffect, useState } from "preact/hooks";
import { isSuccess, JOB_STATES, type JobState } from "../../../protocol/jobs/job-machine.ts";
import { Mark } from "../../components/mark.tsx";
import { RolloutBar, type Segment } from "../../components/rollout-bar.tsx";
import { LiveContext } from "../../live/live.ts";
import { JOB_LOOKS } from "../../words/job-looks.ts";
import { useIslandWords } from "../../words/use-words.ts";
import { fill, type Heard, nothingHeard } from "./progress.ts";

export interface JobRolloutProps {
  job: string;
  /** The run that is shown, ms; null for one that is over, of which nothing is heard any more. */
  slotMs: number | null;
  total: number;
  counts: Record<string, number>;
  segments: readonly Segment[] | null;
  /** The bar in words. */
  label: string;
  states: Record<JobState, string>;
  all: string;
  /** The state whose executions are listed below. */
  state: JobState | null;
  /** What keeps an address with this run. */
  query: string;
  done: number;
}

/** The bar and the states below it, filled by every word of the gateways a moment after it was said. */
export function JobRollout(props: JobRolloutProps) {
  const { count } = useIslandWords();
  const context = useContext(LiveContext);
  const [heard, setHeard] = useState<Heard>(nothingHeard);
  const { job, slotMs } = props;
  useEffect(() => {
    if (context === null || slotMs === null) return undefined;
    // What the page came with is newer than all that was heard before.
    setHeard(nothingHeard);
    return context.live.job(job).hear((event) => {
      if (event !== undefined && event.slot === slotMs) setHeard((before) => fill(before, event));
    });
  }, [context?.live, context?.propsMs, job, slotMs]);

  const counts = heard.counts ?? props.counts;
  const segments =
    props.segments?.map((segment) => {
      const news = heard.executions.get(segment.id);
      return news === undefined ? segment : { ...segment, ...news };
    }) ?? null;
  const shown = JOB_STATES.filter((state) => (counts[state] ?? 0) > 0 || state === props.state);
  return (
    <div
      class="rollout"
      data-done={JOB_STATES.filter(isSuccess).reduce((sum, s) => sum + (counts[s] ?? 0), 0)}
    >
      <RolloutBar
        segments={segments}
        counts={counts}
        total={heard.total ?? props.total}
        label={props.label}
        words={props.states}
      />
      <ul class="rollout-states">
        <li>
          <a href={url(props, null)} aria-current={props.state === null ? "true" : undefined}>
            {props.all}
          </a>
        </li>
        {shown.map((state) => (
          <li key={state} class={`tone-${JOB_LOOKS[state].tone}`}>
            <a href={url(props, state)} aria-current={props.state === state ? "true" : undefined}>
              <Mark shape={JOB_LOOKS[state].shape} />
              {props.states[state]} <span class="number">{count(counts[state] ?? 0)}</span>
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}

function url({ job, query }: JobRolloutProps, state: JobState | null): string {
  const search = [query, state === null ? "" : `state=${state}`].filter(Boolean).join("&");
  return search === "" ? `/jobs/${job}` : `/jobs/${job}?${search}`;
}
