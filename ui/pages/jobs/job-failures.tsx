import type { Job, JobRun } from "../../../protocol/jobs/job.ts";
import type { JobExecution } from "../../../protocol/jobs/job-execution.ts";
import { Panel } from "../../components/panel.tsx";
import { Reason } from "../../components/reason.tsx";
import { Marked, State } from "../../components/state.tsx";
import { Allowed } from "../../layout/allowed.tsx";
import { failedOf, jobState } from "../../words/job-states.ts";
import { useWords } from "../../words/use-words.ts";
import { mayRetry, RetryButton, RetryOne } from "./job-actions.tsx";
import { TargetLink } from "./target-link.tsx";

/** What did not work, each with its reason, and the way to try it again. */
export function JobFailures({
  job,
  run,
  failures,
}: {
  job: Job;
  run: JobRun | null;
  failures: readonly JobExecution[];
}) {
  const words = useWords();
  const { jobs } = words;
  if (run === null || failures.length === 0) return null;
  const more = failedOf(run.counts) - failures.length;
  const isNewest = job.run?.slot === run.slot;
  return (
    <Panel
      title={jobs.failures}
      flush
      actions={
        isNewest && mayRetry(job) ? (
          <Allowed to="job:run">
            <RetryButton job={job} />
          </Allowed>
        ) : null
      }
    >
      <ul class="failures">
        {failures.map((execution) => (
          <li key={execution.id}>
            <State state={jobState(words, execution.state)} />
            <div>
              <a class="link" href={`/jobs/${job.id}/executions/${execution.id}`}>
                {execution.target.name}
              </a>
              <Marked of={execution.target} /> <span class="faint">{execution.siteName}</span>
              <p>{execution.reason === null ? jobs.noReason : <Reason of={execution.reason} />}</p>
            </div>
            <div class="actions">
              <TargetLink target={execution.target} />
              {isNewest && mayRetry(job) ? <RetryOne execution={execution} /> : null}
            </div>
          </li>
        ))}
        {more > 0 ? <li class="muted">{jobs.moreFailures(more)}</li> : null}
      </ul>
    </Panel>
  );
}
