import * as v from "valibot";
import { idSchema } from "../../ids.ts";

/**
 * What there is of a job by now is to end, or one execution of it; also one that runs. What has ended stays as it is, and what the
 * gateway does not know it steps over. Each that ends by this says `job.state`, `cancelled`.
 */
export const jobCancel = v.object({
  kind: v.literal("job.cancel"),
  job: idSchema,
  /** Absent: all of the job. */
  execution: v.optional(idSchema),
});
export type JobCancel = v.InferOutput<typeof jobCancel>;
