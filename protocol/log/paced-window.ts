import type { Clock } from "../clock.ts";
import { KIB } from "../units.ts";

/** What a window remembers of a frame that is on its way. */
export interface Departure {
  atMs: number;
  /** Whether the window was what kept more from leaving: only then does its size say anything about the line. */
  filled: boolean;
}

/** Bulk may make a line wait so much longer than it takes by itself; what is urgent waits as long, and no longer. */
export const QUEUE_TARGET_MS = 200;
/** What a session begins with: a quarter of a second of a line of 256 kbit/s. */
export const FIRST_WINDOW_BYTES = 8 * KIB;
const LEAST_WINDOW_BYTES = KIB;
/** Share of the target from which on the window no longer grows twofold. */
const CAREFUL_FROM = 0.25;

/**
 * How much may be on its way, by how long acknowledgements take: a slow line holds little, so that an alarm does not
 * wait behind telemetry in a buffer nobody can take it out of; a fast one is filled. The fastest answer so far tells
 * how long the line takes by itself; what is above that is a queue. While the queue is below
 * {@link QUEUE_TARGET_MS} the window grows, above it shrinks in proportion, once a round trip.
 * A line that becomes slow while the window is large is noticed with the first acknowledgement after.
 */
export class PacedWindow {
  readonly #clock: Clock;
  readonly #mostBytes: number;
  #bytes: number;
  #careful = false;
  #fastestMs = Number.POSITIVE_INFINITY;
  #shrunkMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, mostBytes: number) {
    this.#clock = clock;
    this.#mostBytes = mostBytes;
    this.#bytes = Math.min(FIRST_WINDOW_BYTES, mostBytes);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** A frame leaves; with it `inFlightBytes` are on their way. */
  left(inFlightBytes: number): Departure {
    return { atMs: this.#clock.monotonicMs(), filled: inFlightBytes * 2 > this.#bytes };
  }

  /** A frame of so many bytes is acknowledged. */
  arrived({ atMs, filled }: Departure, bytes: number): void {
    const nowMs = this.#clock.monotonicMs();
    const tookMs = nowMs - atMs;
    this.#fastestMs = Math.min(this.#fastestMs, tookMs);
    const queueMs = tookMs - this.#fastestMs;
    if (queueMs <= QUEUE_TARGET_MS) {
      if (filled) this.#grow(bytes, 1 - queueMs / QUEUE_TARGET_MS);
      return;
    }
    // What left before the last shrinking tells of the window as it was then.
    if (atMs < this.#shrunkMs) return;
    this.#shrunkMs = nowMs;
    this.#careful = true;
    this.#bytes = Math.max(LEAST_WINDOW_BYTES, Math.floor((this.#bytes * QUEUE_TARGET_MS) / queueMs));
  }
  /** Twofold in a round trip while nothing waits; then by a quarter at most, the less the nearer the target is. */
  #grow(bytes: number, share: number): void {
    if (share < 1 - CAREFUL_FROM) this.#careful = true;
    this.#bytes = Math.min(this.#mostBytes, this.#bytes + (this.#careful ? (bytes * share) / 4 : bytes));
  }
}
