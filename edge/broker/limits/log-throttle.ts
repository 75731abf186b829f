import type { Clock } from "../../../protocol/clock.ts";
import { MINUTE } from "../../../protocol/units.ts";

/** How often the same is said of the same client. */
const SAY_EVERY_MS = MINUTE;
/** Of so many it is known when it was said. */
const KNOWN_MAX = 4_096;

/** For the log line: nothing when nothing was left out. */
export interface LeftOut {
  leftOut?: number;
}

/** Keeps the log readable while somebody misbehaves: one line a minute for each client and kind of misbehaviour. */
export class LogThrottle {
  readonly #clock: Clock;
  readonly #said = new Map<string, { atMs: number; leftOut: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `say` unless that was done less than a minute ago, with how often it was not done since. */
  say(kind: string, who: string, say: (facts: LeftOut) => void): void {
    const key = `${kind} ${who}`;
    const nowMs = this.#clock.monotonicMs();
    const said = this.#said.get(key);
    if (said !== undefined && nowMs - said.atMs < SAY_EVERY_MS) {
      said.leftOut += 1;
      return;
    }
    // To the end: what was said longest ago comes first.
    this.#said.delete(key);
    this.#said.set(key, { atMs: nowMs, leftOut: 0 });
    if (this.#said.size > KNOWN_MAX) this.#said.delete(this.#said.keys().next().value!);
    const leftOut = said?.leftOut ?? 0;
    say(leftOut === 0 ? {} : { leftOut });
  }
}
