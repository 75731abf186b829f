import type { Clock } from "../../protocol/clock.ts";
import type { Outcome } from "../../protocol/notifications/outcome.ts";

/** That a platform takes nothing any more: since when, and what it said last. */
export interface Trouble {
  sinceMs: number;
  reason: string;
  /** How many messages, one after the other. */
  messages: number;
}

/** One message may be wrong, or one address. */
const MESSAGES_MIN = 3;

/**
 * Which platforms of which organisations took none of the last messages, as this process saw it since it started. An address that is
 * gone says nothing about its platform.
 */
export class Troubles {
  readonly #clock: Clock;
  readonly #of = new Map<string, Trouble>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  heard(key: string, outcome: Outcome): void {
    if (outcome.outcome === "gone") return;
    if (outcome.outcome === "sent") {
      this.forget(key);
      return;
    }
    const known = this.#of.get(key);
    this.#of.set(key, {
      sinceMs: known?.sinceMs ?? this.#clock.nowMs(),
      reason: outcome.reason,
      messages: (known?.messages ?? 0) + 1,
    });
  }

  /** What was is not held against it: it has other credentials, or takes messages. */
  forget(key: string): void {
    this.#of.delete(key);
  }

  get(key: string): Trouble | null {
    const trouble = this.#of.get(key);
    return trouble === undefined || trouble.messages < MESSAGES_MIN ? null : trouble;
  }
}
