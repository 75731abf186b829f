import { type Kysely, type SqlBool, sql } from "kysely";
import type { JobQuery } from "../../protocol/jobs/job.ts";
import type { ExecutionQuery, JobLogQuery } from "../../protocol/jobs/job-execution.ts";
import type { Scope } from "../accounts/scope.ts";
import { isAfter, likePattern, type SortOrder } from "../database/paging.ts";
import type { Tables } from "../database/tables.ts";
import type { RunRow } from "./executions.ts";
import type { JobRow } from "./spec.ts";
import type { ShownExecution } from "./view.ts";

/** What people ask of jobs. */

type Db = Kysely<Tables>;

export type JobSort = "created_ms" | "position" | "name" | "kind" | "next_ms";
export const JOB_SORTS = {
  createdAt: "created_ms",
  position: "position",
  name: "name",
  kind: "kind",
  nextRunAt: "next_ms",
} as const;

/** One more than the page holds. */
export function selectJobs(
  db: Db,
  scope: Scope,
  query: JobQuery,
  order: SortOrder<JobSort>,
): Promise<JobRow[]> {
  const direction = order.descending ? "desc" : "asc";
  const sorted =
    order.column === "next_ms"
      ? sql<string | number>`coalesce(job.next_ms, 0)`
      : sql<string | number>`${sql.ref(`job.${order.column}`)}`;
  let select = jobsMeant(db, scope, query)
    .selectAll("job")
    .orderBy(sorted, direction)
    .orderBy("job.id", direction)
    .limit(query.limit + 1);
  if (query.cursor !== undefined) {
    select = select.where(isAfter(sorted, sql.ref("job.id"), order, query.cursor));
  }
  return select.execute();
}

export async function countJobs(db: Db, scope: Scope, query: JobQuery): Promise<number> {
  const { total } = await jobsMeant(db, scope, query)
    .select((eb) => eb.fn.countAll<number>().as("total"))
    .executeTakeFirstOrThrow();
  return total;
}

function jobsMeant(db: Db, scope: Scope, query: JobQuery) {
  let select = db.selectFrom("job").where("job.organization_id", "=", scope.organizationId);
  if (query.status !== undefined) select = select.where("job.status", "=", query.status);
  if (query.kind !== undefined) select = select.where("job.kind", "=", query.kind);
  if (query.open === "true") select = select.where("job.status", "not in", ["finished", "cancelled"]);
  const { device, site } = query;
  if (device !== undefined)
    select = select.where("job.id", "in", (of) =>
      of.selectFrom("job_execution").select("job_id").where("device_id", "=", device),
    );
  if (site !== undefined)
    select = select.where("job.id", "in", (of) =>
      of.selectFrom("job_execution").select("job_id").where("site_id", "=", site),
    );
  if (query.failed === "true")
    select = select.where((eb) =>
      eb.exists(
        eb
          .selectFrom("job_count")
          .select("job_count.job_id")
          .whereRef("job_count.job_id", "=", "job.id")
          .where("job_count.executions", ">", 0)
          .where("job_count.state", "in", ["failed", "timed-out", "expired", "interrupted"])
          .where("job_count.slot_ms", "=", (of) =>
            of
              .selectFrom("job_run")
              .select((run) => run.fn.max("job_run.slot_ms").as("slot"))
              .whereRef("job_run.job_id", "=", "job.id"),
          ),
      ),
    );
  if (query.q !== undefined && query.q !== "")
    select = select.where(sql<SqlBool>`lower(job.name) like ${likePattern(query.q)} escape '\\'`);
  return select;
}

/** The newest run of each job that has one, with how many executions are in each state. */
export async function selectNewestRuns(
  db: Db,
  jobIds: readonly string[],
): Promise<Map<string, { run: RunRow; counts: Map<string, number> }>> {
  const found = new Map<string, { run: RunRow; counts: Map<string, number> }>();
  if (jobIds.length === 0) return found;
  const runs = await db
    .selectFrom("job_run")
    .selectAll()
    .where("job_id", "in", jobIds)
    .where("slot_ms", "=", (of) =>
      of
        .selectFrom("job_run as newest")
        .select((run) => run.fn.max("newest.slot_ms").as("slot"))
        .whereRef("newest.job_id", "=", "job_run.job_id"),
    )
    .execute();
  for (const run of runs) found.set(run.job_id, { run, counts: new Map() });
  const counts = await db.selectFrom("job_count").selectAll().where("job_id", "in", jobIds).execute();
  for (const { job_id, slot_ms, state, executions } of counts) {
    const of = found.get(job_id);
    if (of?.run.slot_ms === slot_ms) of.counts.set(state, executions);
  }
  return found;
}

