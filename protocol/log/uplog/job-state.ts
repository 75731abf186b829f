import * as v from "valibot";
import { idSchema } from "../../ids.ts";
import { JOB_STATES } from "../../jobs/job-machine.ts";
import { timeMsSchema } from "../../telemetry/reading.ts";

/** What an execution puts out, as JSON text, at most. Longer is cut by the gateway, and said in a log line. */
export const JOB_OUTPUT_MAX_LENGTH = 65_536;

/** An execution is in another state now, or is said to be in the same once more. Written in the transaction that makes it so. */
export const jobState = v.object({
  kind: v.literal("job.state"),
  execution: idSchema,
  state: v.picklist(JOB_STATES),
  /** Attempts begun. */
  attempt: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  /** Since when, by the gateway's clock. */
  atMs: timeMsSchema,
  /** Why, for an operator: "the device answered: no space left", "the gateway restarted in the middle". */
  reason: v.optional(v.pipe(v.string(), v.maxLength(1_000))),
  /** What came of it. */
  output: v.optional(v.unknown()),
});
export type JobStateSaid = v.InferOutput<typeof jobState>;
