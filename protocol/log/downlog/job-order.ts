import * as v from "valibot";
import { idSchema } from "../../ids.ts";
import { positionSchema } from "../../jobs/job-terms.ts";

/** What waits of a job has another place in the queue now, and what its schedule makes will have it too. */
export const jobOrder = v.object({ kind: v.literal("job.order"), job: idSchema, position: positionSchema });
export type JobOrder = v.InferOutput<typeof jobOrder>;