export function selectRuns(db: Db, jobId: string, before: number | null, limit: number): Promise<RunRow[]> {
  let select = db.selectFrom("job_run").selectAll().where("job_id", "=", jobId);
  if (before !== null) select = select.where("slot_ms", "<", before);
  return select.orderBy("slot_ms", "desc").limit(limit).execute();
}

/** One more than the page holds, in the order of the rollout. `slotMs`: of which run. */
export function selectExecutions(
  db: Db,
  jobId: string,
  slotMs: number,
  query: ExecutionQuery,
): Promise<ShownExecution[]> {
  let select = shown(executionsMeant(db, jobId, slotMs, query))
    .orderBy("job_execution.ordinal")
    .orderBy("job_execution.id")
    .limit(query.limit + 1);
  const after = query.cursor;
  if (after !== undefined)
    select = select.where((where) =>
      where.or([
        where("job_execution.ordinal", ">", Number(after.value)),
        where.and([
          where("job_execution.ordinal", "=", Number(after.value)),
          where("job_execution.id", ">", after.id),
        ]),
      ]),
    );
  return select.execute();
}

export async function countExecutions(
  db: Db,
  jobId: string,
  slotMs: number,
  query: ExecutionQuery,
): Promise<number> {
  const { total } = await executionsMeant(db, jobId, slotMs, query)
    .select((eb) => eb.fn.countAll<number>().as("total"))
    .executeTakeFirstOrThrow();
  return total;
}

function executionsMeant(db: Db, jobId: string, slotMs: number, query: ExecutionQuery) {
  let select = db
    .selectFrom("job_execution")
    .where("job_execution.job_id", "=", jobId)
    .where("job_execution.slot_ms", "=", slotMs);
  if (query.all !== "true") select = select.where("job_execution.retried_by", "is", null);
  if (query.state !== undefined) select = select.where("job_execution.state", "=", query.state);
  if (query.site !== undefined) select = select.where("job_execution.site_id", "=", query.site);
  if (query.q !== undefined && query.q !== "")
    select = select.where(
      sql<SqlBool>`lower(job_execution.target_name) like ${likePattern(query.q)} escape '\\'`,
    );
  return select;
}

/** Each has a job; joined as if some had none, or the planner takes that table, a small one, first, and sorts all executions of the run. */
function shown(select: ReturnType<typeof executionsMeant>) {
  return select
    .leftJoin("job", "job.id", "job_execution.job_id")
    .leftJoin("site", "site.id", "job_execution.site_id")
    .selectAll("job_execution")
    .select([
      sql<string>`job.name`.as("job_name"),
      sql<string>`job.kind`.as("kind"),
      sql<string>`coalesce(site.deleted_name, site.name, '')`.as("site_name"),
    ]);
}

export function findExecution(
  db: Db,
  scope: Scope,
  jobId: string,
  id: string,
): Promise<ShownExecution | undefined> {
  return shown(db.selectFrom("job_execution").where("job_execution.job_id", "=", jobId))
    .where("job_execution.id", "=", id)
    .where("job_execution.organization_id", "=", scope.organizationId)
    .executeTakeFirst();
}

export interface ShownLine {
  id: number;
  execution_id: string;
  target_name: string;
  at_ms: number;
  level: string;
  message: string;
}

/** Lines behind one, in their order; without `after` the newest. One more than asked for. */
export async function selectLines(db: Db, jobId: string, query: JobLogQuery): Promise<ShownLine[]> {
  let select = db
    .selectFrom("job_log_line")
    .innerJoin("job_execution", "job_execution.id", "job_log_line.execution_id")
    .select([
      "job_log_line.id",
      "job_log_line.execution_id",
      "job_execution.target_name",
      "job_log_line.at_ms",
      "job_log_line.level",
      "job_log_line.message",
    ])
    .where("job_log_line.job_id", "=", jobId);
  if (query.execution !== undefined) select = select.where("job_log_line.execution_id", "=", query.execution);
  if (query.level !== undefined) select = select.where("job_log_line.level", "=", query.level);
  if (query.q !== undefined && query.q !== "")
    select = select.where(sql<SqlBool>`lower(job_log_line.message) like ${likePattern(query.q)} escape '\\'`);
  if (query.after !== undefined)
    return select
      .where("job_log_line.id", ">", query.after)
      .orderBy("job_log_line.id")
      .limit(query.limit + 1)
      .execute();
  const newest = await select.orderBy("job_log_line.id", "desc").limit(query.limit).execute();
  return newest.reverse();
}
