/** With so many a lane begins: what a kill in the first moment would hand over again. */
export const GRIP_FIRST = 8;
/** What our own part may take from a platform's answer to its being written down, on the average, ms. */
const OWN_MS = 20;
/** Platforms answer in so many times their shortest time and are not slowed down by us. */
const UNEVEN = 3;

/**
 * How many of a lane may be in hand: handed over, and what came of it not written down. A kill hands those over again, so
 * they are as few as keep the platform busy: few at first, twice as many as long as they come back as soon as they did, fewer
 * when they only wait for one another. Pure: time comes in.
 */
export class Grip {
  readonly #max: number;
  #size: number;
  #inHand = 0;
  /** Somebody would have taken more. */
  #wasFull = false;
  #count = 0;
  #heldMs = 0;
  /** The shortest time in which the platform answered, of late. */
  #swiftMs = Number.POSITIVE_INFINITY;

  constructor(max: number) {
    this.#max = max;
    this.#size = Math.min(GRIP_FIRST, max);
  }

  get size(): number {
    return this.#size;
  }

  get inHand(): number {
    return this.#inHand;
  }

  /** Asked by somebody who would take one more. */
  get isFull(): boolean {
    const isFull = this.#inHand >= this.#size;
    this.#wasFull ||= isFull;
    return isFull;
  }

  take(): void {
    this.#inHand += 1;
  }

  /** One is written down, `heldMs` after it was taken; `answeredMs` after that the platform had answered. */
  putDown(answeredMs: number, heldMs: number): void {
    this.#inHand -= 1;
    this.#count += 1;
    this.#heldMs += heldMs;
    this.#swiftMs = Math.min(this.#swiftMs, answeredMs);
    if (this.#count >= this.#size) this.#judge();
  }

  /** Once for as many as may be in hand. */
  #judge(): void {
    const allowedMs = UNEVEN * this.#swiftMs + OWN_MS;
    const heldMs = this.#heldMs / this.#count;
    if (heldMs > 2 * allowedMs)
      this.#size = Math.max(Math.min(GRIP_FIRST, this.#max), Math.floor((this.#size * 3) / 4));
    else if (this.#wasFull && heldMs <= allowedMs) this.#size = Math.min(this.#max, this.#size * 2);
    this.#wasFull = false;
    this.#count = 0;
    this.#heldMs = 0;
    // A platform may have become slower than it ever was.
    this.#swiftMs *= 1.1;
  }
}
