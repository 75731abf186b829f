import { type Page, toTimestamp } from "../../protocol/api/list.ts";
import { accept, refuse } from "../../protocol/errors.ts";
import type { Job } from "../../protocol/jobs/job.ts";
import type { LogLevel } from "../../protocol/jobs/job-log.ts";
import type { JobState } from "../../protocol/jobs/job-machine.ts";
import type { Scope } from "../accounts/scope.ts";
import { cutPage, orderBy, totalOf } from "../database/paging.ts";
import type { JobEnds } from "./ends.ts";
import { readCounts } from "./executions.ts";
import type { Jobs } from "./jobs.ts";
import type { JobsParts } from "./parts.ts";
import { findJob, newestRun } from "./run-store.ts";
import {
  countExecutions,
  countJobs,
  findExecution,
  JOB_SORTS,
  selectExecutions,
  selectJobs,
  selectLines,
  selectNewestRuns,
  selectRuns,
} from "./store.ts";
import { toExecution, toJob, toRun } from "./view.ts";

export type JobReading = Pick<Jobs, "list" | "get" | "runs" | "executions" | "execution" | "logs">;

const SKIPS_SHOWN = 50;
const NEWEST_FIRST = { column: "created_ms", descending: true } as const;

/** What people see of jobs. */
export function createJobReading({
  db,
  clock,
  isConnected,
  ends,
}: JobsParts & { ends: JobEnds }): JobReading {
  const missing = (id: string) => refuse("record.not-found", `job ${id}`);

  return {
    async list(scope, query) {
      const order = orderBy(query.sort, JOB_SORTS, NEWEST_FIRST);
      const rows = await selectJobs(db.read, scope, query, order);
      const keyOf = (job: (typeof rows)[number]) => ({ value: job[order.column] ?? 0, id: job.id });
      const { page, nextCursor } = cutPage(rows, query.limit, keyOf);
      const runs = await selectNewestRuns(
        db.read,
        page.map(({ id }) => id),
      );
      const items = page.map((row): Job => {
        const newest = runs.get(row.id);
        return toJob(row, newest === undefined ? null : toRun(newest.run, newest.counts), clock.nowMs());
      });
      return accept({
        items,
        nextCursor,
        total: await totalOf(rows, query, () => countJobs(db.read, scope, query)),
      });
    },

    async get(scope, id, waitMs = 0) {
      if (waitMs > 0) await ends.wait(scope.organizationId, id, waitMs);
      const job = await findJob(db.read, scope.organizationId, id);
      if (job === undefined) return missing(id);
      const run = await newestRun(db.read, id);
      const counts = run === undefined ? null : await readCounts(db.read, id, run.slot_ms);
      return accept(toJob(job.row, run && counts ? toRun(run, counts) : null, clock.nowMs()));
    },

    async runs(scope, id, query) {
      if ((await findJob(db.read, scope.organizationId, id)) === undefined) return missing(id);
      const before = query.cursor === undefined ? null : Number(query.cursor.value);
      const rows = await selectRuns(db.read, id, before, query.limit + 1);
      const { page, nextCursor } = cutPage(rows, query.limit, (run) => ({ value: run.slot_ms, id: "" }));
      const items = [];
      for (const run of page) items.push(toRun(run, await readCounts(db.read, id, run.slot_ms)));
      const { total } = await db.read
        .selectFrom("job_run")
        .select((eb) => eb.fn.countAll<number>().as("total"))
        .where("job_id", "=", id)
        .executeTakeFirstOrThrow();
      const skips = await db.read
        .selectFrom("job_skip")
        .selectAll()
        .where("job_id", "=", id)
        .orderBy("id", "desc")
        .limit(SKIPS_SHOWN)
        .execute();
      return accept({
        items,
        nextCursor,
        total,
        skipped: skips.map((skip) => ({
          slot: toTimestamp(skip.slot_ms),
          slots: skip.slots,
          why: skip.why as "missed" | "overlap",
          gatewayId: skip.gateway_id,
          at: toTimestamp(skip.at_ms),
        })),
      });
    },

    async executions(scope, id, query) {
      if ((await findJob(db.read, scope.organizationId, id)) === undefined) return missing(id);
      const slotMs =
        query.slot === undefined ? (await newestRun(db.read, id))?.slot_ms : Date.parse(query.slot);
      if (slotMs === undefined) return accept(NOTHING);
      const rows = await selectExecutions(db.read, id, slotMs, query);
      const { page, nextCursor } = cutPage(rows, query.limit, ({ ordinal, id }) => ({ value: ordinal, id }));
      return accept({
        items: page.map((row) => toExecution(row, isConnected)),
        nextCursor,
        total: await totalOf(rows, query, () => countExecutions(db.read, id, slotMs, query)),
      });
    },

    async execution(scope: Scope, id: string, execution: string) {
      const row = await findExecution(db.read, scope, id, execution);
      if (row === undefined) return refuse("record.not-found", `execution ${execution} of job ${id}`);
      const steps = await db.read
        .selectFrom("job_transition")
        .selectAll()
        .where("execution_id", "=", execution)
        .orderBy("id")
        .execute();
      return accept({
        ...toExecution(row, isConnected),
        transitions: steps.map((step) => ({
          from: step.from_state as JobState | null,
          to: step.to_state as JobState,
          at: toTimestamp(step.at_ms),
          heardAt: toTimestamp(step.heard_ms),
          by: step.by,
          reason: step.reason,
        })),
      });
    },

    async logs(scope, id, query) {
      if ((await findJob(db.read, scope.organizationId, id)) === undefined) return missing(id);
      const rows = await selectLines(db.read, id, query);
      const lines = rows.slice(0, query.limit);
      return accept({
        items: lines.map((line) => ({
          number: line.id,
          executionId: line.execution_id,
          targetName: line.target_name,
          at: toTimestamp(line.at_ms),
          level: line.level as LogLevel,
          message: line.message,
        })),
        after: lines.at(-1)?.id ?? query.after ?? 0,
        more: rows.length > query.limit,
      });
    },
  };
}

const NOTHING: Page<never> = { items: [], nextCursor: null, total: 0 };
