import * as v from "valibot";
import { idSchema } from "../../ids.ts";

/**
 * These are all schedules that are wanted here; others are removed. A new downlog says it before it says each of them anew:
 * the cloud came back from a backup, or this gateway did.
 */
export const scheduleOnly = v.object({
  kind: v.literal("schedule.only"),
  jobs: v.pipe(v.array(idSchema), v.maxLength(20_000)),
});
export type ScheduleOnly = v.InferOutput<typeof scheduleOnly>;
