import * as v from "valibot";
import { type BackoffPolicy, backoffDelayMs } from "../backoff.ts";
import type { Random } from "../random.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../units.ts";
import { JOB_TIMEOUT_MAX_MS } from "./job-kinds.ts";

/** The terms on which executions are run: how long, how often, in which order. */

/** The bounds with the names under which people know them. */
const milliseconds = (
  least: readonly [ms: number, name: string],
  most: readonly [ms: number, name: string],
) =>
  v.pipe(
    v.number("must be a number of milliseconds"),
    v.integer("must be a whole number of milliseconds"),
    v.minValue(least[0], `must be at least ${least[1]}`),
    v.maxValue(most[0], `must be at most ${most[1]}`),
  );

/** How long one attempt may take, ms. */
export const timeoutMsSchema = milliseconds([SECOND, "a second"], [JOB_TIMEOUT_MAX_MS, "a day"]);

/** How many attempts follow one that failed, and how long to wait before: doubling from `firstMs` up to `maxMs`. */
export const retriesSchema = v.pipe(
  v.strictObject({
    max: v.pipe(
      v.number("must be a number"),
      v.integer("must be a whole number"),
      v.minValue(0, "must be at least 0"),
      v.maxValue(20, "must be at most 20"),
    ),
    firstMs: v.optional(milliseconds([SECOND, "a second"], [HOUR, "an hour"]), 10 * SECOND),
    maxMs: v.optional(milliseconds([SECOND, "a second"], [DAY, "a day"]), 10 * MINUTE),
  }),
  v.metadata({ ref: "JobRetries" }),
);
export type Retries = v.InferOutput<typeof retriesSchema>;

/** How long to wait after the failure of attempt number `attempt` (1 is the first); null when it was the last. */
export function retryDelayMs(retries: Retries, attempt: number, random: Random): number | null {
  if (attempt > retries.max) return null;
  const policy: BackoffPolicy = { firstMs: retries.firstMs, maxMs: Math.max(retries.firstMs, retries.maxMs) };
  return backoffDelayMs(policy, attempt - 1, random);
}

/** 9 before 1. */
export const prioritySchema = v.pipe(
  v.number("must be a number"),
  v.integer("must be a whole number"),
  v.minValue(1, "must be from 1 to 9"),
  v.maxValue(9, "must be from 1 to 9"),
);
export const PRIORITY_DEFAULT = 5;

/** Place among all that waits, lower first. */
export const positionSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** What came due while nobody could run it: never mind, run it once, or as often as it came due. */
export const MISSED_POLICIES = ["skip", "once", "all"] as const;
export const missedSchema = v.picklist(MISSED_POLICIES, "must be skip, once or all");
export type MissedPolicy = (typeof MISSED_POLICIES)[number];
/** Of `all`, as many at most, the newest. */
export const MISSED_ALL_MAX = 100;

/** What comes due while the run before has not ended: leave it out, or run it after that. */
export const OVERLAP_POLICIES = ["skip", "queue"] as const;
export const overlapSchema = v.picklist(OVERLAP_POLICIES, "must be skip or queue");
export type OverlapPolicy = (typeof OVERLAP_POLICIES)[number];

/** How long after it was due an execution may begin, ms. */
export const expiresAfterMsSchema = milliseconds([MINUTE, "a minute"], [90 * DAY, "90 days"]);
export const EXPIRES_AFTER_DEFAULT_MS = 7 * DAY;
