import type { Transaction } from "kysely";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import type { Job } from "../../protocol/jobs/job.ts";
import { hasEnded, isFailure, type JobState } from "../../protocol/jobs/job-machine.ts";
import { nextRunState, type RunEvent, type RunState } from "../../protocol/jobs/run-states.ts";
import type { Scope } from "../accounts/scope.ts";
import type { Tables } from "../database/tables.ts";
import { findFirmware } from "../firmware/firmware.ts";
import type { Driver, DriverParts } from "./driver.ts";
import {
  type ExecutionRow,
  executionId,
  type RunRow,
  readCounts,
  rolloutCounts,
  takeStep,
} from "./executions.ts";
import type { Jobs } from "./jobs.ts";
import { insertJob, previewJob } from "./making.ts";
import { beginOnly, type OnlyTarget } from "./only-target.ts";
import { changeOrder } from "./ordering.ts";
import type { JobsParts } from "./parts.ts";
import type { JobReading } from "./reading.ts";
import { advance, settleRun, tryAgain } from "./run-steps.ts";
import { beginRun, findJob, findRun, newestRun, setRun, settleJob } from "./run-store.ts";
import type { Scheduler } from "./scheduler.ts";
import { tellGateways } from "./site-schedules.ts";
import { type KnownJob, known } from "./spec.ts";

export type JobWriting = Pick<
  Jobs,
  | "preview"
  | "create"
  | "pause"
  | "resume"
  | "retry"
  | "retryExecution"
  | "cancel"
  | "cancelExecution"
  | "order"
>;

export type WritingParts = JobsParts & {
  changed: DriverParts["changed"];
  driver: Driver;
  scheduler: Scheduler;
  reading: JobReading;
};

type Trx = Transaction<Tables>;

