import type { Clock } from "../../../protocol/clock.ts";
import { SECOND } from "../../../protocol/units.ts";

/** So many seconds' worth may come at once: what a device sends that was away for a while. */
const BURST_SECONDS = 5;

/** How fast one client may publish, as a bucket that fills steadily and is emptied by messages. */
export class MessageRate {
  readonly #perSecond: number;
  readonly #clock: Clock;
  #left: number;
  #filledMs: number;

  /** `perSecond` 0 sets no limit. */
  constructor(perSecond: number, clock: Clock) {
    this.#perSecond = perSecond;
    this.#clock = clock;
    this.#left = perSecond * BURST_SECONDS;
    this.#filledMs = clock.monotonicMs();
  }

  /** Takes `messages`, which have come. Gives for how many ms the client should not be read; 0 to go on. */
  take(messages: number): number {
    if (this.#perSecond === 0) return 0;
    const nowMs = this.#clock.monotonicMs();
    const full = this.#perSecond * BURST_SECONDS;
    const filled = this.#left + ((nowMs - this.#filledMs) / SECOND) * this.#perSecond;
    this.#filledMs = nowMs;
    this.#left = Math.min(full, filled) - messages;
    return this.#left >= 0 ? 0 : Math.ceil((-this.#left / this.#perSecond) * SECOND);
  }
}
