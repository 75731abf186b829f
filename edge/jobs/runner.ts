import type { Logger } from "@logtape/logtape";
import type { Clock } from "../../protocol/clock.ts";
import { isJobKind, JOB_KINDS } from "../../protocol/jobs/job-kinds.ts";
import { retryDelayMs } from "../../protocol/jobs/job-terms.ts";
import { opensAt } from "../../protocol/jobs/time-window.ts";
import type { Random } from "../../protocol/random.ts";
import { HOUR, SECOND } from "../../protocol/units.ts";
import type { EdgeDatabase } from "../database/database.ts";
import type { Attempts } from "./attempts.ts";
import type { Execution } from "./execution.ts";
import type { Attempt, JobHandler, Outcome } from "./handler.ts";
import type { JobLines } from "./job-lines.ts";
import type { StepChange, Steps } from "./steps.ts";
import type { ExecutionStore } from "./store.ts";
import type { WaitingStore } from "./waiting-store.ts";

export interface JobLimits {
  /** Executions at the same time: of the gateway, and on one device or on the gateway itself. */
  running: number;
  runningPerTarget: number;
  /** When more than so many wait (`MANY_WAIT`), those that cannot begin yet are put aside. */
  manyWait?: number;
}

export interface RunnerParts {
  db: EdgeDatabase;
  clock: Clock;
  random: Random;
  log: Logger;
  store: ExecutionStore;
  waiting: WaitingStore;
  steps: Steps;
  lines: JobLines;
  attempts: Attempts;
  handlers: ReadonlyMap<string, JobHandler>;
  limits: JobLimits;
  /** What ended is known so long, ms. */
  keepMs: number;
  /** Whether a device would get a command that is published now. */
  hears(device: string): boolean;
  /** An execution has ended. After the commit. */
  ended(job: string): void;
}

/** Expired ones are looked for so many at a time. */
const EXPIRE_AT_ONCE = 500;
/** The clock may be set, so nothing is waited for longer than this. */
const LOOK_AT_LEAST_MS = 10 * SECOND;
/** A device that is connected and does not listen is asked again so much later, unless it subscribes before. */
const ASK_AGAIN_MS = 15 * SECOND;
/** So many are looked at each time nearly as quickly as none. */
const MANY_WAIT = 100;
/** Of more that wait, those that cannot begin yet are put aside: so many at a time (some ms), and so often at most. */
const PUT_ASIDE_AT_ONCE = 1_000;
const PUT_ASIDE_EVERY_MS = 100;
/** What has been known for long enough is forgotten so many at a time, and looked for so often. */
const FORGET_AT_ONCE = 1_000;
const FORGET_EVERY_MS = HOUR;

/** Begins what may begin, in its order, and brings each attempt to its end. */
export class Runner {
  readonly #parts: RunnerParts;
  readonly #offlineKinds: string[];
  #cancelLook = (): void => undefined;
  #cancelForgetting = (): void => undefined;
  #putAsideMs = Number.NEGATIVE_INFINITY;
  #onlineMs = Number.NEGATIVE_INFINITY;
  #isAwake = false;
  #isPoked = false;
  readonly #lookNow = (): void => {
    if (this.#isAwake) this.#look();
  };

  constructor(parts: RunnerParts) {
    this.#parts = parts;
    this.#offlineKinds = [...parts.handlers]
      .filter(([, handler]) => !handler.needsDevice)
      .map(([kind]) => kind);
  }

  /** What was running when the gateway went down is resolved, from what is stored alone. */
  start(): void {
    const { store, db } = this.#parts;
    this.#forget();
    for (const execution of store.running()) db.transaction(() => this.#recover(execution));
    this.#isAwake = true;
    this.poke();
  }

  /** What runs goes on in what it has begun elsewhere, and is resolved at the next start. */
  stop(): void {
    this.#isAwake = false;
    this.#cancelLook();
    this.#cancelForgetting();
    this.#parts.attempts.endAll();
  }

  /** A piece now, and what there is more of soon. */
  #forget(): void {
    const { store, clock, keepMs } = this.#parts;
    const some = store.forgetBefore(clock.nowMs() - keepMs, FORGET_AT_ONCE);
    const againMs = some < FORGET_AT_ONCE ? FORGET_EVERY_MS : SECOND;
    this.#cancelForgetting = clock.after(againMs, () => this.#forget());
  }

