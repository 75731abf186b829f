import type { Database, SQLQueryBindings } from "bun:sqlite";
import type { Execution } from "./execution.ts";
import { fromRow, type Row, toRow } from "./execution-row.ts";

/** The table `job_execution`; of what waits in it, see `WaitingStore`. */
export class ExecutionStore {
  readonly #sqlite: Database;

  constructor(sqlite: Database) {
    this.#sqlite = sqlite;
  }

  get(id: string): Execution | null {
    const row = this.#sqlite.query<Row, [string]>("SELECT * FROM job_execution WHERE id = ?").get(id);
    return row === null ? null : fromRow(row);
  }

  add(execution: Execution): void {
    const row = toRow(execution);
    const names = Object.keys(row);
    this.#sqlite
      .query(`INSERT INTO job_execution (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`)
      .run(...Object.values(row));
  }

  /** Writes what may change of it. */
  update(execution: Execution): void {
    const { id, state, attempt, since_ms, reason, output, memo, not_before_ms } = toRow(execution);
    this.#sqlite
      .query(
        `UPDATE job_execution SET state = ?, attempt = ?, since_ms = ?, reason = ?, output = ?, memo = ?,
         not_before_ms = ? WHERE id = ?`,
      )
      .run(state, attempt, since_ms, reason, output, memo, not_before_ms, id);
  }

  /** Counts a line of its log; gives how many there are with it. */
  countLine(id: string): number {
    const row = this.#sqlite
      .query<{ lines: number }, [string]>(
        "UPDATE job_execution SET lines = lines + 1 WHERE id = ? RETURNING lines",
      )
      .get(id);
    return row?.lines ?? 0;
  }

  setPosition(job: string, position: number): void {
    this.#sqlite
      .query("UPDATE job_execution SET position = ? WHERE job = ? AND state = 'delivered'")
      .run(position, job);
  }

  running(): Execution[] {
    return this.#select("state = 'running' ORDER BY +seq");
  }

  runningOf(device: string): Execution[] {
    return this.#select("state = 'running' AND device = +? ORDER BY +seq", device);
  }

  runningCount(): number {
    return this.#sqlite
      .query<{ n: number }, []>("SELECT count(*) AS n FROM job_execution WHERE state = 'running'")
      .get()!.n;
  }

  /** Of a job, those that have not ended. */
  openOf(job: string): Execution[] {
    return this.#select("job = ? AND state IN ('delivered', 'running') ORDER BY seq", job);
  }

  countOpen(job: string): number {
    const row = this.#sqlite
      .query<{ open: number }, [string]>(
        "SELECT count(*) AS open FROM job_execution WHERE job = ? AND state IN ('delivered', 'running')",
      )
      .get(job);
    return row?.open ?? 0;
  }

  /** A device's that succeeded and were not seen to be so yet. Asked whenever it connects. */
  unverified(device: string, kind: "device.restart" | "firmware.transfer"): Execution[] {
    // As the index `job_execution_unverified` has it, or SQLite does not see that it may take that.
    const indexed = "state = 'succeeded' AND kind IN ('device.restart', 'firmware.transfer')";
    return this.#select(`${indexed} AND device = ? AND kind = ? ORDER BY +seq`, device, kind);
  }

  /** All that are open, and what ended since then. */
  toAnnounce(endedSinceMs: number): Execution[] {
    return this.#select("state IN ('delivered', 'running') OR since_ms >= ? ORDER BY seq", endedSinceMs);
  }

  /** Forgets so many at most of those that ended before then, the oldest first; gives how many. */
  forgetBefore(sinceMs: number, limit: number): number {
    const { changes } = this.#sqlite
      .query(
        `DELETE FROM job_execution WHERE seq IN (
           SELECT seq FROM job_execution
           WHERE since_ms < ? AND state NOT IN ('delivered', 'running') ORDER BY since_ms LIMIT ?)`,
      )
      .run(sinceMs, limit);
    return changes;
  }

  #select(where: string, ...values: SQLQueryBindings[]): Execution[] {
    return this.#sqlite
      .query<Row, SQLQueryBindings[]>(`SELECT * FROM job_execution WHERE ${where}`)
      .all(...values)
      .map(fromRow);
  }
}
