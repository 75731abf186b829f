import * as v from "valibot";
import { idSchema } from "../../ids.ts";

/** A job's schedule ends here. What it has begun goes on; `job.cancel` ends that. */
export const scheduleRemove = v.object({ kind: v.literal("schedule.remove"), job: idSchema });
export type ScheduleRemove = v.InferOutput<typeof scheduleRemove>;
