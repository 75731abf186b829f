import * as v from "valibot";
import { opensAt, type TimeWindow, timeWindowSchema } from "../jobs/time-window.ts";
import { timeZoneSchema } from "../sites/site.ts";

/** Hours in which a person wants to be left alone: every day, in their own time. */
export const quietHoursSchema = v.pipe(
  v.strictObject({ ...timeWindowSchema.entries, timeZone: timeZoneSchema }),
  v.check(({ from, to }) => from !== to, "must begin and end at different times"),
  v.metadata({ ref: "QuietHours" }),
);
export type QuietHours = v.InferOutput<typeof quietHoursSchema>;

/** What a notification does in somebody's quiet hours: waits for their end, is not sent there, or does not care. */
export const QUIET_POLICIES = ["defer", "drop", "ignore"] as const;
export type QuietPolicy = (typeof QUIET_POLICIES)[number];

/** `atMs` when nobody is disturbed then, else when the quiet hours end. */
export function quietUntil({ from, to, timeZone }: QuietHours, atMs: number): number {
  const awake: TimeWindow = { from: to, to: from };
  return opensAt(awake, timeZone, atMs);
}
