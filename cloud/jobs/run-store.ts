import type { Kysely, Transaction, Updateable } from "kysely";
import type { JobRunTable } from "../database/job-tables.ts";
import type { Tables } from "../database/tables.ts";
import type { RunRow } from "./executions.ts";
import { type JobRow, type KnownJob, known } from "./spec.ts";

/** Jobs and their runs at rest. */

type Trx = Transaction<Tables>;

export async function findJob(
  db: Kysely<Tables>,
  organizationId: string,
  id: string,
): Promise<KnownJob | undefined> {
  const row: JobRow | undefined = await db
    .selectFrom("job")
    .selectAll()
    .where("organization_id", "=", organizationId)
    .where("id", "=", id)
    .executeTakeFirst();
  return row && known(row);
}

export function findRun(db: Kysely<Tables>, jobId: string, slotMs: number): Promise<RunRow | undefined> {
  return db
    .selectFrom("job_run")
    .selectAll()
    .where("job_id", "=", jobId)
    .where("slot_ms", "=", slotMs)
    .executeTakeFirst();
}

export function newestRun(db: Kysely<Tables>, jobId: string): Promise<RunRow | undefined> {
  return db
    .selectFrom("job_run")
    .selectAll()
    .where("job_id", "=", jobId)
    .orderBy("slot_ms", "desc")
    .limit(1)
    .executeTakeFirst();
}

/** Begins a run of a slot, once. `fanned`: its executions come by themselves. Returns whether it is new. */
export async function beginRun(
  trx: Trx,
  { row }: Pick<KnownJob, "row">,
  slotMs: number,
  nowMs: number,
  fanned: boolean,
): Promise<boolean> {
  const made = await trx
    .insertInto("job_run")
    .values({
      job_id: row.id,
      slot_ms: slotMs,
      organization_id: row.organization_id,
      state: "running",
      reason: null,
      total: 0,
      waiting: 0,
      fanned: fanned ? 1 : 0,
      fanned_to: "",
      forgiven_ended: 0,
      forgiven_failed: 0,
      retry_ms: null,
      started_ms: nowMs,
      ended_ms: null,
    })
    .onConflict((conflict) => conflict.columns(["job_id", "slot_ms"]).doNothing())
    .returning("slot_ms")
    .executeTakeFirst();
  return made !== undefined;
}

export async function setRun(
  trx: Trx,
  { job_id, slot_ms }: Pick<RunRow, "job_id" | "slot_ms">,
  set: Updateable<JobRunTable>,
): Promise<void> {
  await trx
    .updateTable("job_run")
    .set(set)
    .where("job_id", "=", job_id)
    .where("slot_ms", "=", slot_ms)
    .execute();
}

/** What a job is, from its runs and from whether it comes due again. */
export async function settleJob(trx: Trx, jobId: string, nowMs: number): Promise<void> {
  const job = await trx
    .selectFrom("job")
    .select(["status", "next_ms", "place", "spec", "cancelled_ms"])
    .where("id", "=", jobId)
    .executeTakeFirstOrThrow();
  const run = await newestRun(trx, jobId);
  const repeats = (JSON.parse(job.spec) as KnownJob["spec"]).timing.kind === "cron";
  const comesAgain = job.place === "site" ? repeats : job.next_ms !== null;
  const open = run !== undefined && run.state !== "finished" && run.state !== "cancelled";
  let status = run?.state ?? "scheduled";
  if (job.cancelled_ms !== null) status = "cancelled";
  else if (!open && comesAgain) status = "scheduled";
  if (status === job.status) return;
  await trx.updateTable("job").set({ status, updated_ms: nowMs }).where("id", "=", jobId).execute();
}
