import { toTimestamp } from "../../protocol/api/list.ts";
import { provenanceOf } from "../../protocol/devices/provenance.ts";
import type { Job, JobCounts, JobRun } from "../../protocol/jobs/job.ts";
import type { JobExecution } from "../../protocol/jobs/job-execution.ts";
import type { JobKind } from "../../protocol/jobs/job-kinds.ts";
import { JOB_STATES, type JobState } from "../../protocol/jobs/job-machine.ts";
import type { JobStatus, RunState } from "../../protocol/jobs/run-states.ts";
import type { ExecutionRow, RunRow } from "./executions.ts";
import { nextSlot } from "./slots.ts";
import { type JobRow, type JobSpec, known, priorityOf } from "./spec.ts";

/** Rows as people see them. */

const at = (ms: number | null) => (ms === null ? null : toTimestamp(ms));

export function toRun(run: RunRow, counts: ReadonlyMap<string, number>): JobRun {
  return {
    slot: toTimestamp(run.slot_ms),
    state: run.state as RunState,
    reason: run.reason,
    total: run.total,
    released: run.total - run.waiting,
    counts: Object.fromEntries(JOB_STATES.map((state) => [state, counts.get(state) ?? 0])) as JobCounts,
    startedAt: toTimestamp(run.started_ms),
    endedAt: at(run.ended_ms),
  };
}

export function toJob(row: JobRow, run: JobRun | null, nowMs: number): Job {
  const { spec, kind } = known(row);
  return {
    id: row.id,
    name: row.name,
    kind,
    arguments: spec.arguments,
    targets: spec.targets,
    timing: spec.timing,
    window: spec.window ?? null,
    rollout: spec.rollout,
    place: row.place as "site" | "cloud",
    timeoutMs: spec.timeoutMs,
    retries: spec.retries,
    priority: priorityOf(row.position),
    missed: spec.missed,
    overlap: spec.overlap,
    expiresAfterMs: spec.expiresAfterMs,
    status: row.status as JobStatus,
    nextRunAt: at(comesDue(row, spec, nowMs)),
    run,
    createdAt: toTimestamp(row.created_ms),
    createdBy: { id: row.created_by, name: row.created_name },
    updatedAt: toTimestamp(row.updated_ms),
  };
}

/** When it comes due next: as the cloud keeps it, or as the gateways' own schedules will. */
function comesDue(row: JobRow, { timing }: JobSpec, nowMs: number): number | null {
  if (row.cancelled_ms !== null) return null;
  if (row.place === "cloud" || timing.kind === "now") return row.next_ms;
  if (timing.kind === "cron") return nextSlot(timing.cron, timing.timeZone ?? row.time_zone, nowMs);
  const atMs = Date.parse(timing.at);
  return atMs > nowMs ? atMs : null;
}

export type ShownExecution = ExecutionRow & { job_name: string; kind: string; site_name: string };

export function toExecution(row: ShownExecution, isConnected: (gatewayId: string) => boolean): JobExecution {
  return {
    id: row.id,
    jobId: row.job_id,
    jobName: row.job_name,
    kind: row.kind as JobKind,
    slot: toTimestamp(row.slot_ms),
    round: row.round,
    target: {
      ...(row.device_key === null
        ? { kind: "gateway", id: row.gateway_id }
        : { kind: "device", id: row.device_id ?? row.gateway_id }),
      name: row.target_name,
      provenance: provenanceOf(row.simulated === 1),
    },
    siteId: row.site_id,
    siteName: row.site_name,
    gatewayId: row.gateway_id,
    gatewayConnected: isConnected(row.gateway_id),
    state: row.state as JobState,
    since: toTimestamp(row.since_ms),
    heardAt: toTimestamp(row.heard_ms),
    attempt: row.attempt,
    percent: row.percent,
    message: row.message,
    reason: row.reason,
    output: row.output === null ? null : (JSON.parse(row.output) as unknown),
    sentAt: at(row.sent_ms),
    cancelRequestedAt: at(row.cancel_ms),
    expiresAt: toTimestamp(row.expires_ms),
    createdAt: toTimestamp(row.created_ms),
    retriedBy: row.retried_by,
  };
}
