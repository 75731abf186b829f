import type { Transaction } from "kysely";
import { MISSED_ALL_MAX } from "../../protocol/jobs/job-terms.ts";
import { MINUTE, SECOND } from "../../protocol/units.ts";
import type { Tables } from "../database/tables.ts";
import type { Driver, DriverParts } from "./driver.ts";
import { type ExecutionRow, QUEUED, takeStep, UNDER_WAY } from "./executions.ts";
import { settleRun } from "./run-steps.ts";
import { beginRun, newestRun, settleJob } from "./run-store.ts";
import { takeBack, tellGateways } from "./site-schedules.ts";
import { nextSlot, slotsBetween } from "./slots.ts";
import { type KnownJob, known } from "./spec.ts";

type Trx = Transaction<Tables>;

/** Nothing waits longer than this for a clock that was set, or a machine that slept. */
const LOOK_AGAIN_MS = 30 * SECOND;
/** What comes to be known so late was not missed. */
export const GRACE_MS = MINUTE;
/** How often the gateways' own schedules are compared with who is meant now. */
const COMPARE_MS = 10 * MINUTE;
const AT_ONCE = 100;

/**
 * Begins what comes due, ends what nobody can any more. A slot is begun in the transaction that moves on to the next one, and of
 * a job there is one run a slot: so each is begun once, whatever dies in between.
 */
export class Scheduler {
  readonly #parts: DriverParts & { driver: Driver };
  #cancel: (() => void) | null = null;
  #running: Promise<void> | null = null;
  #again = false;
  #stopped = true;
  #comparedMs = Number.NEGATIVE_INFINITY;

  constructor(parts: DriverParts & { driver: Driver }) {
    this.#parts = parts;
  }

  start(): void {
    this.#stopped = false;
    this.look();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    this.#cancel = null;
    await this.#running;
  }

