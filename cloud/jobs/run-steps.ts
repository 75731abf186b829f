import type { Transaction } from "kysely";
import { provenanceOf } from "../../protocol/devices/provenance.ts";
import { isSuccess } from "../../protocol/jobs/job-machine.ts";
import { mayRelease, mustStop } from "../../protocol/jobs/rollout.ts";
import { prepared } from "../database/prepared.ts";
import type { Tables } from "../database/tables.ts";
import {
  addWaiting,
  count,
  type ExecutionRow,
  executionId,
  insertExecutions,
  type RunRow,
  readCounts,
  rolloutCounts,
  setExecution,
  takeStep,
} from "./executions.ts";
import type { JobsParts } from "./parts.ts";
import { findRun, setRun, settleJob, settleKnown } from "./run-store.ts";
import type { KnownJob } from "./spec.ts";
import { selectTargets } from "./targets.ts";
import { executeWish } from "./wishes.ts";

/**
 * What moves a run on, a bounded piece at a time: looking up its targets, letting executions begin as its rollout allows,
 * trying failures again, ending what was cancelled. Each piece is one transaction that leaves everything as the next one
 * needs it, so that whoever is killed in between has lost nothing.
 */

type Trx = Transaction<Tables>;
export type StepParts = Pick<JobsParts, "db" | "clock" | "appendDown" | "addToConfig">;

/** Executions of one piece: some ten milliseconds. */
export const PIECE = 200;

/** Does the next piece of a run. Returns whether there is more to do now. */
export async function advance(parts: StepParts, trx: Trx, job: KnownJob, slotMs: number): Promise<boolean> {
  const run = await findRun(trx, job.row.id, slotMs);
  if (run === undefined) return false;
  if (run.state === "cancelled") return cancelPiece(parts, trx, job, run);
  if (run.state === "finished") return false;
  if (await waitsForAnother(trx, job, run)) return false;
  const found = run.fanned === 0 ? await fanOut(parts, trx, job, run) : 0;
  const retried = run.retry_ms === null ? 0 : await retryPiece(parts, trx, job, run, run.retry_ms);
  const now = found + retried === 0 ? run : (await findRun(trx, job.row.id, slotMs))!;
  const released = now.state === "running" ? await release(parts, trx, job, now) : { begun: 0, failed: 0 };
  // What has just begun has not ended.
  if (released.begun === 0) await settleRun(parts, trx, job, slotMs);
  if (now.fanned === 0 || now.retry_ms !== null || released.failed > 0) return true;
  // Of a run that holds nothing back any more the gateways have the next word.
  return found + retried + released.begun > 0 && now.waiting > released.begun;
}

/** Of a job whose runs are queued, each waits for the one before. */
async function waitsForAnother(trx: Trx, { row, spec }: KnownJob, run: RunRow): Promise<boolean> {
  if (spec.overlap !== "queue") return false;
  const before = await trx
    .selectFrom("job_run")
    .select("slot_ms")
    .where("job_id", "=", row.id)
    .where("slot_ms", "<", run.slot_ms)
    .where("state", "not in", ["finished", "cancelled"])
    .limit(1)
    .executeTakeFirst();
  return before !== undefined;
}

async function fanOut({ clock }: StepParts, trx: Trx, job: KnownJob, run: RunRow): Promise<number> {
  const { row, spec, onGateways } = job;
  const meant = { organizationId: row.organization_id, targets: spec.targets, onGateways };
  const targets = await selectTargets(trx, meant, run.fanned_to, PIECE);
  const made = await insertExecutions(trx, job, run, targets, clock.nowMs());
  await setRun(trx, run, {
    total: run.total + made.length,
    waiting: run.waiting + made.length,
    fanned: targets.length < PIECE ? 1 : 0,
    fanned_to: targets.at(-1)?.id ?? run.fanned_to,
  });
  return targets.length;
}

/** How many began, and how many of those failed at once. */
interface Released {
  begun: number;
  failed: number;
}

