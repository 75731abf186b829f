import type { RunClock } from "./run-clock.ts";

interface Item {
  dueMs: number;
  run: () => void;
}

/** A timer may be early by a fraction of a millisecond. */
const EARLY_MS = 2;
/** So many things that are overdue, before others have their turn. */
const AT_ONCE = 500;

/**
 * What a device has before it, done in the order in which it is due, each as of its time. How late the machine gets to it changes nothing:
 * what comes of it is what would have come had it been in time.
 */
export class Agenda {
  readonly #clock: RunClock;
  /** Sorted; of what is due at the same time what was put in first comes first. */
  readonly #items: Item[] = [];
  #nowMs = 0;
  #armedMs = Number.NaN;
  #cancel = (): void => undefined;

  constructor(clock: RunClock) {
    this.#clock = clock;
  }

  /** The time of the run, ms, to which belongs what the device does now. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** By how much the machine is late with it, ms. */
  get lateMs(): number {
    return this.#clock.nowMs() - this.#nowMs;
  }

  /** Does `run` at a time of the run. The returned function takes it back. */
  at(dueMs: number, run: () => void): () => void {
    const item: Item = { dueMs, run };
    const after = this.#items.findLastIndex((other) => other.dueMs <= dueMs);
    this.#items.splice(after + 1, 0, item);
    this.#arm();
    return () => {
      const index = this.#items.indexOf(item);
      if (index >= 0) this.#items.splice(index, 1);
    };
  }

  /** Does `run` so long after now. */
  after(delayMs: number, run: () => void): () => void {
    return this.at(this.#nowMs + delayMs, run);
  }

  /** Something comes from outside, now: what is due before is done first. */
  enter(): void {
    const nowMs = this.#clock.nowMs();
    this.#reach(nowMs, Number.POSITIVE_INFINITY);
    this.#nowMs = Math.max(this.#nowMs, nowMs);
  }

  /** Nothing of it is done any more. */
  stop(): void {
    this.#items.length = 0;
    this.#cancel();
  }

  #reach(untilMs: number, most: number): void {
    for (let done = 0; done < most; done += 1) {
      const [next] = this.#items;
      if (next === undefined || next.dueMs > untilMs) return;
      this.#items.shift();
      this.#nowMs = next.dueMs;
      next.run();
    }
  }

  #arm(): void {
    const dueMs = this.#items[0]?.dueMs ?? Number.NaN;
    if (dueMs === this.#armedMs) return;
    this.#cancel();
    this.#armedMs = dueMs;
    if (!Number.isNaN(dueMs)) this.#cancel = this.#clock.at(dueMs, () => this.#turn());
  }

  #turn(): void {
    this.#armedMs = Number.NaN;
    this.#clock.follow();
    this.#reach(this.#clock.nowMs() + EARLY_MS, AT_ONCE);
    this.#arm();
  }
}
