import type { Generated } from "kysely";

/** The tables of `cloud/jobs`. Times are ms since 1970. */
export interface JobTables {
  job: JobTable;
  job_run: JobRunTable;
  job_count: JobCountTable;
  job_execution: JobExecutionTable;
  job_transition: JobTransitionTable;
  job_log_line: JobLogLineTable;
  job_schedule: JobScheduleTable;
  job_skip: JobSkipTable;
}

export interface JobTable {
  id: string;
  organization_id: string;
  name: string;
  kind: string;
  /** What was asked for, as JSON: see `JobSpec`. */
  spec: string;
  place: string;
  /** Zone its runs are told in. */
  time_zone: string;
  /** Place in the queue, lower first. */
  position: number;
  status: string;
  /** When it comes due next; null when it will not. */
  next_ms: number | null;
  created_ms: number;
  created_by: string;
  created_name: string;
  updated_ms: number;
  cancelled_ms: number | null;
  /** The firmware it brings to devices. */
  firmware_id: string | null;
}

/** One time a job is run. Of a job each slot is there once. */
export interface JobRunTable {
  job_id: string;
  slot_ms: number;
  organization_id: string;
  state: string;
  reason: string | null;
  /** Executions so far, those that others took the place of left out. */
  total: number;
  /** Of those, how many are held back. */
  waiting: number;
  /** 1 when all targets have been looked up. */
  fanned: number;
  /** The last target that was. */
  fanned_to: string;
  forgiven_ended: number;
  forgiven_failed: number;
  /** Failures up to here are being tried again; null when none are. */
  retry_ms: number | null;
  started_ms: number;
  ended_ms: number | null;
}

/** How many executions of a run are in a state, those that others took the place of left out. */
export interface JobCountTable {
  job_id: string;
  slot_ms: number;
  state: string;
  executions: number;
}

export interface JobExecutionTable {
  id: string;
  job_id: string;
  slot_ms: number;
  organization_id: string;
  round: number;
  /** Place in its run, from 0. */
  ordinal: number;
  /** Null when it is on the gateway itself. */
  device_id: string | null;
  device_key: string | null;
  target_name: string;
  /** 1: on a simulated device. */
  simulated: number;
  gateway_id: string;
  site_id: string;
  state: string;
  since_ms: number;
  heard_ms: number;
  attempt: number;
  percent: number | null;
  message: string | null;
  reason: string | null;
  /** JSON. */
  output: string | null;
  /** Seq of its entry in the downlog, and when that was written; null while it is held back, or began at the gateway. */
  sent_seq: number | null;
  sent_ms: number | null;
  cancel_ms: number | null;
  expires_ms: number;
  created_ms: number;
  retried_by: string | null;
}

export interface JobTransitionTable {
  execution_id: string;
  /** Grows with the steps of the execution. */
  id: number;
  from_state: string | null;
  to_state: string;
  at_ms: number;
  heard_ms: number;
  by: string;
  reason: string | null;
}

export interface JobLogLineTable {
  id: Generated<number>;
  job_id: string;
  execution_id: string;
  at_ms: number;
  level: string;
  message: string;
}

/** The schedules that gateways have been given, each with a digest of what it says. */
export interface JobScheduleTable {
  job_id: string;
  gateway_id: string;
  digest: string;
}

/** Slots that were left out. `gateway_id` null: by the cloud. */
export interface JobSkipTable {
  id: Generated<number>;
  job_id: string;
  gateway_id: string | null;
  slot_ms: number;
  slots: number;
  why: string;
  at_ms: number;
}