/** Lets as many begin as may, or stops the run when too many have failed. */
async function release(parts: StepParts, trx: Trx, job: KnownJob, run: RunRow): Promise<Released> {
  const counts = rolloutCounts(run, await readCounts(trx, job.row.id, run.slot_ms));
  const forgiven = { ended: run.forgiven_ended, failed: run.forgiven_failed };
  if (mustStop(job.spec.rollout, counts, forgiven)) {
    const ended = counts.ended - forgiven.ended;
    const reason = `${counts.failed - forgiven.failed} of ${ended} failed`;
    if (run.waiting > 0 || run.fanned === 0) await setRun(trx, run, { state: "stopped", reason });
    return { begun: 0, failed: 0 };
  }
  const most = Math.min(PIECE, mayRelease(job.spec.rollout, counts));
  if (most === 0) return { begun: 0, failed: 0 };
  const executions = await selectHeld(trx, job.row.id, run.slot_ms, most);
  const nowMs = parts.clock.nowMs();
  let sent = 0;
  for (const { time_zone: timeZone, ...execution } of executions) {
    const reason = await prepare(parts, trx, job, execution);
    if (reason !== null) {
      await takeStep(trx, execution, { to: "failed", atMs: nowMs, nowMs, by: "cloud", reason });
      continue;
    }
    sent += 1;
    const seq = await parts.appendDown(trx, execution.gateway_id, executeWish(job, execution, timeZone));
    await setExecution(trx, execution, { sent_seq: seq, sent_ms: nowMs });
  }
  await addWaiting(trx, job.row.id, run.slot_ms, -sent);
  return { begun: executions.length, failed: executions.length - sent };
}

/** What is held back, in the order of the rollout. */
const selectHeld = prepared((db, jobId: string, slotMs: number, most: number) =>
  db
    .selectFrom("job_execution")
    .innerJoin("site", "site.id", "job_execution.site_id")
    .selectAll("job_execution")
    .select("site.time_zone")
    .where("job_id", "=", jobId)
    .where("slot_ms", "=", slotMs)
    .where("state", "=", "queued")
    .where("sent_ms", "is", null)
    .where("retried_by", "is", null)
    .orderBy("ordinal")
    .limit(most),
);

/** Has wanted of the device what the gateway is to see to. Null when that is done, else why not. */
async function prepare(
  parts: StepParts,
  trx: Trx,
  { kind, spec }: KnownJob,
  execution: ExecutionRow,
): Promise<string | null> {
  if (kind !== "config.set" || execution.device_id === null) return null;
  return parts.addToConfig(trx, execution.device_id, spec.arguments.config as never);
}

/** Executions that failed until a moment get others in their place. */
async function retryPiece(
  { clock }: StepParts,
  trx: Trx,
  job: KnownJob,
  run: RunRow,
  untilMs: number,
): Promise<number> {
  const failed = await trx
    .selectFrom("job_execution")
    .selectAll()
    .where("job_id", "=", job.row.id)
    .where("slot_ms", "=", run.slot_ms)
    .where("state", "in", ["failed", "timed-out", "expired", "interrupted"])
    .where("retried_by", "is", null)
    .where("heard_ms", "<=", untilMs)
    .orderBy("ordinal")
    .limit(PIECE)
    .execute();
  const made = await tryAgain(trx, job, run, failed, clock.nowMs());
  await setRun(trx, run, {
    waiting: run.waiting + made,
    ...(failed.length < PIECE ? { retry_ms: null } : {}),
  });
  return failed.length;
}

