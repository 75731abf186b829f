import type { Transaction } from "kysely";
import type { JobStatus } from "../../protocol/jobs/run-states.ts";
import { prepared } from "../database/prepared.ts";
import type { Tables } from "../database/tables.ts";
import type { JobsParts } from "./parts.ts";

/** What more may come of it by itself. */
const GOES_ON: ReadonlySet<string> = new Set<JobStatus>(["scheduled", "running"]);

const selectStatus = prepared((db, organizationId: string, id: string) =>
  db.selectFrom("job").select("status").where("organization_id", "=", organizationId).where("id", "=", id),
);

/** Those who asked to be answered when a job has ended, and not before. */
export class JobEnds {
  readonly #parts: Pick<JobsParts, "db" | "clock">;
  readonly #waiting = new Map<string, Set<() => void>>();
  #stopped = false;

  constructor(parts: Pick<JobsParts, "db" | "clock">) {
    this.#parts = parts;
  }

  get areAwaited(): boolean {
    return this.#waiting.size > 0;
  }

  /** Something of the job changes with this transaction. */
  changed(trx: Transaction<Tables>, jobId: string): void {
    this.#parts.db.onCommit(trx, () => {
      for (const look of this.#waiting.get(jobId) ?? []) look();
    });
  }

  /**
   * Resolves when the job has ended, or nothing more comes of it without a person; after `waitMs` at the latest, and at once
   * when there is no such job.
   */
  async wait(organizationId: string, jobId: string, waitMs: number): Promise<void> {
    const goesOn = async (): Promise<boolean> => {
      const [job] = await selectStatus(this.#parts.db.read, organizationId, jobId);
      return job !== undefined && GOES_ON.has(job.status);
    };
    let isOver = this.#stopped;
    let wake = (): void => undefined;
    const look = (): void => wake();
    const cancel = this.#parts.clock.after(waitMs, () => {
      isOver = true;
      wake();
    });
    const known = this.#waiting.get(jobId) ?? new Set();
    this.#waiting.set(jobId, known.add(look));
    try {
      for (;;) {
        // Before it is looked up: what changes meanwhile is looked at again.
        const changed = new Promise<void>((resolve) => {
          wake = resolve;
        });
        if (isOver || this.#stopped || !(await goesOn())) return;
        await changed;
      }
    } finally {
      cancel();
      known.delete(look);
      if (known.size === 0) this.#waiting.delete(jobId);
    }
  }

  /** Nobody waits any longer. */
  stop(): void {
    this.#stopped = true;
    for (const known of this.#waiting.values()) for (const look of known) look();
  }
}