  /**
   * Something may begin. When what makes it so is being written, that it begins is written in the same commit: on the way of
   * a command to its device each is a wait for the disk. Else it is looked for as soon as what is under way has returned.
   */
  poke(): void {
    if (!this.#isAwake || this.#parts.db.beforeCommit(this.#lookNow) || this.#isPoked) return;
    this.#isPoked = true;
    queueMicrotask(() => {
      this.#isPoked = false;
      this.#lookNow();
    });
  }

  /** How an attempt went. Of what is not running any more, nothing. */
  finish(id: string, attempt: number, outcome: Outcome): void {
    const { db, store } = this.#parts;
    db.transaction(() => {
      const execution = store.get(id);
      if (execution?.state === "running" && execution.attempt === attempt) this.finished(execution, outcome);
    });
  }

  /** How the attempt went that is running, as it was read in the transaction under way. */
  finished(execution: Execution, outcome: Outcome): void {
    const { steps, random, clock } = this.#parts;
    if (outcome.ok) {
      this.#end(execution, "succeed", { output: outcome.output });
      if (outcome.verified === true) steps.take(execution.id, "verify");
      return;
    }
    const { reason } = outcome;
    const isFinal = outcome.final === true;
    const delayMs = isFinal ? null : retryDelayMs(execution.retries, execution.attempt, random);
    if (delayMs === null) this.#end(execution, "fail", { reason });
    else this.#end(execution, "retry", { reason, notBeforeMs: clock.nowMs() + delayMs });
  }

  /** Ends what waits or runs, because somebody wants that. */
  cancel(id: string): void {
    this.#end(id, "cancel", { reason: "cancelled" });
  }

  #end(of: string | Execution, event: Parameters<Steps["take"]>[1], change: StepChange): void {
    const { db, steps, attempts, ended } = this.#parts;
    db.transaction(() => {
      const execution = steps.take(of, event, change);
      if (execution === null) return;
      this.poke();
      db.whenDurable(() => {
        attempts.end(execution.id);
        if (event !== "retry") ended(execution.job);
      });
    });
  }

