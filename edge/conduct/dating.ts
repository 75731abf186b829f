import { type Conduct, DATED_WRONG_MS } from "../../protocol/devices/conduct.ts";
import { MINUTE, SECOND } from "../../protocol/units.ts";

/** So many messages in a row, over so long, are off by the same: what was only kept back comes nearer and nearer. */
const SAME_MESSAGES = 5;
const SAME_FOR_MS = MINUTE;
const SAME_WITHIN_MS = 30 * SECOND;

/** By how much the times that a device gives its readings differ from those at which they come. */
export class Dating {
  #first: { aheadMs: number; atMs: number } | null = null;
  #messages = 0;
  #clock: Conduct["clock"];

  restore(clock: NonNullable<Conduct["clock"]>): void {
    this.#clock = clock;
  }

  /** A message's newest reading is dated so far ahead of its arrival. `nowMs` is monotonic. */
  dated(aheadMs: number, nowMs: number): void {
    if (Math.abs(aheadMs) < DATED_WRONG_MS) {
      this.#first = null;
      this.#messages = 0;
      this.#clock = undefined;
      return;
    }
    if (this.#first === null || Math.abs(aheadMs - this.#first.aheadMs) > SAME_WITHIN_MS) {
      this.#first = { aheadMs, atMs: nowMs };
      this.#messages = 0;
    }
    this.#messages += 1;
    if (this.#messages < SAME_MESSAGES || nowMs - this.#first.atMs < SAME_FOR_MS) return;
    // To the minute: it drifts, and every other second is no news.
    this.#clock = { aheadMs: Math.round(this.#first.aheadMs / MINUTE) * MINUTE };
  }

  get conduct(): Conduct["clock"] {
    return this.#clock;
  }
}
