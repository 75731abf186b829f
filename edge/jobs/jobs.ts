import type { Logger } from "@logtape/logtape";
import type { Clock } from "../../protocol/clock.ts";
import type { Attributes } from "../../protocol/devices/attributes.ts";
import { assertNever } from "../../protocol/errors.ts";
import type { FirmwareWant } from "../../protocol/firmware/transfer.ts";
import type { CommandAnswer } from "../../protocol/jobs/device-command.ts";
import { canRunOn, isJobKind, sentSchema } from "../../protocol/jobs/job-kinds.ts";
import type { JobExecute } from "../../protocol/log/downlog/job-execute.ts";
import type { JobWish } from "../../protocol/log/kinds.ts";
import type { Random } from "../../protocol/random.ts";
import { filterMatches } from "../../protocol/topics/filter.ts";
import { formatTopic } from "../../protocol/topics/topics.ts";
import { DAY } from "../../protocol/units.ts";
import { check } from "../../protocol/validate.ts";
import type { EdgeDatabase } from "../database/database.ts";
import type { Uplog } from "../uplog/uplog.ts";
import { Attempts } from "./attempts.ts";
import type { Execution } from "./execution.ts";
import type { JobHandler } from "./handler.ts";
import { JobLines } from "./job-lines.ts";
import { type JobLimits, Runner } from "./runner.ts";
import { Steps } from "./steps.ts";
import { ExecutionStore } from "./store.ts";
import { WaitingStore } from "./waiting-store.ts";

export type { Execution } from "./execution.ts";
export type { Attempt, JobHandler, Outcome } from "./handler.ts";
export { createHandlers, type HandlerParts } from "./handlers.ts";

/**
 * Executions of jobs at this gateway: what the cloud wants done, and what schedules here begin.
 *
 * Promises: that an execution has come, that an attempt begins and what came of it are each on disk with the entry that
 * tells of it, before anything else happens; what is asked for twice is begun once; a restart in the middle is resolved
 * on start, from what is stored; everything goes on while the cloud cannot be reached. It never decides what is worth
 * doing, and it knows of no kind of job more than its handler.
 */
export interface Jobs {
  /** Resolves what was running, and begins what waits. Call it when the broker runs. */
  start(): void;
  stop(): void;
  /** Takes in what is wanted, inside the transaction that moves the downlog's cursor. */
  apply(wish: Extract<JobWish, { kind: `job.${string}` }>): void;
  /** A schedule has come due: makes an execution, and tells that it is there. Within the caller's transaction. */
  begin(wanted: Wanted): void;
  /** How many of a job have not ended. */
  open(job: string): number;
  /** Whether this device works at something now. */
  isBusy(device: string): boolean;
  /** Calls `listener` after an execution has ended, with its job. Returns how to stop that. */
  onEnded(listener: (job: string) => void): () => void;
  /** Whether this device has been asked to do this, ever: then its answers are taken, also when they come too late. */
  knows(device: string, execution: string): boolean;
  /** A device tells of what it was asked to do. Within the caller's transaction. */
  answered(device: string, execution: string, answer: CommandAnswer): void;
  /** A device asks for a part of the firmware that it was told of. */
  wanted(device: string, execution: string, want: FirmwareWant): void;
  /** A device says what it is. Within the caller's transaction. */
  described(device: string, attributes: Attributes): void;
  /** A device has connected. */
  connected(device: string): void;
  /** A device has subscribed to this. */
  subscribed(device: string, filter: string): void;
  /** A device reports what configuration it runs with. Within the caller's transaction. */
  reported(device: string, config: Record<string, unknown>): void;
  /** Tells the cloud the state of all that is open or ended lately, told before or not. Within the caller's transaction. */
  announce(): void;
}

/** An execution that is wanted, whoever wants it. */
export type Wanted = Omit<JobExecute, "kind">;

export interface JobsParts {
  db: EdgeDatabase;
  uplog: Uplog;
  clock: Clock;
  random: Random;
  log: Logger;
  handlers: ReadonlyMap<string, JobHandler>;
  limits: JobLimits;
  /** What ended is known so long, ms, so that one that is asked for again is not begun again. */
  keepMs: number;
  /** Whether the site has this device. */
  hasDevice(device: string): boolean;
  /** Whether a device would get a command that is published now. */
  hears(device: string): boolean;
}

/** A device subscribes to its commands whatever their id is. */
export const ANY_EXECUTION = "any";
/** What ended within so long is told again to a cloud that has come back from a backup. */
const ANNOUNCED_MS = 7 * DAY;

