import type { Selectable } from "kysely";
import type { JobInput } from "../../protocol/jobs/job.ts";
import { JOB_KINDS, type JobKind } from "../../protocol/jobs/job-kinds.ts";
import { meansGateways } from "../../protocol/jobs/job-targets.ts";
import type { JobTable } from "../database/job-tables.ts";

/** What was asked for, with nothing left open; at rest as JSON in `job.spec`. */
export type JobSpec = Pick<
  JobInput,
  "targets" | "timing" | "window" | "rollout" | "retries" | "missed" | "overlap" | "expiresAfterMs"
> & { arguments: Record<string, unknown>; timeoutMs: number };

export type JobRow = Selectable<JobTable>;

/** A job as the parts of this folder work with it. */
export interface KnownJob {
  row: JobRow;
  spec: JobSpec;
  kind: JobKind;
  /** Whether it is run on gateways themselves. */
  onGateways: boolean;
}

export function known(row: JobRow): KnownJob {
  const spec = JSON.parse(row.spec) as JobSpec;
  const kind = row.kind as JobKind;
  return { row, spec, kind, onGateways: meansGateways(JOB_KINDS[kind].subject, spec.targets) };
}

/** Of the queue's order: priority first, then who came first. Below 2^53 until the year 2286. */
const PER_PRIORITY = 10_000_000_000_000;
export function positionOf(priority: number, createdMs: number): number {
  return (9 - priority) * PER_PRIORITY + createdMs;
}
export function priorityOf(position: number): number {
  return 9 - Math.floor(position / PER_PRIORITY);
}
