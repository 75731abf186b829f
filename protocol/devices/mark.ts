import * as v from "valibot";
import { timestampSchema } from "../api/list.ts";
import { configLevelSchema } from "../config/layers.ts";
import { JOB_STATES } from "../jobs/job-machine.ts";
import { instantSchema } from "../telemetry/series.ts";

/** What was done to a device, for its charts: where a line bends, this is what people look for. */

/** More of a span are not given: the newest count. */
export const MARKS_MAX = 100;

/**
 * An execution that has begun, at its last step: running since, or ended at. Or a new version of a layer of the
 * configuration that is wanted of the device. The other of `job` and `layer` is null.
 */
export const markSchema = v.pipe(
  v.object({
    at: timestampSchema,
    job: v.nullable(
      v.object({
        id: v.string(),
        name: v.string(),
        execution: v.string(),
        state: v.picklist(JOB_STATES),
      }),
    ),
    layer: v.nullable(v.object({ level: configLevelSchema, version: v.number() })),
  }),
  v.metadata({ ref: "DeviceMark" }),
);
export type Mark = v.InferOutput<typeof markSchema>;

/** `GET /api/v1/devices/{id}/marks`. `from` absent: a week before `to`. `to` absent: now. */
export const markQuerySchema = v.strictObject({
  from: v.optional(instantSchema),
  to: v.optional(instantSchema),
});
export type MarkQuery = v.InferOutput<typeof markQuerySchema>;
