import type { Job } from "../../../protocol/jobs/job.ts";
import type { JobExecution, JobLogs } from "../../../protocol/jobs/job-execution.ts";
import { Panel } from "../../components/panel.tsx";
import { Island } from "../../islands/island.tsx";
import { JobLog } from "../../islands/jobs/job-log.tsx";
import { useWords } from "../../words/use-words.ts";

/** What the executions of a job, or one of them, wrote; it follows while the page is open. */
export function JobLogPanel(props: {
  job: Pick<Job, "id">;
  execution: JobExecution | null;
  logs: JobLogs;
  line: string;
  /** Of what is not running: it has ended, or has not begun. */
  settled: boolean;
}) {
  const { jobs } = useWords();
  const { job, execution, logs, line, settled } = props;
  return (
    <Panel title={jobs.log} id="log" flush>
      <Island
        name="job-log"
        of={JobLog}
        props={{
          job: job.id,
          execution: execution?.id ?? null,
          lines: logs.items,
          after: logs.after,
          line,
          settled,
          words: {
            ...{
              log: jobs.log,
              empty: settled ? jobs.logNothing : jobs.logEmpty,
              noMatch: jobs.logNoMatch,
              search: jobs.logSearch,
              follow: jobs.follow,
            },
            ...{ paused: jobs.paused, newLines: jobs.newLines, failed: jobs.logFailed, levels: jobs.levels },
          },
        }}
      />
    </Panel>
  );
}
