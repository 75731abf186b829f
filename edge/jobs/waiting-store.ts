import type { Database } from "bun:sqlite";
import type { Execution } from "./execution.ts";
import { fromRow, type Row } from "./execution-row.ts";

/** Executions that have not begun: how many are looked at, and when the next of all may begin or expires, and of those put aside. */
export interface Waiting {
  count: number;
  dueMs: number;
  asideDueMs: number;
}

const NEVER_MS = Number.POSITIVE_INFINITY;

/** As the indices of migration 020 have them, or SQLite does not see that it may take those. */
const LOOKED_AT = "state = 'delivered' AND waits_for IS NULL";
const ASIDE = "state = 'delivered' AND waits_for IS NOT NULL";

/** What may begin now and waits for nothing else: its time, its device's connection, an earlier one on that device. */
const READY = `
  SELECT e.* FROM job_execution e LEFT JOIN device d ON d.key = e.device
  WHERE e.state = 'delivered' AND e.waits_for IS NULL AND e.not_before_ms <= ?1 AND e.expires_ms > ?1
    AND (e.device IS NULL OR d.connectivity = 'online' OR e.kind IN (SELECT value FROM json_each(?2)))
    AND (SELECT count(*) FROM job_execution r WHERE r.state = 'running' AND r.device IS e.device) < ?3
  ORDER BY e.position, e.seq LIMIT 1`;

/** What waits for its time or its device, of what is looked at: so many at most. */
const PUT_ASIDE = `
  UPDATE job_execution SET waits_for = CASE WHEN not_before_ms > ?1 THEN 'time' ELSE 'device' END
  WHERE seq IN (
    SELECT e.seq FROM job_execution e LEFT JOIN device d ON d.key = e.device
    WHERE e.state = 'delivered' AND e.waits_for IS NULL AND (
      e.not_before_ms > ?1
      OR e.device IS NOT NULL AND d.connectivity IS NOT 'online' AND e.kind NOT IN (SELECT value FROM json_each(?2)))
    LIMIT ?3)`;

const WAITING = `
  SELECT count(*) AS count, min(CASE WHEN not_before_ms > ?1 THEN min(not_before_ms, expires_ms) ELSE expires_ms END) AS dueMs,
    (SELECT min(not_before_ms) FROM job_execution WHERE state = 'delivered' AND waits_for = 'time') AS asideUntilMs,
    (SELECT min(expires_ms) FROM job_execution WHERE ${ASIDE}) AS asideExpiresMs
  FROM job_execution WHERE ${LOOKED_AT}`;

interface WaitingRow {
  count: number;
  dueMs: number | null;
  asideUntilMs: number | null;
  asideExpiresMs: number | null;
}

/**
 * Executions in `job_execution` that have not begun, in their order. Asked hundreds of times a second, so nothing here reads all there ever
 * were, nor all that wait: those that wait for their time or their device can be put aside.
 */
export class WaitingStore {
  readonly #sqlite: Database;

  constructor(sqlite: Database) {
    this.#sqlite = sqlite;
  }

  /** The next to begin; `offlineKinds` begin whether or not their device is connected. */
  nextReady(nowMs: number, offlineKinds: readonly string[], perTarget: number): Execution | null {
    const row = this.#sqlite
      .query<Row, [number, string, number]>(READY)
      .get(nowMs, JSON.stringify(offlineKinds), perTarget);
    return row === null ? null : fromRow(row);
  }

  look(nowMs: number): Waiting {
    const row = this.#sqlite.query<WaitingRow, [number]>(WAITING).get(nowMs)!;
    const asideDueMs = Math.min(row.asideUntilMs ?? NEVER_MS, row.asideExpiresMs ?? NEVER_MS);
    return { count: row.count, dueMs: Math.min(row.dueMs ?? NEVER_MS, asideDueMs), asideDueMs };
  }

  /** Nobody looks at what waits for its time or its device until that has come. So many at a time, the first first. */
  putAside(nowMs: number, offlineKinds: readonly string[], limit: number): void {
    this.#sqlite.query(PUT_ASIDE).run(nowMs, JSON.stringify(offlineKinds), limit);
  }

  /** Has what was put aside until now looked at again. */
  takeUp(nowMs: number): void {
    this.#takeUp("waits_for = 'time' AND not_before_ms <= ?", nowMs);
  }

  /** Has what was put aside for this device looked at again. */
  takeUpOf(device: string): void {
    this.#takeUp("waits_for = 'device' AND device = ?", device);
  }

  /** The same for every device that is online, for one may be so without having connected just now. */
  takeUpOnline(): void {
    this.#takeUp(
      "waits_for = 'device' AND device IN (SELECT key FROM device WHERE connectivity = ?)",
      "online",
    );
  }

  #takeUp(where: string, value: number | string): void {
    this.#sqlite
      .query(
        `UPDATE job_execution SET waits_for = NULL WHERE state = 'delivered' AND waits_for IS NOT NULL AND ${where}`,
      )
      .run(value);
  }

  /** What waits for a device to listen need not wait longer. Whether there is any. */
  hurry(device: string, nowMs: number): boolean {
    let hurried = 0;
    for (const where of [LOOKED_AT, ASIDE])
      hurried += this.#sqlite
        .query(
          `UPDATE job_execution SET not_before_ms = ?1, waits_for = NULL
           WHERE ${where} AND device = ?2 AND attempt = 0 AND not_before_ms > ?1`,
        )
        .run(nowMs, device).changes;
    return hurried > 0;
  }

  /** Some of those whose time is over. */
  expired(nowMs: number, limit: number): Execution[] {
    const of = (where: string): string => `SELECT * FROM job_execution WHERE ${where} AND expires_ms <= ?1`;
    return this.#sqlite
      .query<Row, [number, number]>(`${of(LOOKED_AT)} UNION ALL ${of(ASIDE)} LIMIT ?2`)
      .all(nowMs, limit)
      .map(fromRow);
  }
}