/** Others take the place of these executions, held back for now. Gives how many. */
export async function tryAgain(
  trx: Trx,
  job: KnownJob,
  run: Pick<RunRow, "slot_ms" | "total">,
  failed: readonly ExecutionRow[],
  nowMs: number,
): Promise<number> {
  const again = failed.map((row) => ({
    id: row.device_id ?? row.gateway_id,
    name: row.target_name,
    key: row.device_key,
    gateway_id: row.gateway_id,
    site_id: row.site_id,
    provenance: provenanceOf(row.simulated === 1),
    round: row.round + 1,
    ordinal: row.ordinal,
  }));
  const made = await insertExecutions(trx, job, run, again, nowMs);
  for (const [index, row] of failed.entries()) {
    const by = executionId(job.row.id, run.slot_ms, again[index]!.id, row.round + 1);
    await trx.updateTable("job_execution").set({ retried_by: by }).where("id", "=", row.id).execute();
    await count(trx, job.row.id, run.slot_ms, row.state as never, -1);
  }
  return made.length;
}

/** Ends what is held back, and asks the gateways to end what they have. */
async function cancelPiece(parts: StepParts, trx: Trx, job: KnownJob, run: RunRow): Promise<boolean> {
  const nowMs = parts.clock.nowMs();
  const held = await trx
    .selectFrom("job_execution")
    .selectAll()
    .where("job_id", "=", job.row.id)
    .where("slot_ms", "=", run.slot_ms)
    .where("state", "=", "queued")
    .where("sent_ms", "is", null)
    .limit(PIECE)
    .execute();
  const by = run.reason ?? "cloud";
  for (const execution of held) await takeStep(trx, execution, { to: "cancelled", atMs: nowMs, nowMs, by });
  const sent = await trx
    .selectFrom("job_execution")
    .select("gateway_id")
    .distinct()
    .where("job_id", "=", job.row.id)
    .where("slot_ms", "=", run.slot_ms)
    .where("state", "in", ["queued", "delivered", "running"])
    .where("sent_ms", "is not", null)
    .where("cancel_ms", "is", null)
    .limit(PIECE)
    .execute();
  for (const { gateway_id: gatewayId } of sent) {
    await parts.appendDown(trx, gatewayId, { kind: "job.cancel", job: job.row.id });
    await trx
      .updateTable("job_execution")
      .set({ cancel_ms: nowMs })
      .where("job_id", "=", job.row.id)
      .where("slot_ms", "=", run.slot_ms)
      .where("gateway_id", "=", gatewayId)
      .where("state", "in", ["queued", "delivered", "running"])
      .where("cancel_ms", "is", null)
      .execute();
  }
  return held.length + sent.length > 0;
}

/**
 * Writes down that a run has ended when it has, and what that makes of its job, of which nothing has changed in this transaction since
 * it was read. Returns whether its driver has something to do.
 */
export async function settleRun(
  { clock }: Pick<StepParts, "clock">,
  trx: Trx,
  job: KnownJob | { row: Pick<KnownJob["row"], "id"> },
  slotMs: number,
): Promise<boolean> {
  let run = await findRun(trx, job.row.id, slotMs);
  if (run === undefined) return false;
  const nowMs = clock.nowMs();
  const set = async (to: Partial<RunRow>): Promise<void> => {
    await setRun(trx, run!, to);
    run = { ...run!, ...to };
  };
  const counts = await readCounts(trx, job.row.id, slotMs);
  const { ended, failed } = rolloutCounts(run, counts);
  const done = run.fanned === 1 && run.retry_ms === null && run.waiting === 0 && ended >= run.total;
  if (!done) {
    if (run.state === "finished") await set({ state: "running", ended_ms: null, reason: null });
  } else if (run.state !== "cancelled" && run.state !== "finished") {
    const succeeded = [...counts].reduce((sum, [state, n]) => sum + (isSuccess(state) ? n : 0), 0);
    const reason = failed === 0 ? null : `${succeeded} of ${run.total} succeeded`;
    await set({ state: "finished", ended_ms: nowMs, reason });
  } else if (run.state === "cancelled" && run.ended_ms === null) {
    await set({ ended_ms: nowMs });
  }
  // One that is run now has no other run.
  if ("spec" in job && job.spec.timing.kind === "now") await settleKnown(trx, job, run, nowMs);
  else await settleJob(trx, job.row.id, nowMs);
  // When it has ended, a later run may have waited for it.
  return done || run.waiting > 0 || run.fanned === 0;
}
