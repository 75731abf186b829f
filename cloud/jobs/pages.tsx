import { type Context, Hono } from "hono";
import { LIST_LIMIT_MAX } from "../../protocol/api/list.ts";
import type { Result } from "../../protocol/errors.ts";
import { type JobRun, jobQuerySchema } from "../../protocol/jobs/job.ts";
import {
  executionQuerySchema,
  type JobExecution,
  jobLogQuerySchema,
} from "../../protocol/jobs/job-execution.ts";
import { isFailure, JOB_STATES } from "../../protocol/jobs/job-machine.ts";
import { check } from "../../protocol/validate.ts";
import {
  deviceJobsPage,
  executionPage,
  jobListPage,
  jobPage,
  markedName,
  type Notice,
  SEGMENTS_MAX,
  type Segment,
} from "../../ui/ui.ts";
import type { AppEnv } from "../http/env.ts";
import { redirectTelling } from "../http/notice-pages.ts";
import { pageWords, readListQuery, show, showRefusal } from "../http/show.ts";
import { type JobFormParts, jobFormPages } from "./form-pages.tsx";
import type { Jobs } from "./jobs.ts";
import { jobQueuePages } from "./queue-pages.tsx";

type Parts = JobFormParts;

/** Failures on a job's page with their reasons; the table has the rest. */
const FAILURES_SHOWN = 20;
const DEVICE_JOBS_SHOWN = 50;
const LINES_SHOWN = "200";

/** `/jobs`, behind a scope. */
export function jobPages(parts: Parts): Hono<AppEnv> {
  const { jobs, sites, devices } = parts;
  const pages = new Hono<AppEnv>();

  pages.get("/", async (c) => {
    const scope = c.get("scope");
    const { query: given, after } = readListQuery(c);
    const query = check(jobQuerySchema, given);
    if (!query.ok) return showRefusal(c, parts, query.refusal);
    const found = await jobs.list(scope, query.value);
    if (!found.ok) return showRefusal(c, parts, found.refusal);
    const known = await sites.brief(scope);
    const { device: id } = query.value;
    const device = id === undefined ? null : await devices.get(scope, id);
    const view = jobListPage({
      jobs: found.value,
      query: query.value,
      after,
      sites: known.ok ? known.value : [],
      deviceName: device?.ok === true ? markedName(pageWords(c), device.value) : null,
    });
    return show(c, parts, view);
  });

  pages.route("/new", jobFormPages(parts));
  pages.route("/queue", jobQueuePages(parts));

  pages.get("/:id", async (c) => {
    const scope = c.get("scope");
    const id = c.req.param("id");
    const { query, after } = readListQuery(c);
    const { line = "", ...asked } = query;
    const wanted = check(executionQuerySchema, asked);
    const sought = check(jobLogQuerySchema, { q: line, limit: LINES_SHOWN });
    if (!wanted.ok) return showRefusal(c, parts, wanted.refusal);
    if (!sought.ok) return showRefusal(c, parts, sought.refusal);
    const [job, executions, runs, logs] = [
      await jobs.get(scope, id),
      await jobs.executions(scope, id, wanted.value),
      await jobs.runs(scope, id, { limit: 20 }),
      await jobs.logs(scope, id, sought.value),
    ];
    for (const one of [job, executions, runs, logs]) if (!one.ok) return showRefusal(c, parts, one.refusal);
    if (!job.ok || !executions.ok || !runs.ok || !logs.ok) return c.notFound();
    const { slot, state } = wanted.value;
    const run =
      slot === undefined
        ? job.value.run
        : (runs.value.items.find((one) => one.slot === slot) ?? job.value.run);
    const drawn = run === null ? null : await drawRun(c, jobs, id, run);
    if (drawn !== null && !drawn.ok) return showRefusal(c, parts, drawn.refusal);
    const view = jobPage({
      ...{ job: job.value, run, executions: executions.value, runs: runs.value, logs: logs.value },
      ...{ state: state ?? null, after, line },
      ...(drawn?.value ?? { segments: null, failures: [] }),
    });
    return show(c, parts, view);
  });

  const deeds = {
    pause: "job.paused",
    resume: "job.resumed",
    retry: "job.retried",
    cancel: "job.cancelled",
  } as const satisfies Partial<Record<keyof Jobs, Notice["kind"]>>;
  for (const verb of Object.keys(deeds) as (keyof typeof deeds)[]) {
    pages.post(`/:id/${verb}`, async (c) => {
      const id = c.req.param("id");
      const done = await jobs[verb](c.get("scope"), id);
      if (!done.ok) return showRefusal(c, parts, done.refusal);
      return redirectTelling(c, parts, `/jobs/${id}`, { kind: deeds[verb], name: done.value.name, id });
    });
  }

  pages.get("/:id/executions/:execution", (c) => showExecution(c, parts));
  pages.post("/:id/executions/:execution/retry", async (c) => {
    const { id, execution } = c.req.param();
    const again = await jobs.retryExecution(c.get("scope"), id, execution);
    if (!again.ok) return showRefusal(c, parts, again.refusal);
    const told = { kind: "job.execution-retried", name: again.value.target.name } as const;
    return redirectTelling(c, parts, `/jobs/${id}`, told);
  });
  pages.post("/:id/executions/:execution/cancel", async (c) => {
    const { id, execution } = c.req.param();
    const done = await jobs.cancelExecution(c.get("scope"), id, execution);
    if (!done.ok) return showRefusal(c, parts, done.refusal);
    const told = { kind: "job.execution-cancelled", name: done.value.target.name } as const;
    return redirectTelling(c, parts, `/jobs/${id}`, told);
  });
  return pages;
}

