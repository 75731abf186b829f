import type { Job } from "../../../protocol/jobs/job.ts";
import type { JobExecutionDetail, JobLogs, JobTransition } from "../../../protocol/jobs/job-execution.ts";
import { hasEnded } from "../../../protocol/jobs/job-machine.ts";
import { Confirm } from "../../components/confirm.tsx";
import { Facts } from "../../components/facts.tsx";
import { LiveRegion } from "../../components/live-region.tsx";
import { Ago } from "../../components/moment.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { Panel } from "../../components/panel.tsx";
import { Reason } from "../../components/reason.tsx";
import { Marked, State } from "../../components/state.tsx";
import { Told } from "../../components/told.tsx";
import { Allowed } from "../../layout/allowed.tsx";
import type { LocalView } from "../../layout/frame.ts";
import { PageLink } from "../../layout/page-link.tsx";
import { jobState } from "../../words/job-states.ts";
import { useWords } from "../../words/use-words.ts";
import { mayRetry, RetryOne } from "./job-actions.tsx";
import { JobLogPanel } from "./job-log-panel.tsx";
import { TargetLink } from "./target-link.tsx";

export interface ExecutionPageProps {
  job: Job;
  execution: JobExecutionDetail;
  logs: JobLogs;
  /** What is searched for in the log. */
  line: string;
}

/** One job on one target: every step it took, by whom, and what came of it. */
export function executionPage(props: ExecutionPageProps): LocalView {
  const { job, execution } = props;
  return (words) => {
    const { jobs } = words;
    const { target, state } = execution;
    const title = jobs.executionTitle(job.name, target.name, jobs.states[state]);
    return {
      title,
      section: "jobs",
      crumbs: [
        { label: jobs.title, href: "/jobs" },
        { label: job.name, href: `/jobs/${job.id}` },
        { label: target.name },
      ],
      body: (
        <div class="stack">
          <LiveRegion id="execution">
            <PageHead
              title={title}
              facts={
                <>
                  <State state={jobState(words, state)} />
                  <Marked of={target} />
                  <TargetLink target={target} />
                  <PageLink href={`/sites/${execution.siteId}`}>{execution.siteName}</PageLink>
                </>
              }
              actions={
                <>
                  <Cancel execution={execution} />
                  {job.run?.slot === execution.slot && mayRetry(job) ? (
                    <RetryOne execution={execution} />
                  ) : null}
                </>
              }
            />
            <div class="split">
              <Panel title={jobs.steps} flush>
                <Steps steps={execution.transitions} />
              </Panel>
              <Panel title={jobs.about}>
                <Outcome {...props} />
              </Panel>
            </div>
          </LiveRegion>
          <JobLogPanel {...props} settled={hasEnded(execution.state)} />
        </div>
      ),
    };
  };
}

function Cancel({ execution }: { execution: JobExecutionDetail }) {
  const { jobs } = useWords();
  const { id, jobId, target, state, cancelRequestedAt } = execution;
  if (hasEnded(state) || cancelRequestedAt !== null) return null;
  return (
    <Allowed to="job:run">
      <Confirm
        id="cancel"
        label={jobs.cancelOne}
        question={jobs.cancelOneQuestion(target.name)}
        consequence={jobs.cancelOneText}
        action={`/jobs/${jobId}/executions/${id}/cancel`}
        verb={jobs.cancelOne}
      />
    </Allowed>
  );
}

function Steps({ steps }: { steps: readonly JobTransition[] }) {
  const words = useWords();
  const { jobs } = words;
  const who = (by: string) => (by === "cloud" || by === "gateway" ? jobs.by[by] : by);
  return (
    <ol class="job-steps">
      {steps.map((step) => (
        <li key={`${step.to}${step.at}`}>
          <State state={jobState(words, step.to)} />
          <span>
            {jobs.madeBy(<Ago at={step.at} />, who(step.by))}
            {step.reason === null ? null : (
              <span class="said">
                <Reason of={step.reason} />
              </span>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}

function Outcome({ execution }: ExecutionPageProps) {
  const words = useWords();
  const { jobs } = words;
  const { reason, output, attempt, state } = execution;
  return (
    <Facts
      facts={[
        [jobs.reason, reason === null ? null : <Reason key="reason" of={reason} />],
        [jobs.output, output === null ? null : <Told value={output} />],
        [jobs.since, <Ago at={execution.since} />],
        [jobs.heard, <Ago at={execution.heardAt} />],
        [jobs.state, execution.gatewayConnected || hasEnded(state) ? null : jobs.gatewayAway],
        [jobs.retries, attempt > 1 ? jobs.attempt(attempt) : null],
        [jobs.expires, hasEnded(state) ? null : <Ago at={execution.expiresAt} />],
      ]}
    />
  );
}
