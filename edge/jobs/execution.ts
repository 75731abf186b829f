import type { JobState } from "../../protocol/jobs/job-machine.ts";
import type { Retries } from "../../protocol/jobs/job-terms.ts";
import type { TimeWindow } from "../../protocol/jobs/time-window.ts";

/** A job on one target, as this gateway knows it. Times in ms since 1970. */
export interface Execution {
  id: string;
  job: string;
  /** Of `protocol/jobs/job-kinds.ts`, or one that this version does not know. */
  kind: string;
  arguments: Record<string, unknown>;
  /** Null: the gateway itself. */
  device: string | null;
  position: number;
  timeoutMs: number;
  retries: Retries;
  window: { hours: TimeWindow; timeZone: string } | null;
  slotMs: number;
  expiresMs: number;
  /** Not begun before: its window is closed, or the attempt before failed. */
  notBeforeMs: number;
  /** A schedule of this gateway made it. */
  begunHere: boolean;
  state: JobState;
  /** Attempts begun. */
  attempt: number;
  sinceMs: number;
  reason: string | null;
  output: unknown;
  /** What its kind has to know again after a crash. */
  memo: Record<string, unknown> | null;
  /** Lines of its log that were kept. */
  lines: number;
}
