import * as v from "valibot";
import { timestampSchema } from "../api/list.ts";
import { timeZoneSchema } from "../sites/site.ts";

/** When a job is run. */

export const CRON_MAX_LENGTH = 120;

/** Five fields, or six with seconds in front; also `@daily` and its like. Whether it ever fires is for who has a calendar. */
export const cronSchema = v.pipe(
  v.string("must be a text"),
  v.trim(),
  v.minLength(1, "must be a schedule such as 30 4 * * 1-5"),
  v.maxLength(CRON_MAX_LENGTH, `must have at most ${CRON_MAX_LENGTH} characters`),
  v.regex(
    /^(@(yearly|annually|monthly|weekly|daily|hourly)|\S+(\s+\S+){4,5})$/i,
    "must be five fields: minute, hour, day of the month, month, day of the week",
  ),
);

export const jobTimingSchema = v.pipe(
  v.variant("kind", [
    v.strictObject({ kind: v.literal("now") }),
    v.strictObject({ kind: v.literal("at"), at: timestampSchema }),
    v.strictObject({
      kind: v.literal("cron"),
      cron: cronSchema,
      /** Absent: in the time of each site where it is run by the sites, in UTC where it is run by the cloud. */
      timeZone: v.optional(timeZoneSchema),
    }),
  ]),
  v.metadata({ ref: "JobTiming" }),
);
export type JobTiming = v.InferOutput<typeof jobTimingSchema>;

/**
 * Who begins what comes due. `site`: each gateway by itself, whether or not the cloud can be reached. `cloud`: the cloud,
 * which alone can spread a run over sites in stages.
 */
export const JOB_PLACES = ["site", "cloud"] as const;
export type JobPlace = (typeof JOB_PLACES)[number];
