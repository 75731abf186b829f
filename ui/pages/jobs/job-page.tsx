import type { Page } from "../../../protocol/api/list.ts";
import type { Job, JobRun, JobRuns } from "../../../protocol/jobs/job.ts";
import type { JobExecution, JobLogs } from "../../../protocol/jobs/job-execution.ts";
import type { JobState } from "../../../protocol/jobs/job-machine.ts";
import { LiveRegion } from "../../components/live-region.tsx";
import { PageHead } from "../../components/page-head.tsx";
import type { Segment } from "../../components/rollout-bar.tsx";
import { State } from "../../components/state.tsx";
import type { LocalView } from "../../layout/frame.ts";
import { jobSentence, jobStatus } from "../../words/job-states.ts";
import { useWords } from "../../words/use-words.ts";
import { JobActions } from "./job-actions.tsx";
import { Executions } from "./job-executions.tsx";
import { JobFacts } from "./job-facts.tsx";
import { JobFailures } from "./job-failures.tsx";
import { JobLogPanel } from "./job-log-panel.tsx";
import { Rollout } from "./job-rollout.tsx";

export interface JobPageProps {
  job: Job;
  /** The run that is looked at: the newest, unless another was asked for. Null before the first. */
  run: JobRun | null;
  /** Its targets in the order of the rollout; null where there are too many to draw each. */
  segments: readonly Segment[] | null;
  /** Some of those that failed. */
  failures: readonly JobExecution[];
  executions: Page<JobExecution>;
  /** The state whose executions are listed; null for all. */
  state: JobState | null;
  after: number;
  runs: JobRuns;
  logs: JobLogs;
  /** What is searched for in the log. */
  line: string;
}

/** A job: how far it is, what did not work and why, each target, and what they say while they are at it. */
export function jobPage(props: JobPageProps): LocalView {
  const { job } = props;
  return (words) => {
    const title = jobSentence(words, job);
    return {
      title,
      section: "jobs",
      crumbs: [{ label: words.jobs.title, href: "/jobs" }, { label: job.name }],
      body: (
        <div class="stack">
          <LiveRegion id="job">
            <PageHead title={title} facts={<HeadFacts job={job} />} actions={<JobActions job={job} />} />
            <div class="stack">
              {props.run === null ? null : <Rollout {...props} run={props.run} />}
              <JobFailures {...props} />
              {props.run === null ? null : <Executions {...props} run={props.run} />}
            </div>
          </LiveRegion>
          <div class="split">
            <JobLogPanel
              {...props}
              execution={null}
              settled={props.run === null || props.run.endedAt !== null}
            />
            <LiveRegion id="job-facts">
              <JobFacts job={job} runs={props.runs} run={props.run} />
            </LiveRegion>
          </div>
        </div>
      ),
    };
  };
}

function HeadFacts({ job }: { job: Job }) {
  const words = useWords();
  return (
    <>
      <State state={jobStatus(words, job)} />
      <span>{words.jobs.kinds[job.kind]}</span>
      {job.window === null || job.status !== "running" ? null : (
        <span>
          {words.jobs.window} {words.jobs.windowOf(job.window.from, job.window.to)}
        </span>
      )}
      {job.run?.reason === null || job.run === null ? null : <span>{words.reasons.run(job.run.reason)}</span>}
    </>
  );
}
