import type { Clock } from "../../protocol/clock.ts";
import type { LiveEvent } from "../../protocol/live/event.ts";
import type { Random } from "../../protocol/random.ts";
import { SECOND } from "../../protocol/units.ts";

/** Between the answer to a poll and the next: news are told at most so often, and late by at most so much. */
export const POLL_GAP_MS = SECOND;
/** Between polls that did not reach the cloud. */
export const POLL_RETRY_MS = 10 * SECOND;

/** What became of a poll; the events are those that a line would have brought. */
export type Polled = { kind: "polled"; events: readonly LiveEvent[] } | { kind: "unreached" | "refused" };

export interface PollerParts {
  clock: Clock;
  random: Random;
  poll(signal: AbortSignal): Promise<Polled>;
  /** Every outcome; may stop the poller. */
  told(outcome: Polled): void;
}

/** Asks for news over HTTP again and again, one question at a time. */
export class Poller {
  readonly #parts: PollerParts;
  #asking: AbortController | null = null;
  #waits: { dueMs: number; cancel(): void } | null = null;

  constructor(parts: PollerParts) {
    this.#parts = parts;
  }

  /** Asks within this time, unless it is asking already, and goes on until it is stopped. */
  within(delayMs: number): void {
    const { clock } = this.#parts;
    const dueMs = clock.monotonicMs() + delayMs;
    if (this.#asking !== null || (this.#waits !== null && this.#waits.dueMs <= dueMs)) return;
    this.#waits?.cancel();
    this.#waits = { dueMs, cancel: clock.after(delayMs, () => void this.#ask()) };
  }

  /** What is asked has changed: a question that is under way is asked anew. */
  again(): void {
    if (this.#asking === null) return;
    this.stop();
    this.within(0);
  }

  stop(): void {
    this.#asking?.abort();
    this.#asking = null;
    this.#waits?.cancel();
    this.#waits = null;
  }

  async #ask(): Promise<void> {
    const asking = new AbortController();
    this.#asking = asking;
    this.#waits = null;
    const outcome = await this.#parts.poll(asking.signal);
    // Stopped meanwhile, or asked anew.
    if (this.#asking !== asking) return;
    this.#parts.told(outcome);
    if (this.#asking !== asking) return;
    this.#asking = null;
    const waitMs = outcome.kind === "polled" ? POLL_GAP_MS : POLL_RETRY_MS;
    this.within(waitMs * (0.9 + 0.2 * this.#parts.random.next()));
  }
}
