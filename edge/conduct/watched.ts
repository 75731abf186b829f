import { type Conduct, conductSeverity } from "../../protocol/devices/conduct.ts";
import { HOUR, MINUTE } from "../../protocol/units.ts";
import { Answers } from "./answers.ts";
import { Dating } from "./dating.ts";
import { Refusals } from "./refusals.ts";

/** What is told again while it lasts is told so soon at first, and each time later, up to the other. */
const TELL_AFTER_MS = MINUTE;
const TELL_AFTER_MAX_MS = HOUR;

/** All that is noticed of one device, and what of it was told. */
export class Watched {
  readonly refusals = new Refusals();
  readonly dating = new Dating();
  readonly answers: Answers;
  #told: Conduct = {};
  #toldMs = Number.NEGATIVE_INFINITY;
  #afterMs = TELL_AFTER_MS;

  constructor(askEveryMs: number, nowMs: number) {
    this.answers = new Answers(askEveryMs, nowMs);
  }

  restore(told: Conduct, nowMs: number): void {
    this.#told = told;
    if (told.refused !== undefined) this.refusals.restore(told.refused, nowMs);
    if (told.clock !== undefined) this.dating.restore(told.clock);
    if (told.slow !== undefined) this.answers.restore(told.slow);
  }

  get conduct(): Conduct {
    const [refused, slow, clock] = [this.refusals.conduct, this.answers.conduct, this.dating.conduct];
    return {
      ...(refused === undefined ? {} : { refused }),
      ...(slow === undefined ? {} : { slow }),
      ...(clock === undefined ? {} : { clock }),
    };
  }

  /** What is to be told now; null while there is nothing, or it was told a moment ago. */
  news(nowMs: number): Conduct | null {
    const conduct = this.conduct;
    if (Bun.deepEquals(conduct, this.#told)) return null;
    return nowMs - this.#toldMs < this.#waitMs(conduct) ? null : conduct;
  }

  tell(conduct: Conduct, nowMs: number): void {
    const lasts = this.#waitMs(conduct) === this.#afterMs;
    this.#afterMs = lasts ? Math.min(TELL_AFTER_MAX_MS, 2 * this.#afterMs) : TELL_AFTER_MS;
    this.#told = conduct;
    this.#toldMs = nowMs;
  }

  /** That something is amiss or well again is told at once, and takes a minute to change by itself; the rest can wait. */
  #waitMs(conduct: Conduct): number {
    if (kindsOf(conduct) !== kindsOf(this.#told)) return 0;
    return conductSeverity(conduct) === conductSeverity(this.#told) ? this.#afterMs : TELL_AFTER_MS;
  }
}

const kindsOf = (conduct: Conduct): string => Object.keys(conduct).sort().join(" ");
