import type { Transaction } from "kysely";
import type { Tables } from "../database/tables.ts";
import type { JobsParts } from "./parts.ts";
import { advance } from "./run-steps.ts";
import { known } from "./spec.ts";

export type DriverParts = Pick<JobsParts, "db" | "clock" | "log" | "appendDown" | "addToConfig"> & {
  /** Something of the job has changed in this transaction. */
  changed(trx: Transaction<Tables>, organizationId: string, jobId: string, executionId?: string): void;
};

/**
 * Between two pieces, in real time whatever the clock: another process that wants to write, as a command beside the
 * running service, only looks now and then whether it may, and would find the database locked until it gives up.
 */
const BREATH_MS = 5;

/**
 * Moves runs on, piece by piece and in turn, so that a run of 100,000 targets holds up neither others nor the gateways. What is to
 * do is in the database alone: a driver that starts looks there.
 */
export class Driver {
  readonly #parts: DriverParts;
  /** Runs to look at, oldest wish first. */
  readonly #wanted = new Map<string, { jobId: string; slotMs: number }>();
  #running: Promise<void> | null = null;
  #stopped = false;

  constructor(parts: DriverParts) {
    this.#parts = parts;
  }

  /** Takes up what was under way. */
  async start(): Promise<void> {
    this.#stopped = false;
    const runs = await this.#parts.db.read
      .selectFrom("job_run")
      .select(["job_id", "slot_ms"])
      // One that was cancelled may still have executions to end.
      .where("ended_ms", "is", null)
      .where("state", "in", ["running", "paused", "stopped", "cancelled"])
      .execute();
    for (const { job_id, slot_ms } of runs) this.kick(job_id, slot_ms);
  }

  /** Resolves when the piece under way has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wanted.clear();
    await this.#running;
  }

  /** Something may be to do for this run. */
  kick(jobId: string, slotMs: number): void {
    if (this.#stopped) return;
    this.#wanted.set(`${jobId} ${slotMs}`, { jobId, slotMs });
    this.#running ??= this.#run();
  }

  /** Resolves when nothing is left to do. */
  async idle(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  async #run(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    for (let [next] = this.#wanted; next !== undefined; [next] = this.#wanted) {
      const [key, run] = next;
      this.#wanted.delete(key);
      try {
        const more = await this.#piece(run.jobId, run.slotMs);
        if (more && !this.#stopped) this.#wanted.set(key, run);
      } catch (error) {
        // Nothing of the piece is done. The next wish, the next tick or the next start tries it again.
        this.#parts.log.error("a run could not be moved on", { job: run.jobId, error });
      }
      await new Promise((resolve) => setTimeout(resolve, BREATH_MS));
    }
    this.#running = null;
  }

  async #piece(jobId: string, slotMs: number): Promise<boolean> {
    return this.#parts.db.write(async (trx) => {
      const row = await trx.selectFrom("job").selectAll().where("id", "=", jobId).executeTakeFirst();
      if (row === undefined) return false;
      const more = await advance(this.#parts, trx, known(row), slotMs);
      this.#parts.changed(trx, row.organization_id, jobId);
      if (!more) await this.#next(trx, jobId, slotMs);
      return more;
    });
  }

  /** A later run may have waited for this one. */
  async #next(trx: Transaction<Tables>, jobId: string, slotMs: number): Promise<void> {
    const later = await trx
      .selectFrom("job_run")
      .select("slot_ms")
      .where("job_id", "=", jobId)
      .where("slot_ms", ">", slotMs)
      .where("state", "=", "running")
      .where("fanned", "=", 0)
      .orderBy("slot_ms")
      .limit(1)
      .executeTakeFirst();
    if (later !== undefined) this.#parts.db.onCommit(trx, () => this.kick(jobId, later.slot_ms));
  }
}
