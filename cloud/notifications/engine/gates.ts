import type { Clock } from "../../../protocol/clock.ts";
import { SECOND } from "../../../protocol/units.ts";
import { Grip } from "./grip.ts";
import { type ChannelLimits, limitsOf } from "./lane-names.ts";
import { Pace } from "./pace.ts";

/** Lanes that are remembered; those of push services come and go. */
const LANES_MAX = 1_000;
/** For so long somebody waits at a gate where nobody comes back. */
const WAIT_MS = 2 * SECOND;
/** And where some do. */
const WAIT_MAX_MS = 5 * SECOND;
/** Places of those who have gone in are given back so many at a time. */
const SHIFTED_MAX = 1_024;

/**
 * What a lane may have a second, and at once: the same for the engine, which takes up what stands in it, and for who hands over
 * recipients as they come in. They share what a second has; each has at once what there may be.
 */
export class Gates {
  readonly #limits: ChannelLimits;
  readonly #clock: Clock;
  readonly #lanes = new Map<string, { pace: Pace; gate: Gate }>();

  constructor(limits: ChannelLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  atOnce(lane: string): number {
    return limitsOf(lane, this.#limits).atOnce;
  }

  pace(lane: string): Pace {
    return this.#of(lane).pace;
  }

  /** Of those who hand over recipients as they come in. */
  gate(lane: string): Gate {
    return this.#of(lane).gate;
  }

  #of(lane: string): { pace: Pace; gate: Gate } {
    const known = this.#lanes.get(lane);
    if (known !== undefined) return known;
    if (this.#lanes.size >= LANES_MAX)
      for (const [other, { gate }] of this.#lanes) if (gate.isIdle) this.#lanes.delete(other);
    const { atOnce, perSecond } = limitsOf(lane, this.#limits);
    const pace = new Pace(perSecond);
    const made = { pace, gate: new Gate(atOnce, pace, this.#clock) };
    this.#lanes.set(lane, made);
    return made;
  }
}

interface Waiting {
  go(): void;
  giveUp(): void;
  /** By the clock that only grows. */
  sinceMs: number;
}

export interface Passed<T> {
  value: T;
  /** To be called when what came of it is written down: until then it is in hand, and takes a place. */
  putDown(): void;
}

const nothing = (): void => undefined;

/** Lets through so many at once, and no faster than the pace; the others wait in the order in which they came, but not for long. */
export class Gate {
  readonly #grip: Grip;
  readonly #pace: Pace;
  readonly #clock: Clock;
  /** From `#first` on, in the order in which they came. */
  #waiting: Waiting[] = [];
  #first = 0;
  #isSwept = false;
  /** When last one came back. */
  #movedMs = 0;
  #cancelLater: (() => void) | null = null;

  constructor(atOnce: number, pace: Pace, clock: Clock) {
    this.#grip = new Grip(atOnce);
    this.#pace = pace;
    this.#clock = clock;
  }

  get isIdle(): boolean {
    return this.#grip.inHand === 0 && this.#first === this.#waiting.length;
  }

  /** Runs it when it is its turn; `late` when that does not come soon. What fails is put down at once. */
  pass<T>(run: () => Promise<T>, late: T): Promise<Passed<T>> {
    if (this.#first === this.#waiting.length && this.#mayEnter()) return this.#enter(run);
    const { promise, resolve } = Promise.withResolvers<Passed<T>>();
    this.#waiting.push({
      go: () => resolve(this.#enter(run)),
      giveUp: () => resolve({ value: late, putDown: nothing }),
      sinceMs: this.#clock.monotonicMs(),
    });
    this.#sweepLater();
    return promise;
  }

  #enter<T>(run: () => Promise<T>): Promise<Passed<T>> {
    const handedMs = this.#clock.monotonicMs();
    return run().then(
      (value) => {
        const answeredMs = this.#clock.monotonicMs() - handedMs;
        return { value, putDown: () => this.#putDown(handedMs, answeredMs) };
      },
      (error: unknown) => {
        this.#putDown(handedMs, this.#clock.monotonicMs() - handedMs);
        throw error;
      },
    );
  }

  #putDown(handedMs: number, answeredMs: number): void {
    this.#movedMs = this.#clock.monotonicMs();
    this.#grip.putDown(answeredMs, this.#movedMs - handedMs);
    this.#next();
  }

  #next(): void {
    while (this.#first < this.#waiting.length && this.#mayEnter()) this.#shift().go();
  }

  #shift(): Waiting {
    const first = this.#waiting[this.#first]!;
    this.#first += 1;
    if (this.#first === this.#waiting.length || this.#first >= SHIFTED_MAX) {
      this.#waiting = this.#waiting.slice(this.#first);
      this.#first = 0;
    }
    return first;
  }

  /** One timer for all: the first has waited longest. */
  #sweepLater(): void {
    const first = this.#waiting[this.#first];
    if (first === undefined || this.#isSwept) return;
    this.#isSwept = true;
    this.#clock.after(Math.max(1, this.#untilMs(first) - this.#clock.monotonicMs()), () => {
      this.#isSwept = false;
      const nowMs = this.#clock.monotonicMs();
      while (this.#first < this.#waiting.length && this.#untilMs(this.#waiting[this.#first]!) <= nowMs)
        this.#shift().giveUp();
      this.#sweepLater();
    });
  }

  #untilMs({ sinceMs }: Waiting): number {
    return Math.min(Math.max(sinceMs, this.#movedMs) + WAIT_MS, sinceMs + WAIT_MAX_MS);
  }

  /** Whether one more may, who then has entered. When it is too soon it is looked again. */
  #mayEnter(): boolean {
    if (this.#cancelLater !== null || this.#grip.isFull) return false;
    const waitMs = this.#pace.take(this.#clock.nowMs());
    if (waitMs > 0) {
      this.#cancelLater = this.#clock.after(waitMs, () => {
        this.#cancelLater = null;
        this.#next();
      });
      return false;
    }
    this.#grip.take();
    return true;
  }
}
