import type { Transaction } from "kysely";
import { assertNever } from "../../protocol/errors.ts";
import { hasEnded } from "../../protocol/jobs/job-machine.ts";
import type { JobEvent } from "../../protocol/log/kinds.ts";
import type { JobBegun } from "../../protocol/log/uplog/job-begun.ts";
import type { JobLog } from "../../protocol/log/uplog/job-log.ts";
import type { JobStateSaid } from "../../protocol/log/uplog/job-state.ts";
import { prepared } from "../database/prepared.ts";
import { preparedInsert } from "../database/prepared-rows.ts";
import type { Tables } from "../database/tables.ts";
import type { Driver } from "./driver.ts";
import { count, type ExecutionRow, setExecution, takeSteps } from "./executions.ts";
import type { JobsParts } from "./parts.ts";
import { settleRun } from "./run-steps.ts";
import { beginRun, FANNED, findJob, findRun, setRun, settleJob } from "./run-store.ts";
import { GATEWAY_NAME } from "./targets.ts";

type Trx = Transaction<Tables>;

/** The gateway whose word it is. */
interface Gateway {
  id: string;
  organization_id: string;
  site_id: string;
}

export type JobApplier = (
  trx: Trx,
  gateway: Gateway,
  events: readonly JobEvent[],
  nowMs: number,
) => Promise<void>;

export type ApplyParts = Pick<JobsParts, "db" | "clock" | "appendDown"> & {
  driver: Driver;
  changed(trx: Trx, organizationId: string, jobId: string, executionId?: string): void;
  wrote(trx: Trx, organizationId: string, jobId: string): void;
};

/**
 * Takes in what gateways say of jobs, inside the transaction that moves the cursor. A gateway speaks of its own executions only;
 * what this cloud does not know (it came back from a backup, or the job is gone) changes nothing.
 */
export function createJobApplier(parts: ApplyParts): JobApplier {
  return async (trx, gateway, events, nowMs) => {
    for (let at = 0; at < events.length; ) {
      const states = statesFrom(events, at);
      if (states.length > 0) await stated(parts, trx, gateway, states, nowMs);
      else await apply(trx, gateway, events[at]! as OtherEvent, nowMs);
      at += Math.max(1, states.length);
    }
  };

  async function apply(trx: Trx, gateway: Gateway, event: OtherEvent, nowMs: number): Promise<void> {
    switch (event.kind) {
      case "job.begun":
        return begun(parts, trx, gateway, event, nowMs);
      case "job.progress": {
        const execution = await own(trx, gateway, event.execution);
        if (execution === undefined || hasEnded(execution.state as never)) return;
        const { percent = null, message = null } = event;
        await setExecution(trx, execution, { percent, message });
        return parts.changed(trx, gateway.organization_id, execution.job_id, execution.id);
      }
      case "job.log":
        return logged(parts, trx, gateway, event);
      case "job.skipped": {
        const job = await findJob(trx, gateway.organization_id, event.job);
        if (job === undefined) return;
        const { slotMs: slot_ms, count: slots, why, atMs: at_ms } = event;
        await trx
          .insertInto("job_skip")
          .values({ job_id: job.row.id, gateway_id: gateway.id, slot_ms, slots, why, at_ms })
          .execute();
        // Of one that comes due once this may have been all.
        if (await settleJob(trx, job.row.id, nowMs)) parts.changed(trx, gateway.organization_id, job.row.id);
        return;
      }
      default:
        return assertNever(event);
    }
  }
}

type OtherEvent = Exclude<JobEvent, JobStateSaid>;

/**
 * The states from here on that are said of one execution, which goes through several within milliseconds; none when the next word is another.
 */
function statesFrom(events: readonly JobEvent[], start: number): JobStateSaid[] {
  const states: JobStateSaid[] = [];
  for (let at = start; at < events.length; at += 1) {
    const event = events[at]!;
    if (event.kind !== "job.state" || event.execution !== (states[0] ?? event).execution) break;
    states.push(event);
  }
  return states;
}

const selectOwn = prepared((db, id: string, gatewayId: string) =>
  db.selectFrom("job_execution").selectAll().where("id", "=", id).where("gateway_id", "=", gatewayId),
);

async function own(trx: Trx, gateway: Gateway, id: string): Promise<ExecutionRow | undefined> {
  return (await selectOwn(trx, id, gateway.id))[0];
}

