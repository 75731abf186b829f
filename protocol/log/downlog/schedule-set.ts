import * as v from "valibot";
import { deviceKeySchema } from "../../ids.ts";
import { expiresAfterMsSchema, missedSchema, overlapSchema } from "../../jobs/job-terms.ts";
import { cronSchema } from "../../jobs/job-timing.ts";
import { timeZoneSchema } from "../../sites/site.ts";
import { timeMsSchema } from "../../telemetry/reading.ts";
import { jobWorkEntries } from "./job-execute.ts";

/** Devices a schedule is for at one gateway, at most. */
export const SCHEDULE_DEVICES_MAX = 10_000;

/**
 * The gateway runs this by itself when it comes due, whether or not the cloud can be reached. One job has one schedule
 * at a gateway; a later entry takes the place of an earlier one, and what had come due by then stays as it was.
 * Of each slot there is one execution a device (or one for the gateway), told by `job.begun`.
 */
export const scheduleSet = v.object({
  kind: v.literal("schedule.set"),
  ...jobWorkEntries,
  /** On these devices; absent: on the gateway itself. */
  devices: v.optional(v.pipe(v.array(deviceKeySchema), v.minLength(1), v.maxLength(SCHEDULE_DEVICES_MAX))),
  timing: v.variant("kind", [
    v.object({ kind: v.literal("at"), atMs: timeMsSchema }),
    v.object({ kind: v.literal("cron"), cron: cronSchema, timeZone: timeZoneSchema }),
  ]),
  /** Slots before this are none of its. */
  fromMs: timeMsSchema,
  missed: missedSchema,
  overlap: overlapSchema,
  /** How long after its slot an execution may still begin. */
  expiresAfterMs: expiresAfterMsSchema,
});
export type ScheduleSet = v.InferOutput<typeof scheduleSet>;
