import type { Clock } from "../../protocol/clock.ts";
import { KIB, SECOND } from "../../protocol/units.ts";

/** Bytes at a rate at most, so that a site's line has room for what the site is there for. */
export class Pace {
  readonly #clock: Clock;
  readonly #bytesPerMs: number;
  readonly #sinceMs: number;
  #bytes = 0;

  /** `kibPerSecond`: 0 for any rate. */
  constructor(clock: Clock, kibPerSecond: number) {
    this.#clock = clock;
    this.#bytesPerMs = (kibPerSecond * KIB) / SECOND;
    this.#sinceMs = clock.monotonicMs();
  }

  /** Resolves when so many more bytes may have been taken, or when `signal` aborts. */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    if (this.#bytesPerMs === 0 || signal.aborted) return;
    this.#bytes += bytes;
    const dueMs = this.#sinceMs + this.#bytes / this.#bytesPerMs;
    const waitMs = dueMs - this.#clock.monotonicMs();
    if (waitMs <= 0) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(waitMs, () => resolve());
      signal.addEventListener("abort", () => {
        cancel();
        resolve();
      });
    });
  }
}
