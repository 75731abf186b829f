import * as v from "valibot";
import { listQueryEntries, pageSchema, sortSchema, timestampSchema } from "../api/list.ts";
import { secondsToWait } from "../api/seconds-to-wait.ts";
import { provenanceSchema } from "../devices/provenance.ts";
import { idSchema } from "../ids.ts";
import { JOB_KIND_NAMES, JOB_KINDS, type JobKind } from "./job-kinds.ts";
import { JOB_STATES } from "./job-machine.ts";
import { jobTargetsSchema, meansGateways, unfitTargets } from "./job-targets.ts";
import {
  EXPIRES_AFTER_DEFAULT_MS,
  expiresAfterMsSchema,
  missedSchema,
  overlapSchema,
  PRIORITY_DEFAULT,
  prioritySchema,
  retriesSchema,
  timeoutMsSchema,
} from "./job-terms.ts";
import { JOB_PLACES, jobTimingSchema } from "./job-timing.ts";
import { rolloutSchema } from "./rollout.ts";
import { JOB_STATUSES, RUN_STATES } from "./run-states.ts";
import { timeWindowSchema } from "./time-window.ts";

/** A job as people make and see it. The same schemas serve the API, the form and the documentation. */

const commonEntries = {
  /** Absent: after its kind. */
  name: v.optional(v.pipe(v.string("must be a text"), v.trim(), v.minLength(1), v.maxLength(100))),
  targets: jobTargetsSchema,
  timing: v.optional(jobTimingSchema, { kind: "now" }),
  /** Executions begin only within these hours of the site's day. */
  window: v.optional(timeWindowSchema),
  rollout: v.optional(rolloutSchema, { kind: "all" }),
  /** Absent: at the sites what repeats and is rolled out at once, where its kind can be; else by the cloud. */
  place: v.optional(v.picklist(JOB_PLACES, "must be site or cloud")),
  /** Absent: what its kind says. */
  timeoutMs: v.optional(timeoutMsSchema),
  retries: v.optional(retriesSchema, { max: 0 }),
  priority: v.optional(prioritySchema, PRIORITY_DEFAULT),
  missed: v.optional(missedSchema, "once"),
  overlap: v.optional(overlapSchema, "skip"),
  expiresAfterMs: v.optional(expiresAfterMsSchema, EXPIRES_AFTER_DEFAULT_MS),
};

const ofKind = <Kind extends JobKind>(kind: Kind) =>
  v.strictObject({
    ...commonEntries,
    kind: v.literal(kind),
    arguments: maybeAbsent(JOB_KINDS[kind].arguments as (typeof JOB_KINDS)[Kind]["arguments"]),
  });

/** Arguments none of which is needed need not be given at all. */
function maybeAbsent<Schema extends v.GenericSchema>(schema: Schema): Schema {
  // What comes out of it is the same.
  return v.is(schema, {}) ? (v.optional(schema, {}) as unknown as Schema) : schema;
}

const anyKindSchema = v.variant("kind", [
  ofKind("device.command"),
  ofKind("config.set"),
  ofKind("firmware.transfer"),
  ofKind("ping"),
  ofKind("logs.collect"),
  ofKind("device.restart"),
  ofKind("gateway.restart"),
  ofKind("gateway.update"),
  ofKind("script.run"),
  ofKind("sync.now"),
]);

/** `POST /api/v1/jobs`. */
export const jobInputSchema = v.pipe(
  anyKindSchema,
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    for (const [field, name, message] of contradictions(dataset.value)) {
      const value: unknown = dataset.value;
      const inner = (dataset.value as Record<string, unknown>)[field];
      const path = [{ type: "object", origin: "value", input: value, key: field, value: inner }];
      if (name !== null) path.push({ type: "object", origin: "value", input: inner, key: name, value: null });
      addIssue({ message, path: path as unknown as [v.IssuePathItem] });
    }
  }),
  v.metadata({ ref: "JobInput" }),
);
export type JobInput = v.InferOutput<typeof jobInputSchema>;

/** Fields that do not go together, each with what is wrong. */
function contradictions(job: v.InferOutput<typeof anyKindSchema>): [string, string | null, string][] {
  const found: [string, string | null, string][] = [];
  const { subject, fromCloud } = JOB_KINDS[job.kind];
  const of = meansGateways(subject, job.targets) ? "gateways" : "devices";
  for (const name of unfitTargets(subject, job.targets))
    found.push(["targets", name, `${job.kind} is run on ${of} here, and cannot take ${name}`]);
  if (job.place === "site") {
    if (job.timing.kind === "now") found.push(["place", null, "what is run now is run by the cloud"]);
    else if (fromCloud) found.push(["place", null, `${job.kind} can only be begun by the cloud`]);
    else if (job.rollout.kind !== "all")
      found.push(["place", null, "a rollout in stages can only be run by the cloud"]);
  }
  return found;
}

