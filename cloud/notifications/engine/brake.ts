import { type BackoffPolicy, backoffDelayMs } from "../../../protocol/backoff.ts";
import type { Outcome } from "../../../protocol/notifications/outcome.ts";
import type { Random } from "../../../protocol/random.ts";
import { MINUTE, SECOND } from "../../../protocol/units.ts";

/** So many "later" one after the other, and nothing that was taken: then it is not the one message. */
export const FAULTS_MAX = 8;
export const BRAKE_BACKOFF: BackoffPolicy = { firstMs: SECOND, maxMs: MINUTE };
/** A platform that names a longer time is asked again sooner: by one message. */
const PAUSE_MAX_MS = 5 * MINUTE;

/**
 * How many messages a lane may have under way: all it is allowed as long as its platform takes them, one at a time when
 * it took none of the last, and none for a growing while in between. Pure: time comes in.
 */
export class Brake {
  readonly #atOnce: number;
  readonly #random: Random;
  #faults = 0;
  #pauses = 0;
  #untilMs = 0;
  #window: number;

  constructor(atOnce: number, random: Random) {
    this.#atOnce = atOnce;
    this.#random = random;
    this.#window = atOnce;
  }

  /** How many may be under way now. */
  windowAt(nowMs: number): number {
    return nowMs < this.#untilMs ? 0 : this.#window;
  }

  /** When more than none may be. */
  get opensMs(): number {
    return this.#untilMs;
  }

  heard(outcome: Outcome, nowMs: number): void {
    if (outcome.outcome !== "retryable" && outcome.outcome !== "throttled") {
      this.#faults = 0;
      this.#pauses = 0;
      this.#untilMs = 0;
      this.#window = Math.min(this.#atOnce, this.#window * 2);
      return;
    }
    this.#faults += 1;
    // While it is paused, what was under way before comes back, and says nothing new.
    if (this.#faults < FAULTS_MAX || nowMs < this.#untilMs) return;
    const named = outcome.outcome === "throttled" ? Math.min(outcome.retryAfterMs, PAUSE_MAX_MS) : 0;
    this.#untilMs = nowMs + Math.max(named, backoffDelayMs(BRAKE_BACKOFF, this.#pauses, this.#random));
    this.#pauses += 1;
    this.#window = 1;
  }
}
