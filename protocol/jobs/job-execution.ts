import * as v from "valibot";
import { listQueryEntries, timestampSchema } from "../api/list.ts";
import { provenanceSchema } from "../devices/provenance.ts";
import { idSchema } from "../ids.ts";
import { JOB_KIND_NAMES } from "./job-kinds.ts";
import { LOG_LEVELS } from "./job-log.ts";
import { JOB_STATES } from "./job-machine.ts";

/** Executions as people see them: what was told of each, by whom and when. */

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

export const jobExecutionSchema = v.pipe(
  v.object({
    id: idSchema,
    jobId: idSchema,
    jobName: v.string(),
    kind: v.picklist(JOB_KIND_NAMES),
    /** The run it belongs to. */
    slot: timestampSchema,
    /** 1, and one more each time those that failed were tried again. */
    round: count,
    target: v.object({
      kind: v.picklist(["device", "gateway"]),
      id: idSchema,
      name: v.string(),
      provenance: provenanceSchema,
    }),
    siteId: idSchema,
    siteName: v.string(),
    gatewayId: idSchema,
    /** While its gateway is not connected, its state is as of when the gateway was last heard. */
    gatewayConnected: v.boolean(),
    state: v.picklist(JOB_STATES),
    /** Since when, by who said so. */
    since: timestampSchema,
    /** When the cloud learned of it. */
    heardAt: timestampSchema,
    /** Attempts begun. */
    attempt: count,
    percent: v.nullable(v.number()),
    message: v.nullable(v.string()),
    /** Why it ended as it did, for an operator; null where all is well. */
    reason: v.nullable(v.string()),
    /** What came of it, as the kind has it. */
    output: v.nullable(v.unknown()),
    /** When it was handed to the gateway's line; null while the rollout holds it back. */
    sentAt: v.nullable(timestampSchema),
    /** Somebody wants it to end; its gateway has not said yet that it has. */
    cancelRequestedAt: v.nullable(timestampSchema),
    expiresAt: timestampSchema,
    createdAt: timestampSchema,
    /** The execution that took its place, when it was tried again. */
    retriedBy: v.nullable(idSchema),
  }),
  v.metadata({ ref: "JobExecution" }),
);
export type JobExecution = v.InferOutput<typeof jobExecutionSchema>;

/** `GET /api/v1/jobs/{id}/executions`: newest run and newest round of each target, unless asked for others. */
export const executionQuerySchema = v.object({
  ...listQueryEntries,
  state: v.optional(v.picklist(JOB_STATES)),
  slot: v.optional(timestampSchema),
  site: v.optional(idSchema),
  /** `true`: also those that others have taken the place of. */
  all: v.optional(v.picklist(["true", "false"])),
});
export type ExecutionQuery = v.InferOutput<typeof executionQuerySchema>;

/** A step of an execution. `by`: `cloud`, `gateway`, or the name of a person. */
export const jobTransitionSchema = v.pipe(
  v.object({
    from: v.nullable(v.picklist(JOB_STATES)),
    to: v.picklist(JOB_STATES),
    at: timestampSchema,
    heardAt: timestampSchema,
    by: v.string(),
    reason: v.nullable(v.string()),
  }),
  v.metadata({ ref: "JobTransition" }),
);
export type JobTransition = v.InferOutput<typeof jobTransitionSchema>;

/** `GET /api/v1/jobs/{id}/logs`: `q` finds in lines; `after` goes on behind a line, to follow them as they come. */
export const jobLogQuerySchema = v.object({
  limit: listQueryEntries.limit,
  q: listQueryEntries.q,
  after: v.optional(
    v.pipe(v.string(), v.regex(/^\d{1,16}$/, "must be the number of a line"), v.transform(Number)),
  ),
  execution: v.optional(idSchema),
  level: v.optional(v.picklist(LOG_LEVELS)),
});
export type JobLogQuery = v.InferOutput<typeof jobLogQuerySchema>;

export const jobLogLineSchema = v.pipe(
  v.object({
    /** Grows in the order in which the cloud heard; of one execution, in which they were written. */
    number: count,
    executionId: idSchema,
    targetName: v.string(),
    at: timestampSchema,
    level: v.picklist(LOG_LEVELS),
    message: v.string(),
  }),
  v.metadata({ ref: "JobLogLine" }),
);
export type JobLogLine = v.InferOutput<typeof jobLogLineSchema>;

/** Lines, and behind which to go on. `more`: there are further ones already. */
export const jobLogsSchema = v.pipe(
  v.object({ items: v.array(jobLogLineSchema), after: count, more: v.boolean() }),
  v.metadata({ ref: "JobLogs" }),
);
export type JobLogs = v.InferOutput<typeof jobLogsSchema>;

/** One execution with all its steps. */
export const jobExecutionDetailSchema = v.pipe(
  v.object({ ...jobExecutionSchema.entries, transitions: v.array(jobTransitionSchema) }),
  v.metadata({ ref: "JobExecutionDetail" }),
);
export type JobExecutionDetail = v.InferOutput<typeof jobExecutionDetailSchema>;

export const executionParam = v.object({ id: idSchema, execution: idSchema });