/** `/devices/{id}/jobs`, behind a scope. */
export function deviceJobPages(parts: Parts): Hono<AppEnv> {
  const pages = new Hono<AppEnv>();
  pages.get("/:id/jobs", async (c) => {
    const scope = c.get("scope");
    const device = await parts.devices.get(scope, c.req.param("id"));
    if (!device.ok) return showRefusal(c, parts, device.refusal);
    const jobs = await parts.jobs.list(scope, { device: device.value.id, limit: DEVICE_JOBS_SHOWN });
    if (!jobs.ok) return showRefusal(c, parts, jobs.refusal);
    return show(c, parts, deviceJobsPage({ device: device.value, jobs: jobs.value }));
  });
  return pages;
}

async function showExecution(c: Context<AppEnv>, parts: Parts): Promise<Response> {
  const { jobs } = parts;
  const scope = c.get("scope");
  const { id = "", execution: of = "" } = c.req.param() as { id?: string; execution?: string };
  const line = c.req.query("line") ?? "";
  const job = await jobs.get(scope, id);
  if (!job.ok) return showRefusal(c, parts, job.refusal);
  const execution = await jobs.execution(scope, id, of);
  if (!execution.ok) return showRefusal(c, parts, execution.refusal);
  const sought = check(jobLogQuerySchema, { q: line, limit: LINES_SHOWN, execution: of });
  if (!sought.ok) return showRefusal(c, parts, sought.refusal);
  const logs = await jobs.logs(scope, id, sought.value);
  if (!logs.ok) return showRefusal(c, parts, logs.refusal);
  const view = executionPage({ job: job.value, execution: execution.value, logs: logs.value, line });
  return show(c, parts, view);
}

interface Drawn {
  segments: Segment[] | null;
  failures: JobExecution[];
}

/** A segment for each target of a run where there is room for that, and some of its failures. */
async function drawRun(c: Context<AppEnv>, jobs: Jobs, id: string, run: JobRun): Promise<Result<Drawn>> {
  const scope = c.get("scope");
  const words = pageWords(c);
  const { slot, total, counts } = run;
  if (total <= SEGMENTS_MAX) {
    const all = await jobs.executions(scope, id, { slot, limit: LIST_LIMIT_MAX });
    if (!all.ok) return all;
    const { items } = all.value;
    const segments = items.map(({ id: of, target, state, percent }) => ({
      ...{ id: of, name: markedName(words, target), state, percent },
    }));
    const failures = items.filter(({ state }) => isFailure(state)).slice(0, FAILURES_SHOWN);
    return { ok: true, value: { segments, failures } };
  }
  const failures: JobExecution[] = [];
  for (const state of JOB_STATES.filter((one) => isFailure(one) && counts[one] > 0)) {
    const some = await jobs.executions(scope, id, { slot, state, limit: FAILURES_SHOWN - failures.length });
    if (!some.ok) return some;
    failures.push(...some.value.items);
    if (failures.length >= FAILURES_SHOWN) break;
  }
  return { ok: true, value: { segments: null, failures } };
}