/** Who begins what comes due of it. */
export function placeOf(job: Pick<JobInput, "kind" | "timing" | "rollout" | "place">): "site" | "cloud" {
  if (job.place !== undefined) return job.place;
  const repeatsByItself = job.timing.kind === "cron" && job.rollout.kind === "all";
  return repeatsByItself && !JOB_KINDS[job.kind].fromCloud ? "site" : "cloud";
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
/** How many executions are in each state. */
export const jobCountsSchema = v.pipe(
  v.object(v.entriesFromList(JOB_STATES, count)),
  v.metadata({ ref: "JobCounts" }),
);
export type JobCounts = v.InferOutput<typeof jobCountsSchema>;

/** One time a job is run. */
export const jobRunSchema = v.pipe(
  v.object({
    /** When it was due; with the job it names the run. */
    slot: timestampSchema,
    state: v.picklist(RUN_STATES),
    /** Why it is stopped, or what became of it, in a sentence; null where the state says all. */
    reason: v.nullable(v.string()),
    /** Executions there will be; grows while targets are still being looked up. */
    total: count,
    /** Those of them that gateways have been sent. */
    released: count,
    counts: jobCountsSchema,
    startedAt: timestampSchema,
    endedAt: v.nullable(timestampSchema),
  }),
  v.metadata({ ref: "JobRun" }),
);
export type JobRun = v.InferOutput<typeof jobRunSchema>;

export const jobSchema = v.pipe(
  v.object({
    id: idSchema,
    name: v.string(),
    kind: v.picklist(JOB_KIND_NAMES),
    arguments: v.record(v.string(), v.unknown()),
    targets: jobTargetsSchema,
    timing: jobTimingSchema,
    window: v.nullable(timeWindowSchema),
    rollout: rolloutSchema,
    place: v.picklist(JOB_PLACES),
    timeoutMs: count,
    retries: retriesSchema,
    priority: prioritySchema,
    missed: missedSchema,
    overlap: overlapSchema,
    expiresAfterMs: count,
    status: v.picklist(JOB_STATUSES),
    /** When it comes due next; null when it will not. Where each site has a time of its own, the first. */
    nextRunAt: v.nullable(timestampSchema),
    /** Its newest run; null before the first. */
    run: v.nullable(jobRunSchema),
    createdAt: timestampSchema,
    createdBy: v.nullable(v.object({ id: v.string(), name: v.string() })),
    updatedAt: timestampSchema,
  }),
  v.metadata({ ref: "Job" }),
);
export type Job = v.InferOutput<typeof jobSchema>;

/** `GET /api/v1/jobs`: sorted by `position` they stand as in the queue. */
export const jobQuerySchema = v.object({
  ...listQueryEntries,
  sort: sortSchema(["createdAt", "name", "kind", "position", "nextRunAt"]),
  status: v.optional(v.picklist(JOB_STATUSES)),
  kind: v.optional(v.picklist(JOB_KIND_NAMES)),
  /** Jobs that have or had this device among their targets. */
  device: v.optional(idSchema),
  site: v.optional(idSchema),
  /** `true`: only jobs with executions that failed in their newest run. */
  failed: v.optional(v.picklist(["true", "false"])),
  /** `true`: only jobs that are not over; with `sort=position` the queue. */
  open: v.optional(v.picklist(["true", "false"])),
});
export type JobQuery = v.InferOutput<typeof jobQuerySchema>;

export const JOB_WAIT_MAX_SECONDS = 30;

/** `?wait=`: answered when the job has ended, or with how it stands after so many seconds. Absent: at once. In ms when it is read. */
export const jobWaitSchema = v.object({ wait: secondsToWait(JOB_WAIT_MAX_SECONDS) });

/** `POST /api/v1/jobs/order`: these change places among themselves so that they stand in this order. */
export const jobOrderSchema = v.pipe(
  v.strictObject({
    ids: v.pipe(
      v.array(idSchema),
      v.minLength(1, "must name a job at least"),
      v.maxLength(500, "must be at most 500 jobs"),
      v.check((ids) => new Set(ids).size === ids.length, "must name each job once"),
    ),
  }),
  v.metadata({ ref: "JobOrder" }),
);

/** `POST /api/v1/jobs/preview`: what a job would do, without making it. */
export const jobPreviewSchema = v.pipe(
  v.object({
    place: v.picklist(JOB_PLACES),
    /** How many executions a run would have now. */
    targets: count,
    /** At so many gateways. */
    gateways: count,
    some: v.array(
      v.object({ id: idSchema, name: v.string(), siteName: v.string(), provenance: provenanceSchema }),
    ),
    /** The zone the runs are told in: the schedule's own, else that of the first site. */
    timeZone: v.string(),
    /** The next five, each also as the clock on the wall there shows it: `2026-03-29 03:30`. */
    runs: v.array(v.object({ at: timestampSchema, local: v.string() })),
  }),
  v.metadata({ ref: "JobPreview" }),
);
export type JobPreview = v.InferOutput<typeof jobPreviewSchema>;

/** `GET /api/v1/jobs/{id}/runs`: newest first. */
export const jobRunQuerySchema = v.object({ limit: listQueryEntries.limit, cursor: listQueryEntries.cursor });
export type JobRunQuery = v.InferOutput<typeof jobRunQuerySchema>;

/** Runs, and the slots that were left out: by the cloud, or (`gatewayId`) by a gateway. */
export const jobRunsSchema = v.pipe(
  v.object({
    ...pageSchema(jobRunSchema).entries,
    skipped: v.array(
      v.object({
        slot: timestampSchema,
        /** So many that followed one another, from this one on. */
        slots: count,
        why: v.picklist(["missed", "overlap"]),
        gatewayId: v.nullable(idSchema),
        at: timestampSchema,
      }),
    ),
  }),
  v.metadata({ ref: "JobRuns" }),
);
export type JobRuns = v.InferOutput<typeof jobRunsSchema>;
