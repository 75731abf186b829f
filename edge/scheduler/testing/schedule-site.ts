import { getLogger } from "@logtape/logtape";
import type { ScheduleSet } from "../../../protocol/log/downlog/schedule-set.ts";
import type { UplogEvent } from "../../../protocol/log/kinds.ts";
import { seededRandom } from "../../../protocol/seeded-random.ts";
import { HOUR, MINUTE } from "../../../protocol/units.ts";
import { JobSite } from "../../jobs/testing/job-site.ts";
import { createScheduler, type Scheduler } from "../scheduler.ts";

export const JOB = "0192f0c1-0000-7000-8000-00000000000a";

/** Schedules at a site whose devices answer nothing: what was begun stays open until {@link ScheduleSite.finish}. */
export class ScheduleSite implements Disposable {
  readonly site: JobSite;
  scheduler: Scheduler;
  #starts = 0;

  constructor(nowMs: number, devices: readonly string[] = ["till-1", "till-2"]) {
    this.site = new JobSite(devices);
    this.site.clock.jump(nowMs - this.site.clock.nowMs());
    this.site.jobs.start();
    this.scheduler = this.#create();
    this.scheduler.start();
  }

  get clock(): JobSite["clock"] {
    return this.site.clock;
  }

  set(wanted: Partial<ScheduleSet>): void {
    const all: ScheduleSet = {
      kind: "schedule.set",
      job: JOB,
      jobKind: "device.command",
      arguments: { command: "blink", args: {} },
      devices: ["till-1"],
      position: 0,
      timeoutMs: MINUTE,
      retries: { max: 0, firstMs: 10_000, maxMs: 600_000 },
      timing: { kind: "cron", cron: "0 * * * *", timeZone: "UTC" },
      fromMs: this.clock.nowMs() + 1,
      missed: "once",
      overlap: "skip",
      expiresAfterMs: 24 * HOUR,
      ...wanted,
    };
    this.apply(all);
  }

  apply(wish: Parameters<Scheduler["apply"]>[0]): void {
    this.site.db.transaction(() => {
      this.scheduler.apply(wish);
      if (wish.kind === "job.cancel" || wish.kind === "job.order") this.site.jobs.apply(wish);
    });
  }

  /** Everything that is open ends, and what waited for that begins. */
  finish(): void {
    const open = this.site.db.sqlite
      .query<{ id: string }, []>("SELECT id FROM job_execution WHERE state IN ('delivered', 'running')")
      .all();
    this.site.db.transaction(() => {
      for (const { id } of open) this.site.jobs.apply({ kind: "job.cancel", job: JOB, execution: id });
    });
    this.clock.advance(0);
  }

  /** The process dies, the machine is off for so long, and is started again. */
  down(forMs: number): void {
    this.scheduler.stop();
    this.clock.advance(forMs);
    this.site.crash();
    this.scheduler = this.#create();
    this.scheduler.start();
  }

  /** Slots of which executions were made since this was last asked, and those that were left out. */
  told(): string[] {
    return this.site.told("job.begun", "job.skipped").map(text);
  }

  [Symbol.dispose](): void {
    this.scheduler.stop();
    this.site[Symbol.dispose]();
  }

  #create(): Scheduler {
    const { db, uplog, clock, jobs } = this.site;
    this.#starts += 1;
    const random = seededRandom(this.#starts);
    return createScheduler({ db, uplog, clock, random, log: getLogger(["test"]), jobs });
  }
}

function text(event: UplogEvent): string {
  const at = "slotMs" in event ? new Date(event.slotMs).toISOString().slice(0, 16) : "";
  if (event.kind === "job.skipped") return `${at} ${event.why} ×${event.count}`;
  return `${at} begun`;
}
