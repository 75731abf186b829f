import type { Job, JobRun } from "../../../protocol/jobs/job.ts";
import type { JobState } from "../../../protocol/jobs/job-machine.ts";
import { Panel } from "../../components/panel.tsx";
import type { Segment } from "../../components/rollout-bar.tsx";
import { Island } from "../../islands/island.tsx";
import { JobRollout } from "../../islands/jobs/job-rollout.tsx";
import { begunOf, doneOf, someOf } from "../../words/job-states.ts";
import { useWords } from "../../words/use-words.ts";

/** The rollout of a run: one bar, a segment a target, and how many are in each state; each state filters the table. */
export function Rollout(props: {
  job: Job;
  run: JobRun;
  segments: readonly Segment[] | null;
  state: JobState | null;
}) {
  const words = useWords();
  const { job, run } = props;
  const isNewest = job.run?.slot === run.slot;
  return (
    <Panel title={words.jobs.rollout} note={words.jobs.begunOf(begunOf(run.counts), run.total)}>
      <Island
        name="job-rollout"
        of={JobRollout}
        props={{
          job: job.id,
          slotMs: isNewest ? Date.parse(run.slot) : null,
          total: run.total,
          counts: run.counts,
          segments: props.segments,
          label: words.jobs.rolloutOf(someOf(words, run, job)),
          states: words.jobs.states,
          all: words.jobs.all(run.total),
          state: props.state,
          query: isNewest ? "" : `slot=${encodeURIComponent(run.slot)}`,
          done: doneOf(run.counts),
        }}
      />
    </Panel>
  );
}
