import * as v from "valibot";
import { idSchema } from "../../ids.ts";
import { LOG_LINES_MAX, logLineSchema } from "../../jobs/job-log.ts";

/**
 * Lines an execution wrote, in their order. In the urgent lane although they are many, because they belong between its states,
 * and because what waits in the bulk lane is thinned when the disk is full, which only telemetry can be.
 */
export const jobLog = v.object({
  kind: v.literal("job.log"),
  execution: idSchema,
  lines: v.pipe(v.array(logLineSchema), v.minLength(1), v.maxLength(LOG_LINES_MAX)),
});
export type JobLog = v.InferOutput<typeof jobLog>;
