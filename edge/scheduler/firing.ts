import type { Clock } from "../../protocol/clock.ts";
import { makeId } from "../../protocol/ids.ts";
import { MISSED_ALL_MAX } from "../../protocol/jobs/job-terms.ts";
import { toEntry } from "../../protocol/log/kinds.ts";
import type { JobSkipped } from "../../protocol/log/uplog/job-skipped.ts";
import type { Random } from "../../protocol/random.ts";
import type { Jobs } from "../jobs/jobs.ts";
import type { Uplog } from "../uplog/uplog.ts";
import { type Calendar, calendarOf } from "./calendar.ts";
import { withDone } from "./done-spans.ts";
import { type Due, dueSince, nextUndone } from "./due.ts";
import type { Schedule, ScheduleStore } from "./store.ts";

export interface FiringParts {
  uplog: Uplog;
  clock: Clock;
  random: Random;
  store: ScheduleStore;
  jobs: Pick<Jobs, "begin" | "open">;
}

/** Makes executions of the slots that have come due, by the schedule's policies. Within the caller's transaction. */
export class Firing {
  readonly #parts: FiringParts;

  constructor(parts: FiringParts) {
    this.#parts = parts;
  }

  /** Deals with all that has come due of it, and moves it on. Gives it as it is then. */
  fire(schedule: Schedule, nowMs: number): Schedule {
    const { set, done, nextMs } = schedule;
    const calendar = calendarOf(set.timing);
    if (calendar === null || nextMs === null) return this.#move({ ...schedule, nextMs: null });
    const followingMs = nextUndone(calendar, done, nextMs);
    const isAlone = followingMs === null || followingMs > nowMs;
    const { runs, leftOut } = this.#due(schedule, calendar, nextMs, nowMs, isAlone);
    if (leftOut !== null) this.#tellSkipped(set.job, leftOut, "missed", nowMs);
    for (const run of runs) this.#make(schedule, run, nowMs);
    const follows = leftOut === null && done.at(-1)?.[1] === schedule.asOfMs;
    const first = runs[0];
    const doneNow = first === undefined ? done : withDone(done, first.slotMs, nowMs, follows);
    return this.#move({
      ...schedule,
      nextMs: isAlone ? followingMs : nextUndone(calendar, doneNow, nowMs),
      asOfMs: nowMs,
      done: doneNow,
    });
  }

  /** The run before has ended: the oldest slot that waits for that begins. */
  goOn(job: string): void {
    const { store, jobs } = this.#parts;
    const schedule = store.get(job);
    if (schedule === null || jobs.open(job) > 0) return;
    const slotMs = store.takeWaiting(job);
    if (slotMs !== null) this.#begin(schedule, slotMs);
  }

  #due(schedule: Schedule, calendar: Calendar, firstMs: number, nowMs: number, isAlone: boolean): Due {
    const { set, done } = schedule;
    const only: Calendar = { next: (afterMs) => (firstMs > afterMs ? firstMs : null) };
    return dueSince({ calendar: isAlone ? only : calendar, done }, set, firstMs, nowMs);
  }

  /** By the policy for overlaps; what was missed and is all to be run waits for one another in any case. */
  #make(schedule: Schedule, { slotMs, missed }: Due["runs"][number], nowMs: number): void {
    const { store, jobs } = this.#parts;
    const { job, overlap, missed: policy } = schedule.set;
    const waiting = store.waitingCount(job);
    const waits = overlap === "queue" || (missed && policy === "all");
    if (waiting === 0 && jobs.open(job) === 0) this.#begin(schedule, slotMs);
    else if (waits && waiting < MISSED_ALL_MAX) store.addWaiting(job, slotMs);
    else this.#tellSkipped(job, { slotMs, count: 1 }, "overlap", nowMs);
  }

  #begin({ set, position }: Schedule, slotMs: number): void {
    const { jobs, clock, random } = this.#parts;
    const { job, jobKind, arguments: args, timeoutMs, retries, window, devices, expiresAfterMs } = set;
    for (const device of devices ?? [undefined]) {
      jobs.begin({
        execution: makeId(clock.nowMs(), random),
        ...{ job, jobKind, arguments: args, position, timeoutMs, retries, slotMs },
        ...(window === undefined ? {} : { window }),
        ...(device === undefined ? {} : { device }),
        expiresMs: slotMs + expiresAfterMs,
      });
    }
  }

  #move(schedule: Schedule): Schedule {
    this.#parts.store.move(schedule);
    return schedule;
  }

  #tellSkipped(
    job: string,
    { slotMs, count }: { slotMs: number; count: number },
    why: JobSkipped["why"],
    atMs: number,
  ): void {
    this.#parts.uplog.append(toEntry({ kind: "job.skipped", job, slotMs, count, why, atMs }, atMs));
  }
}
