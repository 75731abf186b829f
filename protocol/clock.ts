/**
 * Time as a parameter, so that timeouts, retries and schedules are tested without waiting.
 * The real one is `systemClock` of each side; tests use `protocol/testing/manual-clock.ts`.
 */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC. May jump when the machine's clock is corrected. */
  nowMs(): number;
  /** Milliseconds that only ever grow, from an arbitrary origin: for measuring spans. */
  monotonicMs(): number;
  /** Calls `run` once, `delayMs` from now. The returned function cancels it; cancelling twice is harmless. */
  after(delayMs: number, run: () => void): () => void;
}