/** What people do with jobs. Each deed is one transaction with its audit entry; what it sets going follows by itself. */
export function createJobWriting(parts: WritingParts): JobWriting {
  const { db, clock, note, reading, driver, scheduler } = parts;

  /** Changes a job, and answers with it as it is then. */
  const change = async (
    scope: Scope,
    id: string,
    action: string,
    run: (trx: Trx, job: KnownJob) => Promise<Result<RunRow | null>>,
  ): Promise<Result<Job>> => {
    const done = await db.write(async (trx) => {
      const job = await findJob(trx, scope.organizationId, id);
      if (job === undefined) return refuse("record.not-found", `job ${id}`);
      const changed = await run(trx, job);
      if (!changed.ok) return changed;
      await settleJob(trx, id, clock.nowMs());
      await note(trx, scope, { action: `job.${action}`, target: { id, name: job.row.name } });
      parts.changed(trx, scope.organizationId, id);
      const slotMs = changed.value?.slot_ms;
      if (slotMs !== undefined) db.onCommit(trx, () => driver.kick(id, slotMs));
      return accept(undefined);
    });
    return done.ok ? reading.get(scope, id) : done;
  };

  /** The newest run after an event. */
  const stepRun = async (trx: Trx, job: KnownJob, event: RunEvent): Promise<Result<RunRow>> => {
    const run = await newestRun(trx, job.row.id);
    if (run === undefined) return refuse("job.wrong-state", "it has not been run yet");
    const to = nextRunState(run.state as RunState, event);
    return to.ok ? accept({ ...run, state: to.value }) : to;
  };

  return {
    preview: (scope, input) => previewJob(parts, scope, input),

    async create(scope, input, waitMs) {
      const made = await db.writeTogether(async (trx) => {
        const inserted = await insertJob(parts, trx, scope, input);
        if (!inserted.ok) return inserted;
        const { row, only } = inserted.value;
        const job = known(row);
        const { id, place } = row;
        await begin(parts, trx, job, only);
        if (place === "site") db.onCommit(trx, () => void tellRest(id));
        else if (job.spec.timing.kind !== "now") db.onCommit(trx, () => scheduler.look());
        await note(trx, scope, {
          action: "job.create",
          target: { id, name: job.row.name },
          after: { kind: job.kind, ...job.spec },
        });
        parts.changed(trx, scope.organizationId, id);
        return accept(id);
      });
      return made.ok ? reading.get(scope, made.value, waitMs) : made;
    },

    pause: (scope, id) =>
      change(scope, id, "pause", async (trx, job) => {
        const run = await stepRun(trx, job, "pause");
        if (run.ok) await setRun(trx, run.value, { state: run.value.state });
        return run;
      }),

    resume: (scope, id) =>
      change(scope, id, "resume", async (trx, job) => {
        const run = await stepRun(trx, job, "resume");
        if (!run.ok) return run;
        const { ended, failed } = rolloutCounts(run.value, await readCounts(trx, id, run.value.slot_ms));
        await setRun(trx, run.value, {
          state: run.value.state,
          reason: null,
          forgiven_ended: ended,
          forgiven_failed: failed,
        });
        return run;
      }),

    retry: (scope, id) =>
      change(scope, id, "retry", async (trx, job) => {
        const run = await newestRun(trx, id);
        if (run === undefined || run.state === "cancelled" || job.row.cancelled_ms !== null)
          return refuse("job.wrong-state", "it was cancelled, or has not been run yet");
        const gone = await firmwareGone(trx, job);
        if (gone !== null) return gone;
        const counts = await readCounts(trx, id, run.slot_ms);
        if (![...counts].some(([state, executions]) => isFailure(state) && executions > 0))
          return refuse("job.wrong-state", "none of its newest run has failed");
        const known = await trx
          .selectFrom("job_execution")
          .select("id")
          .where("job_id", "=", id)
          .where("slot_ms", "=", run.slot_ms)
          .limit(1)
          .executeTakeFirst();
        if (known === undefined) return refuse("job.wrong-state", "what failed is not known any more");
        await setRun(trx, run, {
          ...(run.state === "paused" ? {} : { state: "running" }),
          ...{ retry_ms: clock.nowMs(), reason: null, ended_ms: null, forgiven_ended: 0, forgiven_failed: 0 },
        });
        return accept(run);
      }),

    async retryExecution(scope, id, execution) {
      const done = await db.write(async (trx) => {
        const found = await findOne(trx, scope, id, execution);
        if (!found.ok) return found;
        const { job, row } = found.value;
        const run = await findRun(trx, id, row.slot_ms);
        if (run === undefined || run.state === "cancelled" || job.row.cancelled_ms !== null)
          return refuse("job.wrong-state", "its job was cancelled");
        if (row.retried_by !== null) return refuse("job.wrong-state", "it has been tried again already");
        if (!isFailure(row.state as JobState)) return refuse("job.wrong-state", `it is ${row.state}`);
        if (run.retry_ms !== null && row.heard_ms <= run.retry_ms)
          return refuse("job.wrong-state", "it is being tried again");
        const gone = await firmwareGone(trx, job);
        if (gone !== null) return gone;
        const made = await tryAgain(trx, job, run, [row], clock.nowMs());
        await setRun(trx, run, {
          waiting: run.waiting + made,
          ...(run.state === "paused" ? {} : { state: "running" }),
          ...{ reason: null, ended_ms: null, forgiven_ended: 0, forgiven_failed: 0 },
        });
        await settleJob(trx, id, clock.nowMs());
        const target = { id: execution, name: `${job.row.name}: ${row.target_name}` };
        await note(trx, scope, { action: "job.retry-execution", target });
        parts.changed(trx, scope.organizationId, id, execution);
        db.onCommit(trx, () => driver.kick(id, row.slot_ms));
        return accept(executionId(id, row.slot_ms, row.device_id ?? row.gateway_id, row.round + 1));
      });
      return done.ok ? reading.execution(scope, id, done.value) : done;
    },

    async cancel(scope, id) {
      const changed = await change(scope, id, "cancel", async (trx, job) => {
        if (job.row.cancelled_ms !== null || job.row.status === "finished")
          return refuse("job.wrong-state", `it is ${job.row.status}`);
        const nowMs = clock.nowMs();
        await trx
          .updateTable("job")
          .set({ cancelled_ms: nowMs, next_ms: null })
          .where("id", "=", id)
          .execute();
        const open = await trx
          .selectFrom("job_run")
          .selectAll()
          .where("job_id", "=", id)
          .where("state", "not in", ["finished", "cancelled"])
          .execute();
        for (const run of open) {
          await setRun(trx, run, { state: "cancelled", fanned: 1, retry_ms: null, reason: null });
          db.onCommit(trx, () => driver.kick(id, run.slot_ms));
        }
        return accept(null);
      });
      if (changed.ok && changed.value.place === "site") await scheduler.tell(id);
      return changed;
    },

    async cancelExecution(scope, id, execution) {
      const done = await db.write(async (trx) => {
        const found = await findOne(trx, scope, id, execution);
        if (!found.ok) return found;
        const { job, row } = found.value;
        if (hasEnded(row.state as JobState)) return refuse("job.wrong-state", `it is ${row.state}`);
        const nowMs = clock.nowMs();
        if (row.sent_ms === null) {
          await takeStep(trx, row, { to: "cancelled", atMs: nowMs, nowMs, by: "cloud" });
          await settleRun(parts, trx, job, row.slot_ms);
        } else {
          await trx
            .updateTable("job_execution")
            .set({ cancel_ms: nowMs })
            .where("id", "=", execution)
            .execute();
          await parts.appendDown(trx, row.gateway_id, { kind: "job.cancel", job: id, execution });
        }
        const target = { id: execution, name: `${job.row.name}: ${row.target_name}` };
        await note(trx, scope, { action: "job.cancel-execution", target });
        parts.changed(trx, scope.organizationId, id, execution);
        db.onCommit(trx, () => driver.kick(id, row.slot_ms));
        return accept(undefined);
      });
      return done.ok ? reading.execution(scope, id, execution) : done;
    },

    order: (scope, ids) => changeOrder(parts, scope, ids),
  };

  /** The gateways behind the first ones are told after the answer. */
  async function tellRest(id: string): Promise<void> {
    try {
      await scheduler.tell(id);
    } catch (error) {
      // The scheduler compares again by and by.
      parts.log.error("not all gateways were told of a schedule", { job: id, error });
    }
  }
}

