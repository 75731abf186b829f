import type { Logger } from "@logtape/logtape";
import type { Clock } from "../../protocol/clock.ts";
import { assertNever } from "../../protocol/errors.ts";
import type { JobCancel } from "../../protocol/log/downlog/job-cancel.ts";
import type { JobOrder } from "../../protocol/log/downlog/job-order.ts";
import type { ScheduleOnly } from "../../protocol/log/downlog/schedule-only.ts";
import type { ScheduleRemove } from "../../protocol/log/downlog/schedule-remove.ts";
import type { ScheduleSet } from "../../protocol/log/downlog/schedule-set.ts";
import type { Random } from "../../protocol/random.ts";
import { SECOND } from "../../protocol/units.ts";
import type { EdgeDatabase } from "../database/database.ts";
import type { Jobs } from "../jobs/jobs.ts";
import type { Uplog } from "../uplog/uplog.ts";
import { calendarOf } from "./calendar.ts";
import { nextUndone } from "./due.ts";
import { Firing } from "./firing.ts";
import { type Schedule, ScheduleStore } from "./store.ts";

/**
 * Schedules of jobs that this gateway runs by itself, whether or not the cloud can be reached.
 *
 * Promises: that a slot is made and that its schedule has moved on is one transaction, so that of each slot there is one run
 * at most, whatever dies, and whatever the clock is set to; what came due meanwhile is dealt with by the schedule's own
 * policies, and told when it is left out; a clock that is set is noticed within half a minute. It looks only at what comes
 * due soonest: how many schedules there are costs disk and no memory. It never does the work: that is `edge/jobs`.
 */
export interface Scheduler {
  /** Deals with what has come due meanwhile, and waits for the next. Call it when jobs are taken. */
  start(): void;
  stop(): void;
  /** Takes in what is wanted, inside the transaction that moves the downlog's cursor. */
  apply(wish: ScheduleSet | ScheduleRemove | ScheduleOnly | JobOrder | JobCancel): void;
}

export interface SchedulerParts {
  db: EdgeDatabase;
  uplog: Uplog;
  clock: Clock;
  random: Random;
  log: Logger;
  jobs: Pick<Jobs, "begin" | "open" | "onEnded">;
}

/** The clock may be set, and machines sleep, so nothing is waited for longer than this. */
const LOOK_AT_LEAST_MS = 30 * SECOND;
/** So many are dealt with in one transaction, and others have their turn between. */
const AT_ONCE = 50;
/** What could not be written, because the disk is full or fails, is tried again so much later. */
const RETRY_MS = 5 * SECOND;

export function createScheduler(parts: SchedulerParts): Scheduler {
  return new GatewayScheduler(parts);
}

class GatewayScheduler implements Scheduler {
  readonly #parts: SchedulerParts;
  readonly #store: ScheduleStore;
  readonly #firing: Firing;
  /** Jobs of which an execution has ended, so that what waits for that may begin. */
  readonly #ended = new Set<string>();
  #cancelLook = (): void => undefined;
  #cancelEnded = (): void => undefined;
  #isAwake = false;

  constructor(parts: SchedulerParts) {
    this.#parts = parts;
    this.#store = new ScheduleStore(parts.db.sqlite);
    this.#firing = new Firing({ ...parts, store: this.#store });
  }

  start(): void {
    this.#isAwake = true;
    this.#cancelEnded = this.#parts.jobs.onEnded((job) => {
      if (this.#store.waitingCount(job) === 0) return;
      this.#ended.add(job);
      this.#lookIn(0);
    });
    for (const job of this.#store.waitingJobs()) this.#ended.add(job);
    this.#look();
  }

  stop(): void {
    this.#isAwake = false;
    this.#cancelLook();
    this.#cancelEnded();
  }

  apply(wish: Parameters<Scheduler["apply"]>[0]): void {
    switch (wish.kind) {
      case "schedule.set":
        this.#set(wish);
        break;
      case "schedule.remove":
        this.#store.remove(wish.job);
        break;
      case "schedule.only":
        this.#store.removeOthers(wish.jobs);
        break;
      case "job.order":
        this.#store.setPosition(wish.job, wish.position);
        break;
      case "job.cancel":
        // What waits for the run before is part of what there is of the job by now.
        if (wish.execution === undefined) this.#store.dropWaiting(wish.job);
        break;
      default:
        assertNever(wish);
    }
  }

  #set({ kind: _, ...set }: ScheduleSet): void {
    const { clock, db, log } = this.#parts;
    const nowMs = clock.nowMs();
    const calendar = calendarOf(set.timing);
    if (calendar === null) log.warn("a schedule cannot be read here", { job: set.job, timing: set.timing });
    let known = this.#store.get(set.job);
    // What had come due by now is the earlier schedule's.
    if (known?.nextMs != null && known.nextMs <= nowMs) known = this.#firing.fire(known, nowMs);
    const asOfMs = known === null ? Math.min(nowMs, set.fromMs - 1) : nowMs;
    const done = known?.done ?? [];
    const nextMs = calendar === null ? null : nextUndone(calendar, done, Math.max(asOfMs, set.fromMs - 1));
    this.#store.put({ set, position: set.position, nextMs, asOfMs, done });
    db.whenDurable(() => this.#lookIn(0));
  }

  #lookIn(waitMs: number): void {
    this.#cancelLook();
    if (this.#isAwake) this.#cancelLook = this.#parts.clock.after(waitMs, () => this.#look());
  }

  #look(): void {
    const { clock } = this.#parts;
    const nowMs = clock.nowMs();
    const looks = [
      this.#each([...this.#ended].slice(0, AT_ONCE), (job) => {
        this.#firing.goOn(job);
        this.#ended.delete(job);
      }),
      this.#each(this.#store.aheadOf(nowMs, AT_ONCE), (schedule) => this.#turnBack(schedule, nowMs)),
      this.#each(this.#store.due(nowMs, AT_ONCE), (schedule) => void this.#firing.fire(schedule, nowMs)),
    ];
    const dueMs = this.#store.nextMs() ?? Number.POSITIVE_INFINITY;
    if (looks.includes("failed")) this.#lookIn(RETRY_MS);
    else if (looks.includes("full") || this.#ended.size > 0) this.#lookIn(0);
    else this.#lookIn(Math.min(Math.max(0, dueMs - clock.nowMs()), LOOK_AT_LEAST_MS));
  }

  /** The clock was set back: it comes due when its time comes again, but not for what is done. */
  #turnBack(schedule: Schedule, nowMs: number): void {
    const calendar = calendarOf(schedule.set.timing);
    const nextMs = calendar === null ? null : nextUndone(calendar, schedule.done, nowMs);
    this.#store.move({ ...schedule, nextMs, asOfMs: nowMs });
  }

  /** All in one transaction; when that fails one by one, so that one that cannot be dealt with does not hold up others. */
  #each<Item>(items: readonly Item[], run: (item: Item) => void): "done" | "full" | "failed" {
    const { db, log } = this.#parts;
    if (items.length === 0) return "done";
    const rest = items.length < AT_ONCE ? "done" : "full";
    try {
      db.transaction(() => items.forEach(run));
      return rest;
    } catch (error) {
      log.warn("schedules could not be dealt with together", { count: items.length, error });
    }
    let failed = false;
    for (const item of items) {
      try {
        db.transaction(() => run(item));
      } catch (error) {
        failed = true;
        log.error("a schedule could not be dealt with", { error });
      }
    }
    return failed ? "failed" : rest;
  }
}
