import * as v from "valibot";
import { idSchema } from "../../ids.ts";
import { timeMsSchema } from "../../telemetry/reading.ts";

/** How far a running execution is. At most one a second of each; the newest counts. */
export const jobProgress = v.object({
  kind: v.literal("job.progress"),
  execution: idSchema,
  percent: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(100))),
  message: v.optional(v.pipe(v.string(), v.maxLength(500))),
  atMs: timeMsSchema,
});
export type JobProgress = v.InferOutput<typeof jobProgress>;