/** An execution with its job. Code: `record.not-found`. */
async function findOne(
  trx: Trx,
  scope: Scope,
  id: string,
  execution: string,
): Promise<Result<{ job: KnownJob; row: ExecutionRow }>> {
  const job = await findJob(trx, scope.organizationId, id);
  const row = await trx
    .selectFrom("job_execution")
    .selectAll()
    .where("id", "=", execution)
    .where("job_id", "=", id)
    .executeTakeFirst();
  return job === undefined || row === undefined
    ? refuse("record.not-found", `execution ${execution} of job ${id}`)
    : accept({ job, row });
}

/** Why it cannot be tried again: there is no more of what it brings. Null when there is. */
async function firmwareGone(trx: Trx, { row }: KnownJob): Promise<ReturnType<typeof refuse> | null> {
  if (row.firmware_id === null) return null;
  const known = await findFirmware(trx, row.organization_id, row.firmware_id);
  if (known !== undefined) return null;
  return refuse("job.wrong-state", "the firmware that it brings to devices was deleted");
}

/** The first piece of what a new job sets going, so that most jobs are on their way with the answer. */
async function begin(parts: WritingParts, trx: Trx, job: KnownJob, only: OnlyTarget | null): Promise<void> {
  const { clock, db, driver } = parts;
  const { id, place } = job.row;
  if (place === "site") await tellGateways(parts, trx, job, "");
  if (job.spec.timing.kind !== "now") return;
  const nowMs = clock.nowMs();
  // What a configuration wants of a device is written first.
  if (only !== null && job.kind !== "config.set") return beginOnly(parts, trx, job, only, nowMs);
  await beginRun(trx, job, nowMs, nowMs);
  if (await advance(parts, trx, job, nowMs)) db.onCommit(trx, () => driver.kick(id, nowMs));
}
