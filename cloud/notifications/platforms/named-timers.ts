import type { Clock } from "../../../protocol/clock.ts";

/** Timers of which there is one of each name at a time: whoever asks for another gets the one that runs. */
export class NamedTimers<Name extends string> {
  readonly #clock: Clock;
  readonly #running = new Map<Name, () => void>();
  #isOver = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  start(name: Name, delayMs: number, run: () => void): void {
    if (this.#isOver || this.#running.has(name)) return;
    const cancel = this.#clock.after(Math.max(1, delayMs), () => {
      this.#running.delete(name);
      run();
    });
    this.#running.set(name, cancel);
  }

  stop(name: Name): void {
    this.#running.get(name)?.();
    this.#running.delete(name);
  }

  /** None runs, nor will. */
  end(): void {
    this.#isOver = true;
    for (const name of [...this.#running.keys()]) this.stop(name);
  }
}
