import type { Page } from "../../../protocol/api/list.ts";
import type { Job, JobRun } from "../../../protocol/jobs/job.ts";
import type { JobExecution } from "../../../protocol/jobs/job-execution.ts";
import { hasEnded, type JobState } from "../../../protocol/jobs/job-machine.ts";
import { Confirm } from "../../components/confirm.tsx";
import { Empty } from "../../components/empty.tsx";
import { Ago } from "../../components/moment.tsx";
import { Pager } from "../../components/pager.tsx";
import { Panel } from "../../components/panel.tsx";
import { Reason } from "../../components/reason.tsx";
import { Marked, State } from "../../components/state.tsx";
import { TableHead } from "../../components/table-head.tsx";
import { Allowed } from "../../layout/allowed.tsx";
import { jobState } from "../../words/job-states.ts";
import { useWords } from "../../words/use-words.ts";
import { TargetLink } from "./target-link.tsx";

interface Props {
  job: Job;
  run: JobRun;
  executions: Page<JobExecution>;
  /** Those whose reasons the page says already. */
  failures: readonly JobExecution[];
  state: JobState | null;
  after: number;
}

/** Each target of a run with what became of it. */
export function Executions({ job, run, executions, failures, state, after }: Props) {
  const { jobs } = useWords();
  const { items, nextCursor, total } = executions;
  const url = (more: Record<string, string>) => {
    const search = new URLSearchParams({
      ...(state === null ? {} : { state }),
      ...(job.run?.slot === run.slot ? {} : { slot: run.slot }),
      ...more,
    }).toString();
    return search === "" ? `/jobs/${job.id}` : `/jobs/${job.id}?${search}`;
  };
  return (
    <Panel title={jobs.executions} flush>
      {items.length === 0 ? (
        <Empty icon="list-checks" title={jobs.noExecutions} text="" />
      ) : (
        <div id="results">
          <ExecutionTable executions={items} told={failures} withJob={false} />
        </div>
      )}
      <Pager
        after={after}
        shown={items.length}
        total={total}
        next={nextCursor === null ? null : url({ cursor: nextCursor, after: String(after + items.length) })}
        first={url({})}
      />
    </Panel>
  );
}

/** Executions as rows; on a phone as cards. */
export function ExecutionTable(props: {
  executions: readonly JobExecution[];
  /** Of these the reason stands elsewhere on the page. */
  told?: readonly JobExecution[];
  withJob: boolean;
}) {
  const { jobs } = useWords();
  const told = new Set(props.told?.map(({ id }) => id));
  return (
    <div class="table-wrap">
      <table class="table cards">
        <TableHead
          columns={[props.withJob ? jobs.job : jobs.target, jobs.state, jobs.reason, jobs.since]}
          deeds={jobs.lookAtDevice}
        />
        <tbody>
          {props.executions.map((execution) => (
            <ExecutionRow
              key={execution.id}
              execution={execution}
              isTold={told.has(execution.id)}
              withJob={props.withJob}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  execution: JobExecution;
  isTold: boolean;
  withJob: boolean;
}

function ExecutionRow({ execution, isTold, withJob }: RowProps) {
  const words = useWords();
  const { jobs } = words;
  const { id, jobId, target, state, attempt, percent, reason, message } = execution;
  const open = !hasEnded(state);
  return (
    <tr>
      <td class="lead beside">
        <a class="row-link" href={`/jobs/${jobId}/executions/${id}`}>
          {withJob ? execution.jobName : target.name}
        </a>
        {withJob ? <span class="cell-sub">{jobs.kinds[execution.kind]}</span> : null}
        {withJob ? null : <Marked of={target} />}
        {withJob || execution.siteName === target.name ? null : (
          <span class="cell-sub">{execution.siteName}</span>
        )}
      </td>
      <td class="end-phone">
        <State state={jobState(words, state)} />
        {open && !execution.gatewayConnected ? <span class="cell-sub">{jobs.gatewayAway}</span> : null}
        {open && execution.cancelRequestedAt !== null ? (
          <span class="cell-sub">{jobs.endingAsked}</span>
        ) : null}
      </td>
      <td class="full">
        {reason === null || isTold ? null : (
          <span class="said">
            <Reason of={reason} />
          </span>
        )}
        {open && reason === null && message !== null ? <span class="said">{message}</span> : null}
        {state === "running" && percent !== null ? (
          <span class="number"> {Math.round(percent)} %</span>
        ) : null}
        {attempt > 1 ? <span class="cell-sub">{jobs.attempt(attempt)}</span> : null}
      </td>
      <td class="nowrap">
        <Ago at={execution.since} />
      </td>
      <td class="end nowrap">
        {withJob ? null : <TargetLink target={target} />}
        {open && execution.cancelRequestedAt === null ? (
          <Allowed to="job:run">
            <Confirm
              id={`cancel-${id}`}
              label={jobs.cancelOne}
              question={jobs.cancelOneQuestion(target.name)}
              consequence={jobs.cancelOneText}
              action={`/jobs/${jobId}/executions/${id}/cancel`}
              verb={jobs.cancelOne}
            />
          </Allowed>
        ) : null}
      </td>
    </tr>
  );
}
