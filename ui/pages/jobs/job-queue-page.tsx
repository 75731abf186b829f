import type { Page } from "../../../protocol/api/list.ts";
import type { Job } from "../../../protocol/jobs/job.ts";
import { Empty } from "../../components/empty.tsx";
import { Icon } from "../../components/icon.tsx";
import { LiveRegion } from "../../components/live-region.tsx";
import { Ago } from "../../components/moment.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { State } from "../../components/state.tsx";
import { Allowed } from "../../layout/allowed.tsx";
import type { LocalView } from "../../layout/frame.ts";
import { jobStatus, someOf } from "../../words/job-states.ts";
import { useWords } from "../../words/use-words.ts";

/** The jobs that are not over, in the order in which gateways take what waits of them. */
export function jobQueuePage({ jobs }: { jobs: Page<Job> }): LocalView {
  return ({ jobs: words }) => ({
    title: words.queueOf(jobs.total),
    section: "jobs",
    crumbs: [{ label: words.title, href: "/jobs" }, { label: words.queue }],
    body: (
      <>
        <PageHead title={words.queueOf(jobs.total)} text={words.queueText} />
        {/* Outside of what is renewed: a message that is replaced is not read out. */}
        <p class="hidden-visually" role="status" data-queue-said="" />
        <LiveRegion id="queue">
          {jobs.items.length === 0 ? (
            <section class="panel">
              <Empty icon="list-checks" title={words.queueEmpty} text={words.queueEmptyText}>
                <a class="button" href="/jobs">
                  {words.showAll}
                </a>
              </Empty>
            </section>
          ) : (
            <Queue jobs={jobs} />
          )}
        </LiveRegion>
      </>
    ),
  });
}

function Queue({ jobs }: { jobs: Page<Job> }) {
  const { jobs: words } = useWords();
  const { items, total } = jobs;
  return (
    <>
      <p id="queue-how" class="hidden-visually">
        {words.queueHow}
      </p>
      <ol class="panel queue" data-queue="/api/v1/jobs/order" data-words={JSON.stringify(words.queueSaid)}>
        {items.map((job, index) => (
          <QueueItem key={job.id} job={job} first={index === 0} last={index === items.length - 1} />
        ))}
      </ol>
      {total > items.length ? <p class="muted">{words.queueMore(total - items.length)}</p> : null}
    </>
  );
}

function QueueItem({ job, first, last }: { job: Job; first: boolean; last: boolean }) {
  const words = useWords();
  const { jobs } = words;
  return (
    <li id={`queued-${job.id}`} data-id={job.id} data-name={job.name}>
      <Allowed to="job:write">
        <button
          id={`handle-${job.id}`}
          type="button"
          class="icon-button handle"
          data-handle=""
          data-idle=""
          aria-pressed="false"
          aria-describedby="queue-how"
          aria-label={jobs.queueHandle(job.name)}
        >
          <Icon name="grip-vertical" />
        </button>
      </Allowed>
      <div class="queue-job">
        <a class="link" href={`/jobs/${job.id}`}>
          {job.name}
        </a>
        <span class="cell-sub">
          {jobs.kinds[job.kind]} · {jobs.priorityOf(job.priority)}
        </span>
      </div>
      <div class="queue-state">
        <State state={jobStatus(words, job)} />
        <span class="cell-sub">
          {job.run === null && job.nextRunAt !== null ? jobs.next(<Ago at={job.nextRunAt} />) : null}
          {job.run === null ? null : <span class="number">{someOf(words, job.run, job)}</span>}
        </span>
      </div>
      <Allowed to="job:write">
        <div class="queue-steps">
          <Step job={job} to="up" disabled={first} />
          <Step job={job} to="down" disabled={last} />
        </div>
      </Allowed>
    </li>
  );
}

function Step({ job, to, disabled }: { job: Job; to: "up" | "down"; disabled: boolean }) {
  const { jobs } = useWords();
  const label = to === "up" ? jobs.queueUp(job.name) : jobs.queueDown(job.name);
  return (
    <form method="post" action="/jobs/queue" data-step={to === "up" ? -1 : 1}>
      <input type="hidden" name="id" value={job.id} />
      <button
        id={`${to}-${job.id}`}
        class="icon-button"
        type="submit"
        name="to"
        value={to}
        title={label}
        aria-label={label}
        aria-disabled={disabled}
      >
        <Icon name={to === "up" ? "arrow-up" : "arrow-down"} />
      </button>
    </form>
  );
}
