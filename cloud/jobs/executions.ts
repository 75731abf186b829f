import { CryptoHasher } from "bun";
import {
  type InsertQueryBuilder,
  type InsertResult,
  type Kysely,
  type Selectable,
  sql,
  type Transaction,
  type Updateable,
} from "kysely";
import { canFollow, hasEnded, isFailure, type JobState } from "../../protocol/jobs/job-machine.ts";
import type { RolloutCounts } from "../../protocol/jobs/rollout.ts";
import type { Seq } from "../../protocol/log/cursor.ts";
import type { JobExecutionTable, JobRunTable } from "../database/job-tables.ts";
import { prepared } from "../database/prepared.ts";
import { preparedInsert, preparedUpdate } from "../database/prepared-rows.ts";
import type { Tables } from "../database/tables.ts";
import type { KnownJob } from "./spec.ts";
import type { Target } from "./targets.ts";

/** Executions at rest: every step of one is written together with its entry in the log of steps and the run's counts. */

export type ExecutionRow = Selectable<JobExecutionTable>;
export type RunRow = Selectable<JobRunTable>;
type Trx = Transaction<Tables>;

/**
 * The id of an execution follows from what it is. So a cloud that came back from a backup, and makes the executions of a
 * slot once more, makes the same ones; and the gateways that have run them know them. It begins with the time of the slot, as ids of version 7
 * do: what is found by it lies where it was written last, not anywhere among all there ever were.
 */