  #recover(execution: Execution): void {
    const { id, kind, attempt, reason } = execution;
    const { handlers, clock } = this.#parts;
    const isRepeatable = isJobKind(kind) && JOB_KINDS[kind].atLeastOnce;
    const became = handlers.get(kind)?.recover?.(execution) ?? (isRepeatable ? "again" : "unknown");
    if (became === "unknown") {
      const why = "the gateway went down while it ran; what came of it is not known";
      this.#end(id, "interrupt", { reason: why });
    } else if (became === "again") {
      this.#end(id, "retry", { reason: reason ?? undefined, notBeforeMs: clock.nowMs() });
    } else if (became === "waits") {
      const leftMs = execution.sinceMs + execution.timeoutMs - clock.nowMs();
      this.#parts.attempts.begin(execution, Math.max(0, leftMs), () => this.#timeOut(id, attempt));
    } else {
      this.finish(id, attempt, became);
    }
  }

  #look(): void {
    const { db, store, waiting, clock, limits } = this.#parts;
    this.#cancelLook();
    if (clock.monotonicMs() >= this.#onlineMs + LOOK_AT_LEAST_MS) {
      this.#onlineMs = clock.monotonicMs();
      db.transaction(() => waiting.takeUpOnline());
    }
    let found = waiting.look(clock.nowMs());
    if (found.dueMs <= clock.nowMs()) {
      db.transaction(() => waiting.takeUp(clock.nowMs()));
      this.#expire();
      found = waiting.look(clock.nowMs());
    }
    // Most often nothing waits, or one that begins: then nothing more is asked of the database.
    let left = found.count;
    const next = (): Execution | null =>
      left > 0 && store.runningCount() < limits.running
        ? waiting.nextReady(clock.nowMs(), this.#offlineKinds, limits.runningPerTarget)
        : null;
    let ready = next();
    if (ready !== null)
      db.transaction(() => {
        for (; ready !== null; ready = next()) if (this.#begin(ready)) left -= 1;
      });
    if (left > (limits.manyWait ?? MANY_WAIT)) this.#putAside();
    const dueMs = left === 0 ? found.asideDueMs : waiting.look(clock.nowMs()).dueMs;
    const waitMs = Math.min(Math.max(1, dueMs - clock.nowMs()), LOOK_AT_LEAST_MS);
    this.#cancelLook = clock.after(waitMs, () => this.poke());
  }

  #putAside(): void {
    const { db, waiting, clock } = this.#parts;
    if (clock.monotonicMs() < this.#putAsideMs + PUT_ASIDE_EVERY_MS) return;
    this.#putAsideMs = clock.monotonicMs();
    db.transaction(() => waiting.putAside(clock.nowMs(), this.#offlineKinds, PUT_ASIDE_AT_ONCE));
  }

  #expire(): void {
    const { db, waiting, clock } = this.#parts;
    const late = waiting.expired(clock.nowMs(), EXPIRE_AT_ONCE);
    if (late.length === 0) return;
    db.transaction(() => {
      for (const { id, attempt, reason } of late) {
        if (attempt > 0) this.#end(id, "fail", { reason: reason ?? undefined });
        else this.#end(id, "expire", { reason: "it could not begin in time" });
      }
    });
  }

  /** Whether it waits no longer. */
  #begin(execution: Execution): boolean {
    const { kind, device, window } = execution;
    const { db, clock, steps, handlers, store, hears } = this.#parts;
    const nowMs = clock.nowMs();
    const handler = handlers.get(kind);
    if (handler === undefined) {
      this.#end(execution, "fail", { reason: `this gateway knows no jobs of the kind ${kind}; update it` });
      return true;
    }
    const openMs = window === null ? nowMs : opensAt(window.hours, window.timeZone, nowMs);
    const isDeaf = device !== null && handler.needsDevice && !hears(device);
    if (openMs > nowMs || isDeaf) {
      store.update({ ...execution, notBeforeMs: Math.max(openMs, isDeaf ? nowMs + ASK_AGAIN_MS : 0) });
      return false;
    }
    const attempt = execution.attempt + 1;
    const memo = handler.intent?.(execution, attempt);
    const running = steps.take(execution, "start", { attempt, ...(memo === undefined ? {} : { memo }) });
    if (running === null) return false;
    const deadlineMs = nowMs + execution.timeoutMs;
    const queued = handler.queue?.(running, deadlineMs) ?? null;
    db.whenDurable(() => this.#run(running, handler, deadlineMs, queued));
    return true;
  }

  #run(
    execution: Execution,
    handler: JobHandler,
    deadlineMs: number,
    queued: (() => Promise<void>) | null,
  ): void {
    // Stopped while the disk took it: it is resolved at the next start.
    if (!this.#isAwake) return;
    const { id, attempt, timeoutMs } = execution;
    const { attempts, lines, log, db, store } = this.#parts;
    const signal = attempts.begin(execution, timeoutMs, () => this.#timeOut(id, attempt));
    const isOver = (): boolean => signal.aborted;
    const attempted: Attempt = {
      ...{ execution, signal, deadlineMs },
      send: async () => queued?.(),
      progress: (said) => attempts.progress(id, { ...said }),
      log: (level, message) => isOver() || lines.write(id, level, message),
      note: (memo) => {
        db.transaction(() => {
          const now = store.get(id);
          if (now?.state === "running" && now.attempt === attempt) store.update({ ...now, memo });
        });
      },
    };
    // What has begun is committed: a handler that throws at once must not look like a commit that failed.
    Promise.try(() => handler.begin(attempted)).then(
      (outcome) => {
        if (outcome !== null && !isOver()) this.finish(id, attempt, outcome);
      },
      (error: unknown) => {
        if (isOver()) return;
        log.warn("an execution failed", { execution: id, kind: execution.kind, error });
        this.finish(id, attempt, {
          ok: false,
          reason: error instanceof Error ? error.message : String(error),
        });
      },
    );
  }

  #timeOut(id: string, attempt: number): void {
    const { db, store, random, clock } = this.#parts;
    db.transaction(() => {
      const execution = store.get(id);
      if (execution?.state !== "running" || execution.attempt !== attempt) return;
      const why = this.#parts.handlers.get(execution.kind)?.lateBecause?.(execution);
      const late = `it took longer than ${execution.timeoutMs / SECOND} s`;
      const reason = why === undefined ? late : `${late}: ${why}`;
      const delayMs = retryDelayMs(execution.retries, attempt, random);
      if (delayMs === null) this.#end(id, "time-out", { reason });
      else this.#end(id, "retry", { reason, notBeforeMs: clock.nowMs() + delayMs });
    });
  }
}
