import { Hono } from "hono";
import { recordIdParam } from "../../protocol/accounts/account.ts";
import { pageSchema } from "../../protocol/api/list.ts";
import {
  jobInputSchema,
  jobOrderSchema,
  jobPreviewSchema,
  jobQuerySchema,
  jobRunQuerySchema,
  jobRunsSchema,
  jobSchema,
  jobWaitSchema,
} from "../../protocol/jobs/job.ts";
import {
  executionParam,
  executionQuerySchema,
  jobExecutionDetailSchema,
  jobExecutionSchema,
  jobLogQuerySchema,
  jobLogsSchema,
} from "../../protocol/jobs/job-execution.ts";
import { operation, validated } from "../http/describe.ts";
import type { AppEnv } from "../http/env.ts";
import { answer } from "../http/problem.ts";
import type { Jobs } from "./jobs.ts";

/** `/api/v1/jobs`, behind a scope. */
export function jobRoutes(jobs: Jobs): Hono<AppEnv> {
  const reads = { permission: "job:read", tag: "jobs" } as const;
  const runs = { permission: "job:run", tag: "jobs" } as const;
  const routes = new Hono<AppEnv>();

  routes.get(
    "/",
    operation({
      ...reads,
      summary: "List jobs",
      success: { status: 200, schema: pageSchema(jobSchema) },
      errors: ["request.invalid"],
    }),
    validated("query", jobQuerySchema),
    async (c) => answer(c, await jobs.list(c.get("scope"), c.req.valid("query"))),
  );
  routes.post(
    "/",
    operation({
      ...runs,
      summary:
        "Make a job: run it now, at a time or again and again; what is not run now needs job:write. With `wait` it is answered when it has ended",
      success: { status: 201, schema: jobSchema, at: "/api/v1/jobs/{id}" },
      errors: ["request.invalid"],
    }),
    validated("query", jobWaitSchema),
    validated("json", jobInputSchema),
    async (c) => {
      const { wait: waitMs } = c.req.valid("query");
      return answer(c, await jobs.create(c.get("scope"), c.req.valid("json"), waitMs), 201);
    },
  );
  routes.post(
    "/preview",
    operation({
      ...runs,
      summary: "What a job would do: how many targets, and its next five runs; nothing is made",
      success: { status: 200, schema: jobPreviewSchema },
      errors: ["request.invalid"],
    }),
    validated("json", jobInputSchema),
    async (c) => answer(c, await jobs.preview(c.get("scope"), c.req.valid("json"))),
  );
  routes.post(
    "/order",
    operation({
      permission: "job:write",
      tag: "jobs",
      summary: "Have jobs change places in the queue, so that they stand in the order given",
      success: { status: 204 },
      errors: ["request.invalid", "record.not-found"],
    }),
    validated("json", jobOrderSchema),
    async (c) => answer(c, await jobs.order(c.get("scope"), c.req.valid("json").ids), 204),
  );
  routes.get(
    "/:id",
    operation({
      ...reads,
      summary: "Read a job, with how its newest run stands: now, or with `wait` when it has ended",
      success: { status: 200, schema: jobSchema },
      errors: ["request.invalid", "record.not-found"],
    }),
    validated("param", recordIdParam),
    validated("query", jobWaitSchema),
    async (c) => {
      const { wait: waitMs } = c.req.valid("query");
      return answer(c, await jobs.get(c.get("scope"), c.req.valid("param").id, waitMs));
    },
  );
  for (const [verb, summary] of [
    ["pause", "Let no more executions begin; those that have begun go on"],
    ["resume", "Go on with a run that is paused, or was stopped by its failures"],
    ["retry", "Try again those executions of the newest run that failed"],
    ["cancel", "End a job: its schedule, what waits and what runs"],
  ] as const) {
    routes.post(
      `/:id/${verb}`,
      operation({
        ...runs,
        summary,
        success: { status: 200, schema: jobSchema },
        errors: ["record.not-found", "job.wrong-state"],
      }),
      validated("param", recordIdParam),
      async (c) => answer(c, await jobs[verb](c.get("scope"), c.req.valid("param").id)),
    );
  }
  routes.get(
    "/:id/runs",
    operation({
      ...reads,
      summary: "The runs of a job, newest first, and what its policies left out",
      success: { status: 200, schema: jobRunsSchema },
      errors: ["request.invalid", "record.not-found"],
    }),
    validated("param", recordIdParam),
    validated("query", jobRunQuerySchema),
    async (c) => answer(c, await jobs.runs(c.get("scope"), c.req.valid("param").id, c.req.valid("query"))),
  );
  routes.get(
    "/:id/executions",
    operation({
      ...reads,
      summary: "The executions of a run: the newest unless a slot is named",
      success: { status: 200, schema: pageSchema(jobExecutionSchema) },
      errors: ["request.invalid", "record.not-found"],
    }),
    validated("param", recordIdParam),
    validated("query", executionQuerySchema),
    async (c) =>
      answer(c, await jobs.executions(c.get("scope"), c.req.valid("param").id, c.req.valid("query"))),
  );
  routes.get(
    "/:id/executions/:execution",
    operation({
      ...reads,
      summary: "Read an execution, with every step it took",
      success: { status: 200, schema: jobExecutionDetailSchema },
      errors: ["record.not-found"],
    }),
    validated("param", executionParam),
    async (c) => {
      const { id, execution } = c.req.valid("param");
      return answer(c, await jobs.execution(c.get("scope"), id, execution));
    },
  );
  routes.post(
    "/:id/executions/:execution/cancel",
    operation({
      ...runs,
      summary: "End one execution",
      success: { status: 200, schema: jobExecutionDetailSchema },
      errors: ["record.not-found", "job.wrong-state"],
    }),
    validated("param", executionParam),
    async (c) => {
      const { id, execution } = c.req.valid("param");
      return answer(c, await jobs.cancelExecution(c.get("scope"), id, execution));
    },
  );
  routes.post(
    "/:id/executions/:execution/retry",
    operation({
      ...runs,
      summary: "Try one execution again that has failed; the answer is the one that takes its place",
      success: { status: 200, schema: jobExecutionDetailSchema },
      errors: ["record.not-found", "job.wrong-state"],
    }),
    validated("param", executionParam),
    async (c) => {
      const { id, execution } = c.req.valid("param");
      return answer(c, await jobs.retryExecution(c.get("scope"), id, execution));
    },
  );
  routes.get(
    "/:id/logs",
    operation({
      ...reads,
      summary: "Lines that the executions of a job wrote; ask again with `after` to follow them",
      success: { status: 200, schema: jobLogsSchema },
      errors: ["request.invalid", "record.not-found"],
    }),
    validated("param", recordIdParam),
    validated("query", jobLogQuerySchema),
    async (c) => answer(c, await jobs.logs(c.get("scope"), c.req.valid("param").id, c.req.valid("query"))),
  );
  return routes;
}
