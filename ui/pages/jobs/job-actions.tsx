import type { Job } from "../../../protocol/jobs/job.ts";
import type { JobExecution } from "../../../protocol/jobs/job-execution.ts";
import { isFailure } from "../../../protocol/jobs/job-machine.ts";
import { Confirm } from "../../components/confirm.tsx";
import { Allowed } from "../../layout/allowed.tsx";
import { failedOf } from "../../words/job-states.ts";
import { useWords } from "../../words/use-words.ts";

/** What can be done to a job as it is now. */
export function JobActions({ job }: { job: Job }) {
  const { jobs } = useWords();
  const { id, status } = job;
  const over = status === "cancelled" || (status === "finished" && job.nextRunAt === null);
  return (
    <Allowed to="job:run">
      {status === "running" ? <Act path={`/jobs/${id}/pause`} label={jobs.pause} /> : null}
      {status === "paused" ? <Act path={`/jobs/${id}/resume`} label={jobs.resume} /> : null}
      {status === "stopped" ? <Act path={`/jobs/${id}/resume`} label={jobs.goOn} /> : null}
      {over ? null : (
        <Confirm
          id="cancel-job"
          label={jobs.cancel}
          question={jobs.cancelQuestion(job.name)}
          consequence={jobs.cancelText}
          action={`/jobs/${id}/cancel`}
          verb={jobs.cancelVerb}
        />
      )}
    </Allowed>
  );
}

export function mayRetry({ status, run }: Pick<Job, "status" | "run">): boolean {
  return status !== "cancelled" && run !== null && run.state !== "cancelled" && failedOf(run.counts) > 0;
}

export function RetryButton({ job }: { job: Pick<Job, "id"> }) {
  const { jobs } = useWords();
  return <Act path={`/jobs/${job.id}/retry`} label={jobs.retry} primary />;
}

/** Tries again one that failed, and is not tried again already. */
export function RetryOne({ execution }: { execution: JobExecution }) {
  const { jobs } = useWords();
  const { id, jobId, state, retriedBy, target } = execution;
  if (!isFailure(state) || retriedBy !== null) return null;
  return (
    <Allowed to="job:run">
      <form method="post" action={`/jobs/${jobId}/executions/${id}/retry`}>
        <button class="button" type="submit" aria-label={jobs.retryOneOn(target.name)}>
          {jobs.retryOne}
        </button>
      </form>
    </Allowed>
  );
}

function Act({ path, label, primary }: { path: string; label: string; primary?: boolean }) {
  return (
    <form method="post" action={path}>
      <button class={primary === true ? "button primary" : "button"} type="submit">
        {label}
      </button>
    </form>
  );
}
