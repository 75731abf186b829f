import { type Kysely, type SqlBool, sql, type Transaction, type Updateable } from "kysely";
import type { JobRunTable } from "../database/job-tables.ts";
import { prepared } from "../database/prepared.ts";
import { preparedInsert, preparedUpdate } from "../database/prepared-rows.ts";
import type { Tables } from "../database/tables.ts";
import type { RunRow } from "./executions.ts";
import { type KnownJob, known } from "./spec.ts";

/** Jobs and their runs at rest. */

type Trx = Transaction<Tables>;

const selectJob = prepared((db, organizationId: string, id: string) =>
  db.selectFrom("job").selectAll().where("organization_id", "=", organizationId).where("id", "=", id),
);

export async function findJob(
  db: Kysely<Tables>,
  organizationId: string,
  id: string,
): Promise<KnownJob | undefined> {
  const [row] = await selectJob(db, organizationId, id);
  return row && known(row);
}

const selectRun = prepared((db, jobId: string, slotMs: number) =>
  db.selectFrom("job_run").selectAll().where("job_id", "=", jobId).where("slot_ms", "=", slotMs),
);

export async function findRun(
  db: Kysely<Tables>,
  jobId: string,
  slotMs: number,
): Promise<RunRow | undefined> {
  return (await selectRun(db, jobId, slotMs))[0];
}

const selectNewest = prepared((db, jobId: string) =>
  db.selectFrom("job_run").selectAll().where("job_id", "=", jobId).orderBy("slot_ms", "desc").limit(1),
);

export async function newestRun(db: Kysely<Tables>, jobId: string): Promise<RunRow | undefined> {
  return (await selectNewest(db, jobId))[0];
}

const insertRun = preparedInsert(
  "job_run",
  [
    ...(["job_id", "slot_ms", "organization_id", "state", "reason", "total", "waiting"] as const),
    ...(["fanned", "fanned_to", "forgiven_ended", "forgiven_failed"] as const),
    ...(["retry_ms", "started_ms", "ended_ms"] as const),
  ],
  (insert) =>
    insert.onConflict((conflict) => conflict.columns(["job_id", "slot_ms"]).doNothing()).returning("slot_ms"),
);

/** What a run begins with that does not look for its targets. */
type Begun = Pick<RunRow, "total" | "waiting" | "fanned" | "fanned_to">;
const LOOKS: Begun = { total: 0, waiting: 0, fanned: 0, fanned_to: "" };
/** Its executions come by themselves. */
export const FANNED: Begun = { ...LOOKS, fanned: 1 };

/** Begins a run of a slot, once. Returns whether it is new. */
export async function beginRun(
  trx: Trx,
  { row }: Pick<KnownJob, "row">,
  slotMs: number,
  nowMs: number,
  begun: Begun = LOOKS,
): Promise<boolean> {
  const made = await insertRun(trx, {
    job_id: row.id,
    slot_ms: slotMs,
    organization_id: row.organization_id,
    state: "running",
    reason: null,
    ...begun,
    forgiven_ended: 0,
    forgiven_failed: 0,
    retry_ms: null,
    started_ms: nowMs,
    ended_ms: null,
  });
  return made.length > 0;
}

const updateRun = preparedUpdate("job_run", ["job_id", "slot_ms"]);

export function setRun(
  trx: Trx,
  run: Pick<RunRow, "job_id" | "slot_ms">,
  set: Updateable<JobRunTable>,
): Promise<void> {
  return updateRun(trx, run, set);
}

const selectStanding = prepared((db, jobId: string) =>
  db.selectFrom("job").select(["status", "next_ms", "place", "spec", "cancelled_ms"]).where("id", "=", jobId),
);
const updateJob = preparedUpdate("job", ["id"]);

interface Standing extends Pick<KnownJob, "spec"> {
  row: Pick<KnownJob["row"], "id" | "status" | "next_ms" | "place" | "cancelled_ms">;
}

/** What a job is, from its runs and from whether it comes due again. Gives whether it was something else before. */
export async function settleJob(trx: Trx, jobId: string, nowMs: number): Promise<boolean> {
  const [row] = await selectStanding(trx, jobId);
  if (row === undefined) throw new Error(`job ${jobId} is not in the database`);
  const spec = JSON.parse(row.spec) as KnownJob["spec"];
  return settleKnown(trx, { row: { ...row, id: jobId }, spec }, await newestRun(trx, jobId), nowMs);
}

/** The same of a job that has been read in this transaction and not changed since, with its newest run as that is now. */
export async function settleKnown(
  trx: Trx,
  { row: job, spec }: Standing,
  run: Pick<RunRow, "state"> | undefined,
  nowMs: number,
): Promise<boolean> {
  const isOnceAtSites = job.place === "site" && spec.timing.kind === "at";
  const comesAgain = isOnceAtSites
    ? await isAwaited(trx, job.id, spec, nowMs)
    : job.place === "site" || job.next_ms !== null;
  const open = run !== undefined && run.state !== "finished" && run.state !== "cancelled";
  let status = run?.state ?? (isOnceAtSites && !comesAgain ? "finished" : "scheduled");
  if (job.cancelled_ms !== null) status = "cancelled";
  else if (!open && comesAgain) status = "scheduled";
  if (status === job.status) return false;
  await updateJob(trx, job, { status, updated_ms: nowMs });
  return true;
}

/**
 * Whether a gateway that was told of the one time of a job may still begin it, or has and cannot say so: it has said
 * neither that it did nor that it left it out, and it is not too late.
 */
async function isAwaited(
  trx: Trx,
  jobId: string,
  { timing, expiresAfterMs }: KnownJob["spec"],
  nowMs: number,
): Promise<boolean> {
  if (timing.kind !== "at") return false;
  const slotMs = Date.parse(timing.at);
  if (nowMs < slotMs) return true;
  if (nowMs >= slotMs + expiresAfterMs) return false;
  const isToldIn = (table: "job_execution" | "job_skip") =>
    sql<SqlBool>`exists (select 1 from ${sql.table(table)} as said
      where said.job_id = ${jobId} and said.gateway_id = job_schedule.gateway_id)`;
  const told = await trx
    .selectFrom("job_schedule")
    .select("gateway_id")
    .where("job_id", "=", jobId)
    .where(({ not }) => not(isToldIn("job_execution")))
    .where(({ not }) => not(isToldIn("job_skip")))
    .limit(1)
    .execute();
  return told.length > 0;
}
