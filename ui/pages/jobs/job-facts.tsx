import type { Job, JobRun, JobRuns } from "../../../protocol/jobs/job.ts";
import { type Fact, Facts } from "../../components/facts.tsx";
import { Ago } from "../../components/moment.tsx";
import { Panel } from "../../components/panel.tsx";
import { Told } from "../../components/told.tsx";
import type { Words } from "../../words/catalogues.ts";
import { someOf } from "../../words/job-states.ts";
import type { Rich } from "../../words/rich.ts";
import { scheduleWords } from "../../words/schedules.ts";
import { useWords } from "../../words/use-words.ts";
import { duration } from "../../words/words.ts";

/** What was asked for, and when it was run before. */
export function JobFacts({ job, runs, run }: { job: Job; runs: JobRuns; run: JobRun | null }) {
  const words = useWords();
  const { jobs, jobForm } = words;
  const { window, stopAt } = { window: job.window, stopAt: job.rollout.stopAt };
  const repeats = job.timing.kind === "cron";
  const isOfSites = job.place === "site";
  return (
    <div class="stack">
      <Panel title={jobs.about}>
        <Facts
          facts={[
            [jobs.kind, jobs.kinds[job.kind]],
            ...Object.entries(job.arguments)
              .filter(([, value]) => !isEmpty(value))
              .map(([name, value]): Fact => [argumentName(words, name), <Told key={name} value={value} />]),
            [jobs.chosen, chosenWords(words, job)],
            [jobs.timing, timingWords(words, job)],
            [jobs.nextRun, job.nextRunAt === null ? null : <Ago at={job.nextRunAt} />],
            [jobs.window, window === null ? null : jobs.windowOf(window.from, window.to)],
            [jobs.rollout, rolloutWords(words, job)],
            ["", stopAt === undefined ? null : jobs.stopAt(words.number(stopAt.failureRate * 100))],
            [jobs.timeout, duration(words, job.timeoutMs)],
            [jobs.retries, job.retries.max === 0 ? null : words.count(job.retries.max)],
            [jobs.priority, words.count(job.priority)],
            [jobs.place, isOfSites || repeats ? jobs.places[job.place] : null],
            [jobs.missed, isOfSites || repeats ? jobForm.missedOf[job.missed] : null],
            [jobs.overlap, repeats ? jobForm.overlapOf[job.overlap] : null],
            [
              jobs.made,
              job.createdBy === null ? (
                <Ago at={job.createdAt} />
              ) : (
                jobs.madeBy(<Ago at={job.createdAt} />, job.createdBy.name)
              ),
            ],
          ]}
        />
      </Panel>
      {runs.total < 2 && runs.skipped.length === 0 ? null : <Runs job={job} runs={runs} shown={run} />}
    </div>
  );
}

/** Arguments that are left at nothing. */
const isEmpty = (value: unknown): boolean =>
  value === "" || (typeof value === "object" && value !== null && Object.keys(value).length === 0);

function argumentName({ jobs }: Words, name: string): string {
  const { argumentNames } = jobs;
  return Object.hasOwn(argumentNames, name) ? argumentNames[name as keyof typeof argumentNames] : name;
}

function Runs({ job, runs, shown }: { job: Job; runs: JobRuns; shown: JobRun | null }) {
  const words = useWords();
  const { jobs } = words;
  return (
    <Panel title={jobs.runs} flush>
      <ul class="runs">
        {runs.items.map((run, index) => (
          <li key={run.slot}>
            <a
              class="link"
              href={index === 0 ? `/jobs/${job.id}` : `/jobs/${job.id}?slot=${encodeURIComponent(run.slot)}`}
              aria-current={run.slot === shown?.slot ? "true" : undefined}
            >
              {jobs.runOf(<Ago at={run.slot} />)}
            </a>
            <span class="number">{someOf(words, run, job)}</span>
          </li>
        ))}
        {runs.skipped.map((skip) => (
          <li key={`${skip.slot}${skip.gatewayId ?? ""}`} class="muted">
            <span>{jobs.runOf(<Ago at={skip.slot} />)}</span>
            <span>
              {jobs.skipped}: {jobs.skippedWhy[skip.why]}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function chosenWords({ jobs }: Words, { targets }: Job): string {
  const { devices, sites, types, tags, gateways, filter } = targets;
  return [
    ...(devices === undefined || devices.length === 0 ? [] : [jobs.chosenDevices(devices.length)]),
    ...(sites === undefined || sites.length === 0 ? [] : [jobs.chosenSites(sites.length)]),
    ...(gateways === undefined || gateways.length === 0 ? [] : [jobs.chosenGateways(gateways.length)]),
    ...(types === undefined || types.length === 0 ? [] : [jobs.chosenTypes(types.join(", "))]),
    ...(tags === undefined || tags.length === 0 ? [] : [jobs.chosenTags(tags.join(", "))]),
    ...(filter === undefined ? [] : [jobs.chosenFilter]),
  ].join(", ");
}

function timingWords(words: Words, { timing, place }: Job): string | Rich {
  const { jobs } = words;
  switch (timing.kind) {
    case "now":
      return jobs.now;
    case "at":
      return jobs.atOf(<Ago at={timing.at} />);
    case "cron":
      return jobs.cronOf(
        scheduleWords(words, timing.cron) ?? timing.cron,
        timing.timeZone ?? (place === "site" ? jobs.siteTime : "UTC"),
      );
  }
}

function rolloutWords(words: Words, { rollout }: Job): string {
  const { rolloutKinds } = words.jobs;
  switch (rollout.kind) {
    case "all":
      return rolloutKinds.all;
    case "batches":
      return rolloutKinds.batches(rollout.size);
    case "canary":
      return rolloutKinds.canary(rollout.first, words.number(rollout.growth));
  }
}
