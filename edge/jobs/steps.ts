import type { Clock } from "../../protocol/clock.ts";
import { hasEnded, type JobEvent, next } from "../../protocol/jobs/job-machine.ts";
import { toEntry } from "../../protocol/log/kinds.ts";
import { JOB_OUTPUT_MAX_LENGTH } from "../../protocol/log/uplog/job-state.ts";
import type { EdgeDatabase } from "../database/database.ts";
import type { Uplog } from "../uplog/uplog.ts";
import type { Execution } from "./execution.ts";
import type { ExecutionStore } from "./store.ts";

const REASON_MAX_LENGTH = 1_000;

/** What a step may change beside the state. */
export interface StepChange {
  reason?: string | undefined;
  output?: unknown;
  attempt?: number;
  notBeforeMs?: number;
  memo?: Execution["memo"];
}

/** Every step of an execution: into the table and into the uplog, in one transaction. */
export class Steps {
  readonly #parts: { db: EdgeDatabase; uplog: Uplog; clock: Clock; store: ExecutionStore };

  constructor(parts: { db: EdgeDatabase; uplog: Uplog; clock: Clock; store: ExecutionStore }) {
    this.#parts = parts;
  }

  /**
   * Takes a step of an execution, given by its id or as it was read in this transaction, and tells of it. Null when it cannot be taken:
   * something else came first.
   */
  take(of: string | Execution, event: JobEvent, change: StepChange = {}): Execution | null {
    const { db, store, clock } = this.#parts;
    return db.transaction(() => {
      const before = typeof of === "string" ? store.get(of) : of;
      if (before === null) return null;
      const state = next(before.state, event);
      if (!state.ok) return null;
      const { output, isCut } = fitting(change.output ?? before.output);
      const execution: Execution = {
        ...before,
        state: state.value,
        sinceMs: clock.nowMs(),
        reason: change.reason?.slice(0, REASON_MAX_LENGTH) ?? null,
        output,
        attempt: change.attempt ?? before.attempt,
        notBeforeMs: change.notBeforeMs ?? before.notBeforeMs,
        memo: change.memo === undefined ? before.memo : change.memo,
      };
      store.update(execution);
      this.tell(execution);
      if (isCut) this.#tellCut(execution.id);
      return execution;
    });
  }

  /** Says what state it is in, said before or not. Within the caller's transaction. */
  tell(execution: Execution): void {
    const { uplog, clock } = this.#parts;
    const { id, state, attempt, sinceMs, reason, output } = execution;
    const event = {
      kind: "job.state",
      execution: id,
      ...{ state, attempt, atMs: sinceMs },
      ...(reason === null ? {} : { reason }),
      ...(output === undefined ? {} : { output }),
    } as const;
    // What comes of it mostly follows at once, and is what somebody waits for.
    uplog.append(toEntry(event, clock.nowMs()), { canWait: !hasEnded(state) });
  }

  /** Says that a schedule made it. */
  tellBegun({ id, job, device, slotMs, expiresMs }: Execution): void {
    const { uplog, clock } = this.#parts;
    const atMs = clock.nowMs();
    const of = device === null ? {} : { device };
    uplog.append(toEntry({ kind: "job.begun", execution: id, job, ...of, slotMs, expiresMs, atMs }, atMs));
  }

  #tellCut(execution: string): void {
    const { uplog, clock } = this.#parts;
    const atMs = clock.nowMs();
    const message = `the output was longer than ${JOB_OUTPUT_MAX_LENGTH} characters, and was cut`;
    uplog.append(toEntry({ kind: "job.log", execution, lines: [{ atMs, level: "warning", message }] }, atMs));
  }
}

/** Output that is too long becomes the beginning of its text. */
function fitting(output: unknown): { output: unknown; isCut: boolean } {
  if (output === undefined) return { output, isCut: false };
  const text = JSON.stringify(output) ?? "null";
  if (text.length <= JOB_OUTPUT_MAX_LENGTH) return { output, isCut: false };
  // A character may take two when it is quoted again.
  const beginning = (typeof output === "string" ? output : text).slice(0, JOB_OUTPUT_MAX_LENGTH / 2);
  return { output: beginning, isCut: true };
}
