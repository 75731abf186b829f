import { SECOND } from "../../../protocol/units.ts";

/** So many a second at most, evenly; a tenth of a second's worth at once. */
export class Pace {
  readonly #perSecond: number | null;
  #usedUntilMs = 0;

  constructor(perSecond: number | null) {
    this.#perSecond = perSecond;
  }

  /** 0 when one may go now, and has gone; else how long it waits, ms. */
  take(nowMs: number): number {
    if (this.#perSecond === null) return 0;
    const fromMs = Math.max(this.#usedUntilMs, nowMs - BURST_MS);
    if (fromMs > nowMs) return Math.ceil(fromMs - nowMs);
    this.#usedUntilMs = fromMs + SECOND / this.#perSecond;
    return 0;
  }
}

const BURST_MS = 100;
