import * as v from "valibot";
import { deviceKeySchema, idSchema } from "../../ids.ts";
import { timeMsSchema } from "../../telemetry/reading.ts";

/** A schedule came due and the gateway made an execution of it. Its states follow as `job.state`, `delivered` first. */
export const jobBegun = v.object({
  kind: v.literal("job.begun"),
  execution: idSchema,
  job: idSchema,
  /** Absent: on the gateway itself. */
  device: v.optional(deviceKeySchema),
  slotMs: timeMsSchema,
  /** Not begun by then, it is expired. */
  expiresMs: timeMsSchema,
  atMs: timeMsSchema,
});
export type JobBegun = v.InferOutput<typeof jobBegun>;