export function executionId(jobId: string, slotMs: number, targetId: string, round: number): string {
  const hex = new CryptoHasher("sha256").update(`${jobId} ${slotMs} ${targetId} ${round}`).digest("hex");
  // RFC 9562, section 5.8: a UUID of one's own making is of version 8.
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  const time = slotMs.toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/**
 * The states of what is under way, as the indexes of these few rows have them in their own conditions: with parameters in their
 * place SQLite would read every execution there ever was.
 */
export const UNDER_WAY = sql<JobState>`('queued', 'delivered', 'running')`;
export const QUEUED = sql.lit("queued");

/** Rows of one statement, within what databases take in parameters. */
const ROWS_AT_ONCE = 200;

const onlyNew = (insert: InsertQueryBuilder<Tables, "job_execution", InsertResult>) =>
  insert.onConflict((conflict) => conflict.column("id").doNothing()).returning("id");

const COLUMNS = [
  ...(["id", "job_id", "slot_ms", "organization_id", "round", "ordinal"] as const),
  ...(["device_id", "device_key", "target_name", "simulated", "gateway_id", "site_id"] as const),
  ...(["state", "since_ms", "heard_ms", "attempt", "expires_ms", "created_ms"] as const),
] as const;
const insertOne = preparedInsert("job_execution", COLUMNS, onlyNew);
const insertOneSent = preparedInsert("job_execution", [...COLUMNS, "sent_seq", "sent_ms"]);

type NewTarget = Target & { round?: number; ordinal?: number };

function toRow({ row, spec }: KnownJob, slotMs: number, target: NewTarget, ordinal: number, nowMs: number) {
  return {
    id: executionId(row.id, slotMs, target.id, target.round ?? 1),
    job_id: row.id,
    slot_ms: slotMs,
    organization_id: row.organization_id,
    round: target.round ?? 1,
    ordinal: target.ordinal ?? ordinal,
    device_id: target.key === null ? null : target.id,
    device_key: target.key,
    target_name: target.name,
    simulated: Number(target.provenance === "simulated"),
    gateway_id: target.gateway_id,
    site_id: target.site_id,
    state: "queued",
    since_ms: nowMs,
    heard_ms: nowMs,
    attempt: 0,
    expires_ms: Math.max(nowMs, slotMs) + spec.expiresAfterMs,
    created_ms: nowMs,
  };
}

/** Makes executions of these targets, held back. Those there are already stay. */
export async function insertExecutions(
  trx: Trx,
  job: KnownJob,
  run: Pick<RunRow, "slot_ms" | "total">,
  targets: readonly NewTarget[],
  nowMs: number,
): Promise<string[]> {
  const { row } = job;
  const made: string[] = [];
  for (let start = 0; start < targets.length; start += ROWS_AT_ONCE) {
    const rows = targets
      .slice(start, start + ROWS_AT_ONCE)
      .map((target, index) => toRow(job, run.slot_ms, target, run.total + start + index, nowMs));
    const [first] = rows;
    const inserted =
      first !== undefined && rows.length === 1
        ? await insertOne(trx, first)
        : await onlyNew(trx.insertInto("job_execution").values(rows as never)).execute();
    made.push(...(inserted as { id: string }[]).map(({ id }) => id));
  }
  await count(trx, row.id, run.slot_ms, "queued", made.length);
  return made;
}

/** Makes the execution of a target that nothing holds back, as `send` sends it: gives where in the gateway's downlog. */
export async function insertSent(
  trx: Trx,
  job: KnownJob,
  run: Pick<RunRow, "slot_ms" | "total">,
  target: Target,
  nowMs: number,
  send: (execution: ReturnType<typeof toRow>) => Promise<Seq>,
): Promise<void> {
  const row = toRow(job, run.slot_ms, target, run.total, nowMs);
  await insertOneSent(trx, { ...row, sent_seq: await send(row), sent_ms: nowMs });
  await count(trx, row.job_id, run.slot_ms, "queued", 1);
}

export interface Step {
  to: JobState;
  atMs: number;
  nowMs: number;
  /** `cloud`, `gateway`, or a person's name. */
  by: string;
  reason?: string | null;
  attempt?: number;
  output?: string | null;
}

export const setExecution = preparedUpdate("job_execution", ["id"]);
const insertTransition = prepared(
  (
    db,
    execution_id: string,
    from_state: string,
    to_state: string,
    at_ms: number,
    heard_ms: number,
    by: string,
    reason: string | null,
  ) =>
    db.insertInto("job_transition").values((eb) => ({
      execution_id,
      // One more than the last.
      id: eb
        .selectFrom("job_transition as before")
        .select(({ fn, lit }) => sql<number>`${fn.coalesce(fn.max("before.id"), lit(0))} + 1`.as("id"))
        .where("before.execution_id", "=", execution_id),
      ...{ from_state, to_state, at_ms, heard_ms, by, reason },
    })),
);

/** Takes a step, and returns whether it could be: a word that cannot be true of the execution changes nothing. */
export async function takeStep(trx: Trx, execution: ExecutionRow, step: Step): Promise<boolean> {
  return (await takeSteps(trx, execution, [step])) !== null;
}

/**
 * Takes steps one after the other, of which those are left out that cannot be true. What the execution is after all of them is
 * written once. Gives its state then; null when none could be taken.
 */
export async function takeSteps(
  trx: Trx,
  execution: ExecutionRow,
  steps: readonly Step[],
): Promise<JobState | null> {
  const from = execution.state as JobState;
  const set: Updateable<JobExecutionTable> = {};
  const taken: { from: JobState; step: Step }[] = [];
  let state = from;
  for (const step of steps) {
    if (!canFollow(state, step.to)) continue;
    Object.assign(set, columnsOf(step));
    taken.push({ from: state, step });
    state = step.to;
  }
  if (taken.length === 0) return null;
  await setExecution(trx, execution, set);
  for (const { from: before, step } of taken)
    await insertTransition(
      trx,
      ...([execution.id, before, step.to, step.atMs, step.nowMs, step.by, step.reason ?? null] as const),
    );
  if (execution.retried_by !== null) return state;
  if (state !== from) await recountStep(trx, execution.job_id, execution.slot_ms, from, state);
  // Held back no longer, whoever ended it.
  if (from === "queued" && execution.sent_ms === null)
    await addWaiting(trx, execution.job_id, execution.slot_ms, -1);
  return state;
}

function columnsOf(step: Step): Updateable<JobExecutionTable> {
  return {
    state: step.to,
    since_ms: step.atMs,
    heard_ms: step.nowMs,
    reason: step.reason ?? null,
    ...(step.attempt === undefined ? {} : { attempt: step.attempt }),
    ...(step.output === undefined ? {} : { output: step.output }),
    // How far it was says nothing about the next attempt.
    ...(step.to === "running" ? { percent: null, message: null } : {}),
  };
}

const added = (insert: InsertQueryBuilder<Tables, "job_count", InsertResult>) =>
  insert.onConflict((conflict) =>
    conflict
      .columns(["job_id", "slot_ms", "state"])
      .doUpdateSet({ executions: sql<number>`job_count.executions + excluded.executions` }),
  );
const recount = prepared((db, job_id: string, slot_ms: number, state: JobState, executions: number) =>
  added(db.insertInto("job_count").values({ job_id, slot_ms, state, executions })),
);
const recountStep = prepared((db, job_id: string, slot_ms: number, from: JobState, to: JobState) =>
  added(
    db.insertInto("job_count").values([
      { job_id, slot_ms, state: from, executions: -1 },
      { job_id, slot_ms, state: to, executions: 1 },
    ]),
  ),
);

/** More or fewer executions of the run are in this state. */
export async function count(
  trx: Trx,
  jobId: string,
  slotMs: number,
  state: JobState,
  by: number,
): Promise<void> {
  if (by !== 0) await recount(trx, jobId, slotMs, state, by);
}

const wait = prepared((db, jobId: string, slotMs: number, by: number) =>
  db
    .updateTable("job_run")
    .set((eb) => ({ waiting: eb("waiting", "+", by) }))
    .where("job_id", "=", jobId)
    .where("slot_ms", "=", slotMs),
);

export async function addWaiting(trx: Trx, jobId: string, slotMs: number, by: number): Promise<void> {
  if (by !== 0) await wait(trx, jobId, slotMs, by);
}

const selectCounts = prepared((db, jobId: string, slotMs: number) =>
  db
    .selectFrom("job_count")
    .select(["state", "executions"])
    .where("job_id", "=", jobId)
    .where("slot_ms", "=", slotMs),
);

/** Executions of a run by state. */
export async function readCounts(
  db: Kysely<Tables>,
  jobId: string,
  slotMs: number,
): Promise<Map<JobState, number>> {
  const rows = await selectCounts(db, jobId, slotMs);
  return new Map(rows.map(({ state, executions }) => [state as JobState, executions]));
}

/** What the rollout goes by. */
export function rolloutCounts(run: RunRow, counts: ReadonlyMap<JobState, number>): RolloutCounts {
  const sum = (of: (state: JobState) => boolean) =>
    [...counts].reduce((total, [state, executions]) => total + (of(state) ? executions : 0), 0);
  return {
    total: run.total,
    released: run.total - run.waiting,
    ended: sum(hasEnded),
    failed: sum(isFailure),
  };
}
