import type { Page } from "../../../protocol/api/list.ts";
import type { Job, JobQuery } from "../../../protocol/jobs/job.ts";
import { JOB_KIND_NAMES } from "../../../protocol/jobs/job-kinds.ts";
import { JOB_STATUSES } from "../../../protocol/jobs/run-states.ts";
import { ResultLine } from "../../components/chips.tsx";
import { Empty } from "../../components/empty.tsx";
import { Icon } from "../../components/icon.tsx";
import { LiveRegion } from "../../components/live-region.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { Pager } from "../../components/pager.tsx";
import { Choice, SearchForm } from "../../components/search-form.tsx";
import { Allowed } from "../../layout/allowed.tsx";
import type { LocalView } from "../../layout/frame.ts";
import { type JobFilters, jobChipsOf, jobFiltersOf, jobsUrl } from "../../urls/urls.ts";
import { useWords } from "../../words/use-words.ts";
import { JobTable } from "./job-table.tsx";

export interface JobListProps {
  jobs: Page<Job>;
  query: JobQuery;
  after: number;
  /** What may be filtered by; none for who may not see sites. */
  sites: readonly { id: string; name: string }[];
  /** The name of the device that is filtered by. */
  deviceName: string | null;
}

type Props = JobListProps & { filters: JobFilters };

export function jobListPage(given: JobListProps): LocalView {
  const filters = jobFiltersOf(given.query);
  const filtered = Object.keys(filters).length > 0;
  const empty = given.jobs.total === 0 && !filtered;
  const props = { ...given, filters };
  return ({ jobs: words }) => {
    const title = empty ? words.noneYet : filtered ? words.title : words.counted(given.jobs.total);
    return {
      title,
      section: "jobs",
      crumbs: [{ label: words.title }],
      body: (
        <>
          <PageHead
            title={title}
            actions={
              <>
                <FirmwareLink />
                {empty ? null : <QueueLink />}
                <Create />
              </>
            }
          />
          {empty ? null : <Filters {...props} />}
          <LiveRegion id="results">{empty ? <NoJobs /> : <Results {...props} />}</LiveRegion>
        </>
      ),
    };
  };
}

function Filters({ filters, sites }: Props) {
  const { jobs } = useWords();
  return (
    <SearchForm action="/jobs" label={jobs.search} placeholder={jobs.searchShort} q={filters.q}>
      <Choice
        name="status"
        label={jobs.any.status}
        value={filters.status}
        choices={JOB_STATUSES.map((status) => [status, jobs.statuses[status]] as const)}
      />
      <Choice
        name="kind"
        label={jobs.any.kind}
        value={filters.kind}
        choices={JOB_KIND_NAMES.map((kind) => [kind, jobs.kinds[kind]] as const)}
      />
      {sites.length === 0 ? null : (
        <Choice
          name="site"
          label={jobs.any.site}
          value={filters.site}
          choices={sites.map(({ id, name }) => [id, name] as const)}
        />
      )}
    </SearchForm>
  );
}

function Results({ jobs, filters, sites, deviceName, after }: Props) {
  const words = useWords();
  const site = sites.find(({ id }) => id === filters.site)?.name ?? null;
  const chips = jobChipsOf(words, filters, { site, device: deviceName });
  const next =
    jobs.nextCursor === null ? null : { cursor: jobs.nextCursor, after: after + jobs.items.length };
  return (
    <>
      {chips.length === 0 ? null : <ResultLine chips={chips} count={words.jobs.found(jobs.total)} />}
      {jobs.items.length === 0 ? (
        <section class="panel">
          <Empty icon="search" title={words.jobs.noMatch} text={words.jobs.noMatchText}>
            <a class="button" href="/jobs">
              {words.jobs.showAll}
            </a>
          </Empty>
        </section>
      ) : (
        <div class="panel">
          <JobTable jobs={jobs.items} />
        </div>
      )}
      <Pager
        after={after}
        shown={jobs.items.length}
        total={jobs.total}
        next={next === null ? null : jobsUrl(filters, next)}
        first={jobsUrl(filters)}
      />
    </>
  );
}

function NoJobs() {
  const { jobs } = useWords();
  return (
    <section class="panel">
      <Empty icon="list-checks" title={jobs.emptyTitle} text={jobs.emptyText}>
        <Create />
      </Empty>
    </section>
  );
}

/** The way to what jobs bring to devices. */
function FirmwareLink() {
  const { firmware } = useWords();
  return (
    <a class="button" href="/firmware">
      {firmware.title}
    </a>
  );
}

/** The way to the order in which they wait. */
function QueueLink() {
  const { jobs } = useWords();
  return (
    <a class="button" href="/jobs/queue">
      {jobs.queue}
    </a>
  );
}

function Create() {
  const { jobs } = useWords();
  return (
    <Allowed to="job:run">
      <a class="button primary" href="/jobs/new" data-key="c">
        <Icon name="plus" />
        {jobs.create}
      </a>
    </Allowed>
  );
}
