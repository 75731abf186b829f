import type { Execution } from "./execution.ts";

/** An execution as the table `job_execution` has it. */
export interface Row {
  id: string;
  job: string;
  kind: string;
  arguments: string;
  device: string | null;
  position: number;
  timeout_ms: number;
  retries: string;
  time_window: string | null;
  slot_ms: number;
  expires_ms: number;
  not_before_ms: number;
  begun_here: number;
  state: Execution["state"];
  attempt: number;
  since_ms: number;
  reason: string | null;
  output: string | null;
  memo: string | null;
  lines: number;
}

export function toRow(execution: Execution): Row {
  return {
    id: execution.id,
    job: execution.job,
    kind: execution.kind,
    arguments: JSON.stringify(execution.arguments),
    device: execution.device,
    position: execution.position,
    timeout_ms: execution.timeoutMs,
    retries: JSON.stringify(execution.retries),
    time_window: execution.window === null ? null : JSON.stringify(execution.window),
    slot_ms: execution.slotMs,
    expires_ms: execution.expiresMs,
    not_before_ms: execution.notBeforeMs,
    begun_here: execution.begunHere ? 1 : 0,
    state: execution.state,
    attempt: execution.attempt,
    since_ms: execution.sinceMs,
    reason: execution.reason,
    output: execution.output === undefined ? null : JSON.stringify(execution.output),
    memo: execution.memo === null ? null : JSON.stringify(execution.memo),
    lines: execution.lines,
  };
}

export function fromRow(row: Row): Execution {
  return {
    id: row.id,
    job: row.job,
    kind: row.kind,
    arguments: JSON.parse(row.arguments),
    device: row.device,
    position: row.position,
    timeoutMs: row.timeout_ms,
    retries: JSON.parse(row.retries),
    window: row.time_window === null ? null : JSON.parse(row.time_window),
    slotMs: row.slot_ms,
    expiresMs: row.expires_ms,
    notBeforeMs: row.not_before_ms,
    begunHere: row.begun_here === 1,
    state: row.state,
    attempt: row.attempt,
    sinceMs: row.since_ms,
    reason: row.reason,
    output: row.output === null ? undefined : JSON.parse(row.output),
    memo: row.memo === null ? null : JSON.parse(row.memo),
    lines: row.lines,
  };
}
