import type { Clock } from "../../protocol/clock.ts";
import { SECOND } from "../../protocol/units.ts";

/** After so long without a word from the cloud the gateway asks; after so long the line counts as dead. */
export const PING_AFTER_MS = 15 * SECOND;
export const DEAD_AFTER_MS = 45 * SECOND;

/**
 * Notices that the other end says nothing. TCP alone takes minutes to notice a line that was unplugged, and never
 * notices a cloud that hangs.
 */
export class Silence {
  readonly #clock: Clock;
  readonly #ask: () => void;
  readonly #dead: () => void;
  #heardMs = 0;
  #cancel: (() => void) | null = null;

  /** `ask` is called after every {@link PING_AFTER_MS} of silence, `dead` once, after {@link DEAD_AFTER_MS}. */
  constructor(clock: Clock, { ask, dead }: { ask: () => void; dead: () => void }) {
    this.#clock = clock;
    this.#ask = ask;
    this.#dead = dead;
  }

  start(): void {
    this.stop();
    this.heard();
    this.#lookIn(PING_AFTER_MS);
  }

  heard(): void {
    this.#heardMs = this.#clock.monotonicMs();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #lookIn(delayMs: number): void {
    this.#cancel = this.#clock.after(delayMs, () => {
      this.#cancel = null;
      const silentMs = this.#clock.monotonicMs() - this.#heardMs;
      if (silentMs >= DEAD_AFTER_MS) return this.#dead();
      if (silentMs < PING_AFTER_MS) return this.#lookIn(PING_AFTER_MS - silentMs);
      this.#lookIn(Math.min(PING_AFTER_MS, DEAD_AFTER_MS - silentMs));
      this.#ask();
    });
  }
}