async function stated(
  parts: ApplyParts,
  trx: Trx,
  gateway: Gateway,
  said: readonly JobStateSaid[],
  nowMs: number,
): Promise<void> {
  const id = said[0]!.execution;
  const execution = await own(trx, gateway, id);
  if (execution === undefined) return;
  const steps = said.map(({ state: to, attempt, atMs, reason, output }) => ({
    ...{ to, atMs, nowMs, attempt, by: "gateway" },
    reason: reason ?? null,
    ...(output === undefined ? {} : { output: JSON.stringify(output) }),
  }));
  const to = await takeSteps(trx, execution, steps);
  if (to === null) return;
  const { job_id: jobId, slot_ms: slotMs } = execution;
  parts.changed(trx, gateway.organization_id, jobId, id);
  if (!hasEnded(to) || execution.retried_by !== null) return;
  const job = await findJob(trx, gateway.organization_id, jobId);
  if (job === undefined) return;
  const more = await settleRun(parts, trx, job, slotMs);
  const { rollout, overlap } = job.spec;
  // Others may begin now, or a later run. Of what begins all at once there are none.
  if (more && (rollout.kind !== "all" || overlap === "queue"))
    parts.db.onCommit(trx, () => parts.driver.kick(jobId, slotMs));
}

/** An execution that a gateway's own schedule has made: it belongs to the run of its slot, whichever gateway began that. */
async function begun(
  parts: ApplyParts,
  trx: Trx,
  gateway: Gateway,
  { execution: id, job: jobId, device: key, slotMs, expiresMs, atMs }: JobBegun,
  nowMs: number,
): Promise<void> {
  const job = await findJob(trx, gateway.organization_id, jobId);
  if (job === undefined || (await own(trx, gateway, id)) !== undefined) return;
  const device =
    key === undefined
      ? null
      : await trx
          .selectFrom("device")
          .select(["id", "name", "provenance"])
          .where("gateway_id", "=", gateway.id)
          .where("key", "=", key)
          .executeTakeFirst();
  await beginRun(trx, job, slotMs, atMs, FANNED);
  const run = (await findRun(trx, jobId, slotMs))!;
  await trx
    .insertInto("job_execution")
    .values({
      id,
      job_id: jobId,
      slot_ms: slotMs,
      organization_id: gateway.organization_id,
      round: 1,
      ordinal: run.total,
      device_id: device?.id ?? null,
      device_key: key ?? null,
      target_name: device?.name ?? key ?? (await gatewayName(trx, gateway.id)),
      simulated: Number(device?.provenance === "simulated"),
      gateway_id: gateway.id,
      site_id: gateway.site_id,
      state: "queued",
      since_ms: atMs,
      heard_ms: nowMs,
      attempt: 0,
      sent_ms: atMs,
      expires_ms: expiresMs,
      created_ms: atMs,
    } as never)
    .execute();
  await count(trx, jobId, slotMs, "queued", 1);
  await setRun(trx, run, {
    total: run.total + 1,
    ...(run.state === "finished" ? { state: "running", ended_ms: null, reason: null } : {}),
  });
  await settleJob(trx, jobId, nowMs);
  parts.changed(trx, gateway.organization_id, jobId, id);
  if (job.row.cancelled_ms === null) return;
  // It came due before the gateway heard that nobody wants it any more.
  await setExecution(trx, { id }, { cancel_ms: nowMs });
  await parts.appendDown(trx, gateway.id, { kind: "job.cancel", job: jobId, execution: id });
}

async function gatewayName(trx: Trx, id: string): Promise<string> {
  const { called } = await trx
    .selectFrom("gateway")
    .innerJoin("site", "site.id", "gateway.site_id")
    .select(GATEWAY_NAME.as("called"))
    .where("gateway.id", "=", id)
    .executeTakeFirstOrThrow();
  return called;
}

async function logged(
  parts: ApplyParts,
  trx: Trx,
  gateway: Gateway,
  { execution: id, lines }: JobLog,
): Promise<void> {
  const execution = await own(trx, gateway, id);
  if (execution === undefined) return;
  for (const { atMs: at_ms, level, message } of lines)
    await insertLine(trx, { job_id: execution.job_id, execution_id: id, at_ms, level, message });
  parts.wrote(trx, gateway.organization_id, execution.job_id);
}

const insertLine = preparedInsert("job_log_line", ["job_id", "execution_id", "at_ms", "level", "message"]);
