import type { Clock } from "../../protocol/clock.ts";

/** Commits that may follow each other at once, after a quiet time. */
export const COMMITS_AT_ONCE = 32;
/** From then on one every so many milliseconds. */
export const COMMIT_EVERY_MS = 16;

/**
 * How often one who writes much commits. A commit writes each page that was touched, keeps the thread for half a millisecond, and
 * whoever else writes waits for the disk with it; many gateways with an entry each would have hundreds in a second. So those that
 * come one after the other for long are held back some milliseconds, in which others come to share the next one; what comes now and
 * then is never held back.
 */
export class CommitPace {
  readonly #clock: Clock;
  #credit = COMMITS_AT_ONCE;
  #sinceMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#sinceMs = clock.monotonicMs();
  }

  /** Resolves when the next commit may begin, and counts it. `sooner`: when nobody else will come to share it. */
  async next(sooner?: Promise<void>): Promise<void> {
    this.#refill();
    if (this.#credit < 1) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const cancel = this.#clock.after(Math.ceil((1 - this.#credit) * COMMIT_EVERY_MS), resolve);
      void sooner?.then(resolve);
      await promise;
      cancel();
      this.#refill();
    }
    this.#credit = Math.max(0, this.#credit - 1);
  }

  /** The commit was shared by as many as there may be: waiting would not have made it better. */
  wasFull(): void {
    this.#credit += 1;
  }

  #refill(): void {
    const nowMs = this.#clock.monotonicMs();
    const earned = (nowMs - this.#sinceMs) / COMMIT_EVERY_MS;
    this.#credit = Math.min(COMMITS_AT_ONCE, this.#credit + earned);
    this.#sinceMs = nowMs;
  }
}
