import type { Clock } from "../../protocol/clock.ts";
import { SECOND } from "../../protocol/units.ts";

/** After so long without a word, from the cloud or to it, the gateway asks; after so long from it the line is dead. */
export const PING_AFTER_MS = 15 * SECOND;
export const DEAD_AFTER_MS = 45 * SECOND;

/**
 * Notices that one of the two ends says nothing. TCP alone takes minutes to notice a line that was unplugged, and never
 * notices a cloud that hangs; and the cloud, which judges us by the same rule, must not take a quiet site for a dead one.
 */
export class Silence {
  readonly #clock: Clock;
  readonly #ask: () => void;
  readonly #dead: () => void;
  #heardMs = 0;
  #saidMs = 0;
  #askedMs = 0;
  #cancel: (() => void) | null = null;

  /**
   * `ask` is called when either end has said nothing for {@link PING_AFTER_MS}, and every so often until it has;
   * `dead` once, when the other end has said nothing for {@link DEAD_AFTER_MS}.
   */
  constructor(clock: Clock, { ask, dead }: { ask: () => void; dead: () => void }) {
    this.#clock = clock;
    this.#ask = ask;
    this.#dead = dead;
  }

  start(): void {
    this.stop();
    this.heard();
    this.said();
    this.#askedMs = this.#heardMs;
    this.#look();
  }

  heard(): void {
    this.#heardMs = this.#clock.monotonicMs();
  }

  said(): void {
    this.#saidMs = this.#clock.monotonicMs();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #look(): void {
    const nowMs = this.#clock.monotonicMs();
    const deadMs = this.#heardMs + DEAD_AFTER_MS;
    if (nowMs >= deadMs) {
      this.#dead();
      return;
    }
    const askMs = (): number =>
      Math.max(Math.min(this.#heardMs, this.#saidMs), this.#askedMs) + PING_AFTER_MS;
    if (nowMs >= askMs()) {
      this.#askedMs = nowMs;
      this.#ask();
    }
    this.#cancel = this.#clock.after(Math.min(deadMs, askMs()) - nowMs, () => this.#look());
  }
}