  /** Looks now what is due, as when something new may come due sooner than all that was known. */
  look(): void {
    if (this.#stopped) return;
    this.#again = true;
    this.#running ??= this.#turn();
  }

  /** Resolves when what is due now has begun. */
  async idle(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  async #turn(): Promise<void> {
    this.#cancel?.();
    this.#cancel = null;
    while (this.#again && !this.#stopped) {
      this.#again = false;
      try {
        await this.#due();
        await this.#expire();
        await this.#giveUp();
        await this.#compare();
      } catch (error) {
        // Nothing is lost: what is due stays due, and is looked at again.
        this.#parts.log.error("what is due could not be begun", { error });
      }
    }
    const delayMs = await this.#untilNext();
    this.#running = null;
    if (this.#again) this.look();
    else if (!this.#stopped) this.#cancel = this.#parts.clock.after(delayMs, () => this.look());
  }

  async #untilNext(): Promise<number> {
    const { db, clock } = this.#parts;
    const row = await db.read
      .selectFrom("job")
      .select((eb) => eb.fn.min("next_ms").as("next"))
      .where("place", "=", "cloud")
      .executeTakeFirst();
    return Math.min(
      LOOK_AGAIN_MS,
      Math.max(0, Number(row?.next ?? Number.POSITIVE_INFINITY) - clock.nowMs()),
    );
  }

  async #due(): Promise<void> {
    const { db, clock } = this.#parts;
    for (;;) {
      const rows = await db.read
        .selectFrom("job")
        .select("id")
        .where("place", "=", "cloud")
        .where("next_ms", "<=", clock.nowMs())
        .limit(AT_ONCE)
        .execute();
      for (const { id } of rows) await db.write((trx) => this.#begin(trx, id));
      if (rows.length < AT_ONCE) return;
    }
  }

  async #begin(trx: Trx, id: string): Promise<void> {
    const nowMs = this.#parts.clock.nowMs();
    const row = await trx.selectFrom("job").selectAll().where("id", "=", id).executeTakeFirst();
    if (row === undefined || row.next_ms === null || row.next_ms > nowMs) return;
    const job = known(row);
    const { timing } = job.spec;
    const zone = timing.kind === "cron" ? (timing.timeZone ?? "UTC") : "UTC";
    const slots =
      timing.kind === "cron"
        ? slotsBetween(timing.cron, zone, row.next_ms, nowMs, MISSED_ALL_MAX)
        : [row.next_ms];
    for (const slotMs of await this.#chosen(trx, job, slots, nowMs)) {
      if (await beginRun(trx, job, slotMs, nowMs))
        this.#parts.db.onCommit(trx, () => this.#parts.driver.kick(id, slotMs));
    }
    const nextMs = timing.kind === "cron" ? nextSlot(timing.cron, zone, nowMs) : null;
    await trx.updateTable("job").set({ next_ms: nextMs }).where("id", "=", id).execute();
    await settleJob(trx, id, nowMs);
    this.#parts.changed(trx, row.organization_id, id);
  }

  /** Of slots that are due the ones to run, by the job's policies; what is left out is written down. */
  async #chosen(trx: Trx, job: KnownJob, slots: readonly number[], nowMs: number): Promise<number[]> {
    const late = slots.filter((slot) => nowMs - slot > GRACE_MS);
    const onTime = slots.filter((slot) => nowMs - slot <= GRACE_MS);
    let run = slots.slice();
    if (job.spec.missed === "skip") run = onTime;
    if (job.spec.missed === "once" && slots.length > 1) run = slots.slice(-1);
    await this.#skip(
      trx,
      job,
      late.filter((slot) => !run.includes(slot)),
      "missed",
      nowMs,
    );
    if (job.spec.overlap === "queue") return run;
    const newest = await newestRun(trx, job.row.id);
    const busy = newest !== undefined && newest.state !== "finished" && newest.state !== "cancelled";
    const free = busy ? [] : run.slice(0, 1);
    await this.#skip(
      trx,
      job,
      run.filter((slot) => !free.includes(slot)),
      "overlap",
      nowMs,
    );
    return free;
  }

  async #skip(trx: Trx, { row }: KnownJob, slots: number[], why: string, nowMs: number): Promise<void> {
    const [first] = slots;
    if (first === undefined) return;
    await trx
      .insertInto("job_skip")
      .values({ job_id: row.id, gateway_id: null, slot_ms: first, slots: slots.length, why, at_ms: nowMs })
      .execute();
  }

  /** Executions that are held back longer than they are good for. Of those that were sent, the gateway knows better. */
  async #expire(): Promise<void> {
    const { db, clock } = this.#parts;
    const nowMs = clock.nowMs();
    await this.#endThose(
      { to: "expired", atMs: nowMs, nowMs, by: "cloud", reason: "not begun in time" },
      () =>
        db.read
          .selectFrom("job_execution")
          .selectAll()
          .where("state", "=", QUEUED)
          .where("sent_ms", "is", null)
          .where("expires_ms", "<=", nowMs)
          .limit(AT_ONCE)
          .execute(),
    );
  }

  /** Of a gateway that was revoked, or is gone, nothing will be heard: what came of its executions will never be known. */
  async #giveUp(): Promise<void> {
    const { db, clock } = this.#parts;
    const nowMs = clock.nowMs();
    const reason = "the gateway was revoked or deleted before it said what came of it";
    await this.#endThose({ to: "interrupted", atMs: nowMs, nowMs, by: "cloud", reason }, () =>
      db.read
        .selectFrom("job_execution")
        .leftJoin("gateway", "gateway.id", "job_execution.gateway_id")
        .selectAll("job_execution")
        .where("job_execution.state", "in", UNDER_WAY)
        .where((eb) => eb.or([eb("gateway.revoked_ms", "is not", null), eb("gateway.id", "is", null)]))
        .limit(AT_ONCE)
        .execute(),
    );
  }

  async #endThose(step: Parameters<typeof takeStep>[2], find: () => Promise<ExecutionRow[]>): Promise<void> {
    const { db, driver, changed } = this.#parts;
    for (let some = await find(); some.length > 0; some = await find()) {
      await db.write(async (trx) => {
        for (const { id } of some) {
          const execution = await trx
            .selectFrom("job_execution")
            .selectAll()
            .where("id", "=", id)
            .executeTakeFirstOrThrow();
          // It may have been sent in between.
          if (step.to === "expired" && execution.sent_ms !== null) continue;
          if (!(await takeStep(trx, execution, step))) continue;
          const job = { row: { id: execution.job_id } } as Parameters<typeof settleRun>[2];
          await settleRun(this.#parts, trx, job, execution.slot_ms);
          changed(trx, execution.organization_id, execution.job_id, id);
          db.onCommit(trx, () => driver.kick(execution.job_id, execution.slot_ms));
        }
      });
    }
  }

  async #compare(): Promise<void> {
    const { db, clock } = this.#parts;
    if (clock.monotonicMs() - this.#comparedMs < COMPARE_MS) return;
    this.#comparedMs = clock.monotonicMs();
    const jobs = await db.read
      .selectFrom("job")
      .select(["id", "organization_id"])
      .where("place", "=", "site")
      .where("status", "!=", "cancelled")
      .where("status", "!=", "finished")
      .execute();
    for (const { id, organization_id } of jobs) {
      await this.tell(id);
      // One that comes due once is over when it is too late for it, whoever has not spoken.
      await db.write(async (trx) => {
        if (await settleJob(trx, id, clock.nowMs())) this.#parts.changed(trx, organization_id, id);
      });
    }
  }

  /** Brings the gateways' schedules of a job up to date, some gateways a transaction. */
  async tell(id: string): Promise<void> {
    const { db } = this.#parts;
    for (let after: string | null = ""; after !== null; ) {
      const from: string = after;
      after = await db.write(async (trx) => {
        const row = await trx.selectFrom("job").selectAll().where("id", "=", id).executeTakeFirst();
        if (row === undefined) return null;
        const job = known(row);
        const next = row.cancelled_ms === null ? await tellGateways(this.#parts, trx, job, from) : null;
        if (next === null) await takeBack(this.#parts, trx, job);
        return next;
      });
    }
  }
}
