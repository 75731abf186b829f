import type { Logger } from "@logtape/logtape";
import type { Clock } from "../../protocol/clock.ts";
import { DAY, HOUR, MINUTE } from "../../protocol/units.ts";
import { BackgroundTurns } from "../clock/background-turns.ts";
import type { CloudDatabase } from "../database/database.ts";

export interface KeepingParts {
  db: CloudDatabase;
  clock: Clock;
  log: Logger;
  /** Days after which executions, their steps and their lines go. */
  keepDays: number;
}

/** After a start others come first. */
const FIRST_AFTER_MS = 10 * MINUTE;
const PERIOD_MS = HOUR;
/** Executions of one transaction, with their steps and lines: some ten milliseconds. */
const PIECE = 50;
/** Lines of one transaction; an execution may have thousands. */
const LINES_AT_ONCE = 1_000;
/** Runs that are looked at in one go. */
const RUNS_AT_ONCE = 200;

interface OldRun {
  job_id: string;
  slot_ms: number;
}

/**
 * Forgets what runs that ended long ago consisted of, in small transactions. Of each job the newest run stays with how many of its
 * executions came to what, as the sum of it; of what repeats the runs before that go.
 */
export class JobKeeping {
  readonly #parts: KeepingParts;
  readonly #turns: BackgroundTurns;

  constructor(parts: KeepingParts) {
    this.#parts = parts;
    const { clock, log } = parts;
    this.#turns = new BackgroundTurns({
      ...{ clock, log, firstAfterMs: FIRST_AFTER_MS, everyMs: PERIOD_MS },
      failed: "old runs of jobs could not be forgotten",
      turn: (mayGoOn) => this.#sweepAndTell(mayGoOn),
    });
  }

  start(): void {
    this.#turns.start();
  }

  /** Resolves when the transaction under way has ended. */
  stop(): Promise<void> {
    return this.#turns.stop();
  }

  /** Forgets all that is old enough now; gives how many executions that were. */
  async sweep(mayGoOn: () => boolean = () => true): Promise<number> {
    const beforeMs = this.#parts.clock.nowMs() - this.#parts.keepDays * DAY;
    let forgotten = 0;
    let after: OldRun = { job_id: "", slot_ms: 0 };
    for (;;) {
      const runs = await this.#oldRuns(beforeMs, after);
      const last = runs.at(-1);
      if (last === undefined) break;
      after = last;
      for (const run of runs) {
        for (let some = 1; some > 0; forgotten += some) {
          if (!mayGoOn()) return forgotten;
          some = await this.#forgetSome(run);
        }
        await this.#forgetRun(run);
      }
    }
    await this.#forgetSkips(beforeMs);
    return forgotten;
  }

  async #sweepAndTell(mayGoOn: () => boolean): Promise<void> {
    const executions = await this.sweep(mayGoOn);
    if (executions > 0) this.#parts.log.info("old executions of jobs were forgotten", { executions });
  }

  #oldRuns(beforeMs: number, after: OldRun): Promise<OldRun[]> {
    return this.#parts.db.read
      .selectFrom("job_run")
      .select(["job_id", "slot_ms"])
      .where("ended_ms", "<", beforeMs)
      .where((eb) =>
        eb.or([
          eb("job_id", ">", after.job_id),
          eb.and([eb("job_id", "=", after.job_id), eb("slot_ms", ">", after.slot_ms)]),
        ]),
      )
      .orderBy("job_id")
      .orderBy("slot_ms")
      .limit(RUNS_AT_ONCE)
      .execute();
  }

  /** Gives how many were forgotten; 0 when none is left. */
  #forgetSome({ job_id, slot_ms }: OldRun): Promise<number> {
    return this.#parts.db.write(async (trx) => {
      const rows = await trx
        .selectFrom("job_execution")
        .select("id")
        .where("job_id", "=", job_id)
        .where("slot_ms", "=", slot_ms)
        .limit(PIECE)
        .execute();
      if (rows.length === 0) return 0;
      const ids = rows.map(({ id }) => id);
      const lines = await trx
        .selectFrom("job_log_line")
        .select("id")
        .where("execution_id", "in", ids)
        .limit(LINES_AT_ONCE)
        .execute();
      const numbers = lines.map(({ id }) => id);
      if (numbers.length > 0) await trx.deleteFrom("job_log_line").where("id", "in", numbers).execute();
      // The executions go with the last of their lines.
      if (numbers.length === LINES_AT_ONCE) return 1;
      await trx.deleteFrom("job_transition").where("execution_id", "in", ids).execute();
      await trx.deleteFrom("job_execution").where("id", "in", ids).execute();
      return ids.length;
    });
  }

  /** The run itself, when the job has a newer one. */
  async #forgetRun({ job_id, slot_ms }: OldRun): Promise<void> {
    await this.#parts.db.write(async (trx) => {
      const newer = await trx
        .selectFrom("job_run")
        .select("slot_ms")
        .where("job_id", "=", job_id)
        .where("slot_ms", ">", slot_ms)
        .limit(1)
        .executeTakeFirst();
      if (newer === undefined) return;
      for (const table of ["job_count", "job_run"] as const)
        await trx.deleteFrom(table).where("job_id", "=", job_id).where("slot_ms", "=", slot_ms).execute();
    });
  }

  /** That slots were left out, long ago. */
  async #forgetSkips(beforeMs: number): Promise<void> {
    const { db } = this.#parts;
    await db.write((trx) => trx.deleteFrom("job_skip").where("at_ms", "<", beforeMs).execute());
  }
}
