import type { Job } from "../../../protocol/jobs/job.ts";
import { Ago } from "../../components/moment.tsx";
import { RolloutBar } from "../../components/rollout-bar.tsx";
import { State } from "../../components/state.tsx";
import { jobStatus, someOf } from "../../words/job-states.ts";
import { scheduleWords } from "../../words/schedules.ts";
import { useWords } from "../../words/use-words.ts";

/** Jobs as rows, each with how its newest run stands; on a phone as cards. */
export function JobTable({ jobs }: { jobs: readonly Job[] }) {
  const { jobs: words } = useWords();
  return (
    <div class="table-wrap">
      <table class="table cards">
        <thead>
          <tr>
            <th scope="col">{words.job}</th>
            <th scope="col">{words.state}</th>
            <th scope="col">{words.progress}</th>
            <th scope="col">{words.when}</th>
            <th scope="col" class="end">
              {words.made}
            </th>
          </tr>
        </thead>
        <tbody>
          {jobs.map((job) => (
            <JobRow key={job.id} job={job} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Schedule({ cron }: { cron: string }) {
  const told = scheduleWords(useWords(), cron);
  return told === null ? <span class="mono">{cron}</span> : <span>{told}</span>;
}

function JobRow({ job }: { job: Job }) {
  const words = useWords();
  const { jobs } = words;
  return (
    <tr>
      <td class="lead beside">
        <a class="row-link" href={`/jobs/${job.id}`}>
          {job.name}
        </a>
        <span class="cell-sub">{jobs.kinds[job.kind]}</span>
      </td>
      <td class="end-phone">
        <State state={jobStatus(words, job)} />
      </td>
      <td class="full">
        {job.run === null ? (
          <span class="faint">{jobs.noRun}</span>
        ) : (
          <div class="job-progress">
            <RolloutBar
              segments={null}
              counts={job.run.counts}
              total={job.run.total}
              label={jobs.rolloutOf(someOf(words, job.run, job))}
              words={jobs.states}
              small
            />
            <span class="number cell-sub">{someOf(words, job.run, job)}</span>
          </div>
        )}
      </td>
      <td>
        {job.timing.kind === "cron" ? <Schedule cron={job.timing.cron} /> : null}
        {job.timing.kind === "now" ? jobs.now : null}
        {job.timing.kind === "at" ? <Ago at={job.timing.at} /> : null}
        {job.timing.kind === "cron" && job.nextRunAt !== null ? (
          <span class="cell-sub">{jobs.next(<Ago at={job.nextRunAt} />)}</span>
        ) : null}
        {job.window === null ? null : (
          <span class="cell-sub">{jobs.windowOf(job.window.from, job.window.to)}</span>
        )}
      </td>
      <td class="end nowrap">
        <Ago at={job.createdAt} />
        {job.createdBy === null || job.createdBy.name === "" ? null : (
          <span class="cell-sub">{job.createdBy.name}</span>
        )}
      </td>
    </tr>
  );
}
