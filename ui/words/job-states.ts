import type { Job, JobCounts, JobRun } from "../../protocol/jobs/job.ts";
import { JOB_KINDS } from "../../protocol/jobs/job-kinds.ts";
import { isFailure, isSuccess, JOB_STATES, type JobState } from "../../protocol/jobs/job-machine.ts";
import { meansGateways } from "../../protocol/jobs/job-targets.ts";
import type { JobStatus } from "../../protocol/jobs/run-states.ts";
import type { Words } from "./catalogues.ts";
import { JOB_LOOKS } from "./job-looks.ts";
import type { StateWords } from "./states.ts";

type Look = Omit<StateWords, "word">;

const STATUS_LOOKS: Record<JobStatus, Look> = {
  scheduled: { shape: "dotted", tone: "offline" },
  running: { shape: "half", tone: "info" },
  paused: { shape: "ring", tone: "warning" },
  stopped: { shape: "square", tone: "error" },
  finished: { shape: "disc", tone: "ok" },
  cancelled: { shape: "diamond", tone: "offline" },
};

const WAITING: ReadonlySet<JobState> = new Set(["queued", "delivered"]);

const sum = (counts: Readonly<Partial<JobCounts>>, of: (state: JobState) => boolean) =>
  JOB_STATES.filter(of).reduce((total, state) => total + (counts[state] ?? 0), 0);

export const doneOf = (counts: Readonly<Partial<JobCounts>>): number => sum(counts, isSuccess);
/** What waits neither at the cloud nor at its gateway any more. */
export const begunOf = (counts: Readonly<Partial<JobCounts>>): number =>
  sum(counts, (state) => !WAITING.has(state));
export const failedOf = (counts: Readonly<Partial<JobCounts>>): number => sum(counts, isFailure);

export function jobState({ jobs }: Words, state: JobState): StateWords {
  return { ...JOB_LOOKS[state], word: jobs.states[state] };
}

/** Whether all of a run still waits, at the cloud or at its gateways. */
const allWaits = ({ total, counts }: JobRun): boolean => total > 0 && begunOf(counts) === 0;

/** How a job is. What ended with failures is not said to be well, and what only waits not to run. */
export function jobStatus({ jobs }: Words, { status, run }: Pick<Job, "status" | "run">): StateWords {
  if (status === "finished" && run !== null && failedOf(run.counts) > 0)
    return { shape: "triangle", tone: "warning", word: jobs.finishedWithFailures };
  if (status === "running" && run !== null && allWaits(run))
    return { ...JOB_LOOKS.delivered, word: jobs.states.queued };
  return { ...STATUS_LOOKS[status], word: jobs.statuses[status] };
}

/** `4 of 5 devices` */
export function someOf(
  { jobs }: Words,
  { total, counts }: Pick<JobRun, "total" | "counts">,
  of: Pick<Job, "kind" | "targets">,
): string {
  const gateways = meansGateways(JOB_KINDS[of.kind].subject, of.targets);
  return jobs.some(doneOf(counts), total, jobs.targets[gateways ? "gateway" : "device"]);
}

/** The title of its page: `Payment config: 4 of 5 devices done`. */
export function jobSentence(words: Words, job: Job): string {
  const { titles } = words.jobs;
  const { name, status, run } = job;
  if (run === null) return status === "cancelled" ? titles.gone(name) : titles.waiting(name);
  const some = someOf(words, run, job);
  return titles[status === "scheduled" ? "finished" : status](name, some);
}
