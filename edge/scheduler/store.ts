import type { Database } from "bun:sqlite";
import type { ScheduleSet } from "../../protocol/log/downlog/schedule-set.ts";
import type { DoneSpans } from "./done-spans.ts";

/** A schedule, and how far it is. Times in ms since 1970. */
export interface Schedule {
  set: Omit<ScheduleSet, "kind">;
  position: number;
  nextMs: number | null;
  asOfMs: number;
  done: DoneSpans;
}

interface Row {
  job: string;
  position: number;
  from_ms: number;
  next_ms: number | null;
  as_of_ms: number;
  done: string;
  work: string;
}

/** The tables `schedule` and `schedule_waiting`. Writing is the caller's transaction. */
export class ScheduleStore {
  readonly #sqlite: Database;

  constructor(sqlite: Database) {
    this.#sqlite = sqlite;
  }

  get(job: string): Schedule | null {
    const row = this.#sqlite.query<Row, [string]>("SELECT * FROM schedule WHERE job = ?").get(job);
    return row === null ? null : fromRow(row);
  }

  put({ set, position, nextMs, asOfMs, done }: Schedule): void {
    this.#sqlite
      .query(
        `INSERT INTO schedule (job, position, from_ms, next_ms, as_of_ms, done, work)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO UPDATE
         SET position = ?2, from_ms = ?3, next_ms = ?4, as_of_ms = ?5, done = ?6, work = ?7`,
      )
      .run(set.job, position, set.fromMs, nextMs, asOfMs, JSON.stringify(done), JSON.stringify(set));
  }

  /** Writes how far it is. */
  move({ set, nextMs, asOfMs, done }: Schedule): void {
    this.#sqlite
      .query("UPDATE schedule SET next_ms = ?, as_of_ms = ?, done = ? WHERE job = ?")
      .run(nextMs, asOfMs, JSON.stringify(done), set.job);
  }

  setPosition(job: string, position: number): void {
    this.#sqlite.query("UPDATE schedule SET position = ? WHERE job = ?").run(position, job);
  }

  remove(job: string): void {
    this.#sqlite.query("DELETE FROM schedule WHERE job = ?").run(job);
    this.dropWaiting(job);
  }

  removeOthers(jobs: readonly string[]): void {
    const kept = JSON.stringify(jobs);
    for (const table of ["schedule", "schedule_waiting"]) {
      this.#sqlite.query(`DELETE FROM ${table} WHERE job NOT IN (SELECT value FROM json_each(?))`).run(kept);
    }
  }

  /** Those that have come due, soonest first. */
  due(nowMs: number, limit: number): Schedule[] {
    return this.#sqlite
      .query<Row, [number, number]>("SELECT * FROM schedule WHERE next_ms <= ? ORDER BY next_ms LIMIT ?")
      .all(nowMs, limit)
      .map(fromRow);
  }

  /** When the next one comes due; null when none will. */
  nextMs(): number | null {
    return (
      this.#sqlite
        .query<{ next: number | null }, []>(
          "SELECT min(next_ms) AS next FROM schedule WHERE next_ms IS NOT NULL",
        )
        .get()?.next ?? null
    );
  }

  /** Those that were dealt with up to a moment that is still to come, because the clock was set back since. */
  aheadOf(nowMs: number, limit: number): Schedule[] {
    return this.#sqlite
      .query<Row, [number, number]>(
        "SELECT * FROM schedule WHERE as_of_ms > ?1 AND from_ms <= ?1 ORDER BY as_of_ms LIMIT ?2",
      )
      .all(nowMs, limit)
      .map(fromRow);
  }

  addWaiting(job: string, slotMs: number): void {
    this.#sqlite.query("INSERT INTO schedule_waiting (job, slot_ms) VALUES (?, ?)").run(job, slotMs);
  }

  waitingCount(job: string): number {
    return this.#sqlite
      .query<{ n: number }, [string]>("SELECT count(*) AS n FROM schedule_waiting WHERE job = ?")
      .get(job)!.n;
  }

  /** Takes the oldest slot that waits for the run before; null when none does. */
  takeWaiting(job: string): number | null {
    const row = this.#sqlite
      .query<{ slot_ms: number }, [string]>(
        `DELETE FROM schedule_waiting
         WHERE job = ?1 AND slot_ms = (SELECT min(slot_ms) FROM schedule_waiting WHERE job = ?1)
         RETURNING slot_ms`,
      )
      .get(job);
    return row?.slot_ms ?? null;
  }

  dropWaiting(job: string): void {
    this.#sqlite.query("DELETE FROM schedule_waiting WHERE job = ?").run(job);
  }

  /** Jobs of which slots wait. */
  waitingJobs(): string[] {
    return this.#sqlite
      .query<{ job: string }, []>("SELECT DISTINCT job FROM schedule_waiting ORDER BY job")
      .all()
      .map(({ job }) => job);
  }
}

function fromRow(row: Row): Schedule {
  return {
    set: JSON.parse(row.work),
    position: row.position,
    nextMs: row.next_ms,
    asOfMs: row.as_of_ms,
    done: JSON.parse(row.done),
  };
}
