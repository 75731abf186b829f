import type { Clock } from "../../../protocol/clock.ts";
import { MessageRate } from "../limits/limits.ts";

/** Holds up a client that publishes faster than it may: nothing is lost, it is read later. */
export class Pace {
  readonly #rate: MessageRate;
  readonly #clock: Clock;
  readonly #goOn: () => void;
  #untilMs = 0;
  #cancel: (() => void) | null = null;

  /** `goOn` is called when a client that was held up may be read again. `perSecond` 0 holds nobody up. */
  constructor(perSecond: number, clock: Clock, goOn: () => void) {
    this.#rate = new MessageRate(perSecond, clock);
    this.#clock = clock;
    this.#goOn = goOn;
  }

  /** Whether the client should not be read now. */
  get holds(): boolean {
    return this.#cancel !== null;
  }

  /** A message has come. True when with it the client begins to be held up. */
  took(): boolean {
    const pauseMs = this.#rate.take(1);
    if (pauseMs === 0) return false;
    this.#untilMs = this.#clock.monotonicMs() + pauseMs;
    if (this.#cancel !== null) return false;
    this.#wait(pauseMs);
    return true;
  }

  end(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #wait(ms: number): void {
    this.#cancel = this.#clock.after(ms, () => {
      this.#cancel = null;
      // What had been read already has come meanwhile, and counts.
      const leftMs = this.#untilMs - this.#clock.monotonicMs();
      if (leftMs > 0) this.#wait(leftMs);
      else this.#goOn();
    });
  }
}
