import type { Database, SQLQueryBindings } from "bun:sqlite";
import type { Execution } from "./execution.ts";

interface Row {
  id: string;
  job: string;
  kind: string;
  arguments: string;
  device: string | null;
  position: number;
  timeout_ms: number;
  retries: string;
  time_window: string | null;
  slot_ms: number;
  expires_ms: number;
  not_before_ms: number;
  begun_here: number;
  state: Execution["state"];
  attempt: number;
  since_ms: number;
  reason: string | null;
  output: string | null;
  memo: string | null;
  lines: number;
}

/** Executions that have not begun: how many, when the first expires, and when the next may begin or expires. */
export interface Waiting {
  count: number;
  expiresMs: number;
  dueMs: number;
}

const NEVER_MS = Number.POSITIVE_INFINITY;
export const NOTHING_WAITS: Waiting = { count: 0, expiresMs: NEVER_MS, dueMs: NEVER_MS };

/** What may begin now and waits for nothing else: its time, its device's connection, an earlier one on that device. */
const READY = `
  SELECT e.* FROM job_execution e LEFT JOIN device d ON d.key = e.device
  WHERE e.state = 'delivered' AND e.not_before_ms <= ?1 AND e.expires_ms > ?1
    AND (e.device IS NULL OR d.connectivity = 'online' OR e.kind IN (SELECT value FROM json_each(?2)))
    AND (SELECT count(*) FROM job_execution r WHERE r.state = 'running' AND r.device IS e.device) < ?3
  ORDER BY e.position, e.seq LIMIT 1`;

/** The table `job_execution`. */
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

  /** The next to begin; `offlineKinds` begin whether or not their device is connected. */
  nextReady(nowMs: number, offlineKinds: readonly string[], perTarget: number): Execution | null {
    const row = this.#sqlite
      .query<Row, [number, string, number]>(READY)
      .get(nowMs, JSON.stringify(offlineKinds), perTarget);
    return row === null ? null : fromRow(row);
  }

  /** What waits for a device to listen need not wait longer. Whether there is any. */
  hurry(device: string, nowMs: number): boolean {
    const { changes } = this.#sqlite
      .query(
        `UPDATE job_execution SET not_before_ms = ?1
         WHERE state = 'delivered' AND device = ?2 AND attempt = 0 AND not_before_ms > ?1`,
      )
      .run(nowMs, device);
    return changes > 0;
  }

  waiting(nowMs: number): Waiting {
    const { count, expiresMs, dueMs } = this.#sqlite
      .query<{ count: number; expiresMs: number | null; dueMs: number | null }, [number]>(
        `SELECT count(*) AS count, min(expires_ms) AS expiresMs,
           min(CASE WHEN not_before_ms > ?1 THEN min(not_before_ms, expires_ms) ELSE expires_ms END) AS dueMs
         FROM job_execution WHERE state = 'delivered'`,
      )
      .get(nowMs)!;
    return expiresMs === null || dueMs === null ? NOTHING_WAITS : { count, expiresMs, dueMs };
  }

  /**
   * Asked at every look, so by the index of those that wait: in the table's own order, SQLite would read all there ever were. The signs hide
   * the parameters from the planner, which would look at their values, and so compile the statement anew each time (11 µs of 12).
   */
  expired(nowMs: number, limit: number): Execution[] {
    return this.#select("state = 'delivered' AND expires_ms <= +? ORDER BY +seq LIMIT +?", nowMs, limit);
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

function toRow(execution: Execution): Row {
  return {
    id: execution.id,
    job: execution.job,
    kind: execution.kind,
    arguments: JSON.stringify(execution.arguments),
    device: execution.device,
    position: execution.position,
    timeout_ms: execution.timeoutMs,
    retries: JSON.stringify(execution.retries),
    time_window: execution.window === null ? null : JSON.stringify(execution.window),
    slot_ms: execution.slotMs,
    expires_ms: execution.expiresMs,
    not_before_ms: execution.notBeforeMs,
    begun_here: execution.begunHere ? 1 : 0,
    state: execution.state,
    attempt: execution.attempt,
    since_ms: execution.sinceMs,
    reason: execution.reason,
    output: execution.output === undefined ? null : JSON.stringify(execution.output),
    memo: execution.memo === null ? null : JSON.stringify(execution.memo),
    lines: execution.lines,
  };
}

function fromRow(row: Row): Execution {
  return {
    id: row.id,
    job: row.job,
    kind: row.kind,
    arguments: JSON.parse(row.arguments),
    device: row.device,
    position: row.position,
    timeoutMs: row.timeout_ms,
    retries: JSON.parse(row.retries),
    window: row.time_window === null ? null : JSON.parse(row.time_window),
    slotMs: row.slot_ms,
    expiresMs: row.expires_ms,
    notBeforeMs: row.not_before_ms,
    begunHere: row.begun_here === 1,
    state: row.state,
    attempt: row.attempt,
    sinceMs: row.since_ms,
    reason: row.reason,
    output: row.output === null ? undefined : JSON.parse(row.output),
    memo: row.memo === null ? null : JSON.parse(row.memo),
    lines: row.lines,
  };
}
