import type { Transaction } from "kysely";
import type { JobState } from "../../protocol/jobs/job-machine.ts";
import type { JobStatus } from "../../protocol/jobs/run-states.ts";
import type { LiveEvent } from "../../protocol/live/event.ts";
import type { Tables } from "../database/tables.ts";
import { readCounts } from "./executions.ts";
import type { JobsParts } from "./parts.ts";
import { newestRun } from "./run-store.ts";

/** What changes of one job within this time is told together. */
export const NEWS_MS = 250;
/** Executions named in one event; who looks at more asks the API. */
const NAMED_MAX = 50;

/** Tells browsers how jobs move on: what changed, as it is committed, and not more often than anybody can read. */
export class JobNews {
  readonly #parts: Pick<JobsParts, "db" | "clock" | "log" | "live">;
  /** Executions that changed, by job. */
  #changed = new Map<string, { organizationId: string; executions: Set<string> }>();
  /** Jobs with new lines, and whose they are. */
  #wrote = new Map<string, string>();
  #cancel: (() => void) | null = null;

  constructor(parts: Pick<JobsParts, "db" | "clock" | "log" | "live">) {
    this.#parts = parts;
  }

  /** Something of the job changes with this transaction. */
  changed(trx: Transaction<Tables>, organizationId: string, jobId: string, executionId?: string): void {
    this.#parts.db.onCommit(trx, () => this.#note(organizationId, jobId, executionId));
  }

  /** Lines of the job come with this transaction. */
  wrote(trx: Transaction<Tables>, organizationId: string, jobId: string): void {
    this.#parts.db.onCommit(trx, () => {
      if (!this.#parts.live.isHeard(organizationId)) return;
      this.#wrote.set(jobId, organizationId);
      this.#tellSoon();
    });
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #note(organizationId: string, jobId: string, executionId: string | undefined): void {
    if (!this.#parts.live.isHeard(organizationId)) return;
    const known = this.#changed.get(jobId) ?? { organizationId, executions: new Set<string>() };
    if (executionId !== undefined && known.executions.size <= NAMED_MAX) known.executions.add(executionId);
    this.#changed.set(jobId, known);
    this.#tellSoon();
  }

  #tellSoon(): void {
    this.#cancel ??= this.#parts.clock.after(NEWS_MS, () => {
      this.#cancel = null;
      void this.#tell();
    });
  }

  async #tell(): Promise<void> {
    const [changed, wrote] = [this.#changed, this.#wrote];
    this.#changed = new Map();
    this.#wrote = new Map();
    for (const [job, organizationId] of wrote)
      this.#parts.live.publish(organizationId, { type: "job:log", job });
    try {
      for (const [jobId, { organizationId, executions }] of changed) {
        const event = await this.#event(jobId, [...executions]);
        if (event !== null) this.#parts.live.publish(organizationId, event);
      }
    } catch (error) {
      // Pages show an older state until the next change or reload; the API has the truth.
      this.#parts.log.error("how jobs are could not be looked up", { error });
    }
  }

  async #event(jobId: string, ids: readonly string[]): Promise<LiveEvent | null> {
    const { read } = this.#parts.db;
    const job = await read.selectFrom("job").select("status").where("id", "=", jobId).executeTakeFirst();
    if (job === undefined) return null;
    const run = await newestRun(read, jobId);
    const named = ids.slice(0, NAMED_MAX);
    const executions =
      named.length === 0
        ? []
        : await read
            .selectFrom("job_execution")
            .select(["id", "state", "percent", "message", "reason"])
            .where("id", "in", named)
            .execute();
    return {
      type: "job:progress",
      job: jobId,
      status: job.status as JobStatus,
      slot: run?.slot_ms ?? null,
      total: run?.total ?? null,
      released: run === undefined ? null : run.total - run.waiting,
      counts: run === undefined ? {} : Object.fromEntries(await readCounts(read, jobId, run.slot_ms)),
      executions: executions.map((row) => ({ ...row, state: row.state as JobState })),
      more: ids.length > NAMED_MAX,
    };
  }
}
