import type { Clock } from "../../protocol/clock.ts";
import { SkewEstimate } from "../../protocol/gateways/clock-skew.ts";
import type { ClockSteps } from "../clock-steps/clock-steps.ts";

/** The cloud's clock beside ours: its answers to a hello or a ping of ours say what time it has. */
export class CloudClock {
  readonly #clock: Clock;
  readonly #clockSteps: Pick<ClockSteps, "look">;
  readonly #estimate = new SkewEstimate();
  /** When the question was asked that is not answered yet, by the monotonic clock. */
  #askedMs: number | null = null;

  constructor(clock: Clock, clockSteps: Pick<ClockSteps, "look">) {
    this.#clock = clock;
    this.#clockSteps = clockSteps;
  }

  /** What time we have, to be told; by then the cloud knows of every step that has led to it. */
  tell(): number {
    this.#clockSteps.look();
    return this.#clock.nowMs();
  }

  /** The same in a word that the cloud will answer. */
  ask(): number {
    const nowMs = this.tell();
    this.#askedMs = this.#clock.monotonicMs();
    return nowMs;
  }

  /** The answer. Gives by how much our clock is ahead; null when nothing was asked. */
  answered(theirMs: number): number | null {
    if (this.#askedMs === null) return null;
    const roundTripMs = this.#clock.monotonicMs() - this.#askedMs;
    this.#askedMs = null;
    this.#estimate.add({ theirMs, nowMs: this.#clock.nowMs(), roundTripMs });
    return this.#aheadMs();
  }

  /** Our clock was set by so much. Gives by how much it is ahead now; null when that was never measured. */
  ownWasSet(byMs: number): number | null {
    this.#estimate.jumped(-byMs);
    return this.#aheadMs();
  }

  #aheadMs(): number | null {
    const { skewMs } = this.#estimate;
    return skewMs === null ? null : 0 - skewMs;
  }
}