export function createJobs(parts: JobsParts): Jobs {
  const { db, uplog, clock, handlers } = parts;
  const store = new ExecutionStore(db.sqlite);
  const waiting = new WaitingStore(db.sqlite);
  const steps = new Steps({ db, uplog, clock, store });
  const lines = new JobLines({ db, uplog, clock, store });
  const attempts = new Attempts({ clock, uplog });
  const listeners = new Set<(job: string) => void>();
  const ended = (job: string): void => {
    for (const listener of listeners) listener(job);
  };
  const runner = new Runner({ ...parts, store, waiting, steps, lines, attempts, ended });

  /** Why it can never be done here; null when it can. */
  const impossible = ({ jobKind, device, arguments: args }: Wanted): string | null => {
    if (!isJobKind(jobKind)) return `this gateway knows no jobs of the kind ${jobKind}; update it`;
    if (!canRunOn(jobKind, device === undefined ? "gateway" : "device"))
      return `${jobKind} cannot be run on ${device === undefined ? "a gateway" : "a device"}`;
    const checked = check(sentSchema(jobKind), args);
    if (!checked.ok) return checked.refusal.detail;
    return device === undefined || parts.hasDevice(device) ? null : `there is no device ${device} here`;
  };

  const take = (wanted: Wanted, begunHere: boolean): void => {
    const known = store.get(wanted.execution);
    if (known !== null) {
      steps.tell(known);
      return;
    }
    const execution = toExecution(wanted, begunHere, clock.nowMs());
    store.add(execution);
    if (begunHere) steps.tellBegun(execution);
    steps.tell(execution);
    const reason = impossible(wanted);
    if (reason !== null) steps.take(execution.id, "fail", { reason });
    if (reason === null) runner.poke();
    else db.whenDurable(() => ended(execution.job));
  };

  /** Asks the handler of each what what has happened makes of it. Within the transaction under way, in which they were read. */
  const each = (
    executions: readonly Execution[],
    ask: (handler: JobHandler, execution: Execution) => ReturnType<NonNullable<JobHandler["cameBack"]>>,
  ): void => {
    for (const execution of executions) {
      const handler = handlers.get(execution.kind);
      const outcome = handler === undefined ? null : ask(handler, execution);
      if (outcome === null) continue;
      if (execution.state === "running") runner.finished(execution, outcome);
      else if (outcome.ok) steps.take(execution.id, "verify");
    }
  };

  const listens = (device: string): void => {
    const running = store.runningOf(device);
    // That it runs may not be on the disk yet, and it is told to the device.
    db.whenDurable(() => {
      for (const execution of running) handlers.get(execution.kind)?.listens?.(execution);
    });
  };

  return {
    start: () => runner.start(),
    stop: () => runner.stop(),

    apply(wish) {
      switch (wish.kind) {
        case "job.execute":
          return take(wish, false);
        case "job.cancel": {
          const { execution, job } = wish;
          const of = execution === undefined ? store.openOf(job).map(({ id }) => id) : [execution];
          for (const id of of) runner.cancel(id);
          return;
        }
        case "job.order":
          return store.setPosition(wish.job, wish.position);
        default:
          return assertNever(wish);
      }
    },

    begin: (wanted) => take(wanted, true),
    open: (job) => store.countOpen(job),
    isBusy: (device) => store.runningOf(device).length > 0,
    onEnded(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    knows: (device, execution) =>
      attempts.isUnderWay(execution, device) || store.get(execution)?.device === device,

    answered(device, id, answer) {
      const execution = store.get(id);
      if (execution?.state !== "running" || execution.device !== device) return;
      switch (answer.channel) {
        case "progress": {
          const said = handlers.get(execution.kind)?.progressed?.(execution, answer) ?? { progress: answer };
          if (said.memo !== undefined) store.update({ ...execution, memo: said.memo });
          if (said.line !== undefined) lines.write(id, "info", said.line);
          return attempts.progress(id, said.progress);
        }
        case "log":
          return lines.write(id, answer.level, answer.message);
        case "result":
          return each([execution], (handler) => handler.answered?.(execution, answer.result) ?? null);
        default:
          return assertNever(answer);
      }
    },

    wanted(device, id, want) {
      const execution = store.get(id);
      if (execution?.state !== "running" || execution.device !== device) return;
      const given = handlers.get(execution.kind)?.wanted?.(execution, want) ?? Promise.resolve(null);
      given.then(
        (said) => said !== null && attempts.progress(id, said),
        (error: unknown) => parts.log.warn("a part of a firmware could not be given", { device, error }),
      );
    },

    described(device, attributes) {
      const open = [...store.runningOf(device), ...store.unverified(device, "firmware.transfer")];
      each(open, (handler, execution) => handler.described?.(execution, attributes) ?? null);
    },

    connected(device) {
      const open = [...store.runningOf(device), ...store.unverified(device, "device.restart")];
      db.transaction(() => {
        each(open, (handler, execution) => handler.cameBack?.(execution) ?? null);
        waiting.takeUpOf(device);
      });
      // In a session that was kept it subscribes to nothing again.
      if (parts.hears(device)) listens(device);
      runner.poke();
    },

    subscribed(device, filter) {
      if (waiting.hurry(device, clock.nowMs())) runner.poke();
      if (filterMatches(filter, formatTopic({ channel: "command", device, execution: ANY_EXECUTION })))
        listens(device);
    },

    reported(device, config) {
      each(store.runningOf(device), (handler, execution) => handler.reported?.(execution, config) ?? null);
    },

    announce() {
      for (const execution of store.toAnnounce(clock.nowMs() - ANNOUNCED_MS)) {
        if (execution.begunHere) steps.tellBegun(execution);
        steps.tell(execution);
      }
    },
  };
}

function toExecution(wanted: Wanted, begunHere: boolean, nowMs: number): Execution {
  return {
    id: wanted.execution,
    job: wanted.job,
    kind: wanted.jobKind,
    arguments: wanted.arguments,
    device: wanted.device ?? null,
    position: wanted.position,
    timeoutMs: wanted.timeoutMs,
    retries: wanted.retries,
    window: wanted.window ?? null,
    slotMs: wanted.slotMs,
    expiresMs: wanted.expiresMs,
    notBeforeMs: 0,
    begunHere,
    state: "delivered",
    attempt: 0,
    sinceMs: nowMs,
    reason: null,
    output: undefined,
    memo: null,
    lines: 0,
  };
}
