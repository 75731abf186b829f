/**
 * Jobs: what people want done on devices and gateways, now, later or again and again.
 *
 * Promises: a job and its audit entry are written together; of each slot there is one run, and of each target in it one
 * execution; an execution's state is what its gateway said, and since when; what is not known is said to be so. A run of 100,000 targets
 * is worked through in small pieces, and goes on where it was after any crash.
 * Never runs anything itself, and never guesses: the gateways' word is taken in by `applier`, in the hub's transaction.
 */
import type { Transaction } from "kysely";
import type { Page } from "../../protocol/api/list.ts";
import type { Result } from "../../protocol/errors.ts";
import type { GatewayUpdate } from "../../protocol/gateways/gateway.ts";
import type { Job, JobInput, JobPreview, JobQuery, JobRunQuery, JobRuns } from "../../protocol/jobs/job.ts";
import type {
  ExecutionQuery,
  JobExecution,
  JobExecutionDetail,
  JobLogQuery,
  JobLogs,
} from "../../protocol/jobs/job-execution.ts";
import type { Seq } from "../../protocol/log/cursor.ts";
import type { Needs, Scope } from "../accounts/scope.ts";
import type { Tables } from "../database/tables.ts";
import { createJobApplier, type JobApplier } from "./apply.ts";
import { Driver } from "./driver.ts";
import { JobEnds } from "./ends.ts";
import { findUpdates } from "./gateway-updates.ts";
import { JobKeeping } from "./keeping.ts";
import { JobNews } from "./news.ts";
import type { JobsParts } from "./parts.ts";
import { createJobReading } from "./reading.ts";
import { type AppendWish, forgotten, wantAnew } from "./renewal.ts";
import { Scheduler } from "./scheduler.ts";
import { createJobWriting } from "./writing.ts";

export type { JobApplier } from "./apply.ts";
export { readTiming } from "./form-input.ts";
export type { JobsParts } from "./parts.ts";
export { checkCron, momentOf, nextSlot, nextSlots, wallClock } from "./slots.ts";
export { countTargets, devices as devicesTargeted, devicesLeftOut, selectTargets } from "./targets.ts";

export interface Jobs {
  list(scope: Scope, query: JobQuery): Promise<Result<Page<Job>>>;
  /** With live counts of its newest run; when it has ended, or as it is after `waitMs`. Code: `record.not-found`. */
  get(scope: Scope, id: string, waitMs?: number): Promise<Result<Job>>;
  /** Its runs, newest first, and the slots that were left out. Code: `record.not-found`. */
  runs(scope: Scope, id: string, query: JobRunQuery): Promise<Result<JobRuns>>;
  /** Of one run, in the order of the rollout. Codes: `record.not-found`, `request.invalid`. */
  executions(scope: Scope, id: string, query: ExecutionQuery): Promise<Result<Page<JobExecution>>>;
  /** With all its steps. Code: `record.not-found`. */
  execution(scope: Scope, id: string, execution: string): Promise<Result<JobExecutionDetail>>;
  /** Lines of all its executions, or of one; to follow, ask again with the `after` of the answer. Code: `record.not-found`. */
  logs(scope: Scope, id: string, query: JobLogQuery): Promise<Result<JobLogs>>;
  /** What it would do. Nothing is made. */
  preview(scope: Scope, input: JobInput): Promise<Result<JobPreview>>;
  /** `waitMs` as in `get`. Codes: `request.invalid`; `auth.forbidden` for one that is not run now without `job:write`. */
  create(scope: Scope, input: JobInput, waitMs?: number): Promise<Result<Job>>;
  /** Nothing more of its run begins. What has begun goes on. Codes: `record.not-found`, `job.wrong-state`. */
  pause(scope: Scope, id: string): Promise<Result<Job>>;
  /** Goes on, also in spite of the failures that stopped it. Codes: `record.not-found`, `job.wrong-state`. */
  resume(scope: Scope, id: string): Promise<Result<Job>>;
  /** Tries again, once more, those of its newest run that failed. Codes: `record.not-found`, `job.wrong-state`. */
  retry(scope: Scope, id: string): Promise<Result<Job>>;
  /** The same for one execution. Codes: `record.not-found`, `job.wrong-state`. */
  retryExecution(scope: Scope, id: string, execution: string): Promise<Result<JobExecutionDetail>>;
  /** Ends it: its schedule, what waits, and what runs as soon as its gateway hears of it. */
  cancel(scope: Scope, id: string): Promise<Result<Job>>;
  /** The same for one execution. Codes: `record.not-found`, `job.wrong-state`. */
  cancelExecution(scope: Scope, id: string, execution: string): Promise<Result<JobExecutionDetail>>;
  /** These jobs change places in the queue so that they stand in this order. Code: `record.not-found`. */
  order(scope: Scope, ids: readonly string[]): Promise<Result<void>>;
  /** Takes in what gateways say. */
  readonly apply: JobApplier;
  /** Whether a request waits for a job's end. */
  areAwaited(): boolean;
  /** Says all that is wanted of a gateway in its new downlog. */
  wantAnew(trx: Transaction<Tables>, gatewayId: string, append: AppendWish): Promise<void>;
  /** The newest update of each of these gateways that was asked for one. */
  updatesOf(gatewayIds: readonly string[]): Promise<ReadonlyMap<string, GatewayUpdate>>;
  /** A gateway that had applied its downlog up to `before` says `now`. */
  forgotten(trx: Transaction<Tables>, gatewayId: string, now: Seq, before: Seq): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Forgets at once what is old enough, as it does every hour. */
  forgetOld(): Promise<void>;
  /** Resolves when all that is due is done. */
  idle(): Promise<void>;
}

/** What people need to be allowed. */
export const JOB_NEEDS: Needs<Jobs> = {
  list: "job:read",
  get: "job:read",
  runs: "job:read",
  executions: "job:read",
  execution: "job:read",
  logs: "job:read",
  preview: "job:run",
  create: "job:run",
  pause: "job:run",
  resume: "job:run",
  retry: "job:run",
  retryExecution: "job:run",
  cancel: "job:run",
  cancelExecution: "job:run",
  order: "job:write",
};

export function createJobs(parts: JobsParts): Jobs {
  const news = new JobNews(parts);
  const ends = new JobEnds(parts);
  const changed: JobNews["changed"] = (trx, organizationId, jobId, executionId) => {
    news.changed(trx, organizationId, jobId, executionId);
    ends.changed(trx, jobId);
  };
  const wrote: JobNews["wrote"] = (trx, organizationId, jobId) => news.wrote(trx, organizationId, jobId);
  const driver = new Driver({ ...parts, changed });
  const scheduler = new Scheduler({ ...parts, changed, driver });
  const keeping = new JobKeeping(parts);
  const reading = createJobReading({ ...parts, ends });
  return {
    ...reading,
    ...createJobWriting({ ...parts, changed, driver, scheduler, reading }),
    apply: createJobApplier({ ...parts, changed, wrote, driver }),
    areAwaited: () => ends.areAwaited,
    wantAnew,
    updatesOf: (gatewayIds) => findUpdates(parts.db.read, gatewayIds),
    forgotten: (trx, gatewayId, now, before) =>
      forgotten({ ...parts, changed, driver }, trx, gatewayId, now, before),
    async start() {
      await driver.start();
      scheduler.start();
      keeping.start();
    },
    async stop() {
      news.stop();
      ends.stop();
      await keeping.stop();
      await scheduler.stop();
      await driver.stop();
    },
    forgetOld: async () => void (await keeping.sweep()),
    async idle() {
      await scheduler.idle();
      await driver.idle();
    },
  };
}
