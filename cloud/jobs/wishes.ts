import type { JobExecute } from "../../protocol/log/downlog/job-execute.ts";
import { SCHEDULE_DEVICES_MAX, type ScheduleSet } from "../../protocol/log/downlog/schedule-set.ts";
import type { ExecutionRow } from "./executions.ts";
import type { KnownJob } from "./spec.ts";

/** What gateways are told of a job, as entries of their downlogs. */

function workOf({ row, spec, kind }: KnownJob, timeZone: string) {
  return {
    job: row.id,
    jobKind: kind,
    arguments: spec.arguments,
    position: row.position,
    timeoutMs: spec.timeoutMs,
    retries: spec.retries,
    ...(spec.window === undefined ? {} : { window: { hours: spec.window, timeZone } }),
  };
}

/** `timeZone` is that of the site. */
export function executeWish(
  job: KnownJob,
  execution: Pick<ExecutionRow, "id" | "device_key" | "slot_ms" | "expires_ms">,
  timeZone: string,
): JobExecute {
  return {
    kind: "job.execute",
    execution: execution.id,
    ...workOf(job, timeZone),
    ...(execution.device_key === null ? {} : { device: execution.device_key }),
    slotMs: execution.slot_ms,
    expiresMs: execution.expires_ms,
  };
}

/** Null when it is for nothing at that gateway, or does not come due by a schedule. */
export function scheduleWish(
  job: KnownJob,
  keys: readonly string[] | null,
  timeZone: string,
): ScheduleSet | null {
  const { row, spec } = job;
  const { timing } = spec;
  if (timing.kind === "now" || keys?.length === 0) return null;
  return {
    kind: "schedule.set",
    ...workOf(job, timeZone),
    ...(keys === null ? {} : { devices: keys.slice(0, SCHEDULE_DEVICES_MAX) }),
    timing:
      timing.kind === "at"
        ? { kind: "at", atMs: Date.parse(timing.at) }
        : { kind: "cron", cron: timing.cron, timeZone: timing.timeZone ?? timeZone },
    fromMs: row.created_ms,
    missed: spec.missed,
    overlap: spec.overlap,
    expiresAfterMs: spec.expiresAfterMs,
  };
}
