import type { Logger } from "@logtape/logtape";
import type { Clock } from "../../protocol/clock.ts";
import { CLOCK_STEPS_MAX, type ClockStep } from "../../protocol/frames/control.ts";
import type { Seq } from "../../protocol/log/cursor.ts";
import { SECOND } from "../../protocol/units.ts";
import type { EdgeDatabase } from "../database/database.ts";
import type { Uplog } from "../uplog/uplog.ts";

/**
 * When this gateway's clock was set, and where in the log that was: what the cloud needs to correct what was stamped
 * before (docs/decisions/0008-clocks-that-are-wrong.md).
 *
 * Promises: for the gateway, whose parts all read {@link ClockSteps.clock}, the clock is set at one moment only, when all
 * that was stamped before is sealed and the place in the log is noted. So no chunk has readings of both sides of a step.
 */
export interface ClockSteps {
  /** The machine's clock, but that it is set only when a look has found it so. */
  readonly clock: Clock;
  /** Notes that the gateway was started here, and begins to look every second. */
  start(): void;
  stop(): void;
  /** Looks now, as before telling anybody what time it is. */
  look(): void;
  /** The newest, oldest first. */
  newest(): ClockStep[];
  /** A session with the cloud begins. Within the caller's transaction. */
  sessionBegins(): void;
  /**
   * Where the bulk lane was at the first start of the gateway since the last session began; 0 when there was none. When
   * this database came back from a backup since, that is no further than what the backup had: it was the same in both.
   */
  bulkAtFirstStartSince(): Seq;
  /** Calls `listener` when there is another, with by how much. Returns the function that ends it. */
  onStep(listener: (byMs: number) => void): () => void;
}

export interface ClockStepsParts {
  db: EdgeDatabase;
  uplog: Uplog;
  clock: Clock;
  log: Logger;
  /** How long the machine has been up, asleep or awake, ms; good to some hundredths of a second. */
  uptimeMs: () => number;
  /** Commits and seals all that was taken in; {@link ClockSteps.clock} still is as it was when that was stamped. */
  seal: () => void;
}

/** Smaller steps than this are drift, and corrected by nobody. */
const STEP_MIN_MS = 1 * SECOND;

export function createClockSteps(parts: ClockStepsParts): ClockSteps {
  return new WatchedClock(parts);
}

interface Moment {
  nowMs: number;
  monotonicMs: number;
  uptimeMs: number;
}

class WatchedClock implements ClockSteps {
  readonly clock: Clock;
  readonly #parts: ClockStepsParts;
  readonly #listeners = new Set<(byMs: number) => void>();
  /** What the clocks said when they were last known to agree; null before the start. */
  #agreed: Moment | null = null;
  #cancel: (() => void) | null = null;
  #fails = false;
  #startIsNoted = false;

  constructor(parts: ClockStepsParts) {
    this.#parts = parts;
    const machine = parts.clock;
    this.clock = {
      nowMs: () => machine.nowMs() - this.#unnoticedMs(),
      monotonicMs: () => machine.monotonicMs(),
      after: (delayMs, run) => machine.after(delayMs, run),
    };
  }

  start(): void {
    this.#agreed = this.#read();
    this.#noteStart();
    const look = (): void => {
      this.look();
      this.#cancel = this.#parts.clock.after(SECOND, look);
    };
    this.#cancel = this.#parts.clock.after(SECOND, look);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  look(): void {
    const { log, seal } = this.#parts;
    if (!this.#startIsNoted) this.#noteStart();
    const agreed = this.#agreed;
    if (agreed === null || this.#unnoticedMs() === 0) return;
    const now = this.#read();
    const passedMs = now.monotonicMs - agreed.monotonicMs;
    // While a machine sleeps its monotonic clock may stand still, and its wall clock is right all the same.
    const asleepMs = Math.max(0, now.uptimeMs - agreed.uptimeMs - passedMs);
    const byMs = Math.round(now.nowMs - agreed.nowMs - passedMs - asleepMs);
    if (Math.abs(byMs) < STEP_MIN_MS) {
      this.#agreed = now;
      return;
    }
    try {
      seal();
      this.#note(byMs);
    } catch (error) {
      // Safe to go on: the next look finds the same step.
      if (!this.#fails) log.error("that the clock was set could not be noted", { byMs, error });
      this.#fails = true;
      return;
    }
    log.warn("the clock was set", { byMs });
    this.#fails = false;
    this.#agreed = now;
    for (const listener of this.#listeners) listener(byMs);
  }

  /** A disk that is full or fails must not keep the gateway from its devices: it is tried again with every look. */
  #noteStart(): void {
    try {
      this.#note(null);
      this.#startIsNoted = true;
    } catch (error) {
      this.#parts.log.error("that the gateway was started could not be noted", { error });
    }
  }

  newest(): ClockStep[] {
    return this.#parts.db.sqlite
      .query<ClockStep, [number]>(
        `SELECT number, urgent_seq AS urgent, bulk_seq AS bulk, by_ms AS byMs
         FROM (SELECT * FROM clock_step ORDER BY number DESC LIMIT ?) ORDER BY number`,
      )
      .all(CLOCK_STEPS_MAX);
  }

  sessionBegins(): void {
    this.#parts.db.sqlite.run(
      "UPDATE identity SET session_step = (SELECT coalesce(max(number), 0) FROM clock_step)",
    );
  }

  bulkAtFirstStartSince(): Seq {
    const row = this.#parts.db.sqlite
      .query<{ bulk: Seq }, []>(
        `SELECT bulk_seq AS bulk FROM clock_step
         WHERE by_ms IS NULL AND number > (SELECT session_step FROM identity) ORDER BY number LIMIT 1`,
      )
      .get();
    return row?.bulk ?? 0;
  }

  onStep(listener: (byMs: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** By how much the machine's clock was set since the clocks agreed; 0 for what is drift. */
  #unnoticedMs(): number {
    if (this.#agreed === null) return 0;
    const { clock } = this.#parts;
    const passedMs = clock.monotonicMs() - this.#agreed.monotonicMs;
    const byMs = Math.round(clock.nowMs() - this.#agreed.nowMs - passedMs);
    return Math.abs(byMs) < STEP_MIN_MS ? 0 : byMs;
  }

  #read(): Moment {
    const { clock, uptimeMs } = this.#parts;
    return { nowMs: clock.nowMs(), monotonicMs: clock.monotonicMs(), uptimeMs: uptimeMs() };
  }

  #note(byMs: number | null): void {
    const { db, uplog } = this.#parts;
    db.transaction(() => {
      const { lastInsertRowid } = db.sqlite
        .query("INSERT INTO clock_step (urgent_seq, bulk_seq, by_ms) VALUES (?, ?, ?)")
        .run(uplog.head("urgent"), uplog.head("bulk"), byMs);
      db.sqlite
        .query("DELETE FROM clock_step WHERE number <= ?")
        .run(Number(lastInsertRowid) - CLOCK_STEPS_MAX);
    });
  }
}
