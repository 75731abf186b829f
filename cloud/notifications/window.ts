import type { Clock } from "../../protocol/clock.ts";

/** How many are under way at once, by name; who comes later waits for a place, and not for ever. */
export class Windows {
  readonly #clock: Clock;
  readonly #size: number;
  readonly #taken = new Map<string, number>();
  readonly #waiting = new Map<string, (() => void)[]>();
  /** Where somebody waited in vain, and no place was given back since. */
  readonly #stalled = new Set<string>();

  constructor(size: number, clock: Clock) {
    this.#size = size;
    this.#clock = clock;
  }

  /** Whether there is a place now. Give it back with {@link leave}. */
  enter(name: string): boolean {
    const taken = this.#taken.get(name) ?? 0;
    if (taken >= this.#size) return false;
    this.#taken.set(name, taken + 1);
    return true;
  }

  /** Whether there is one within `waitMs`; not when nobody gave any back since somebody waited in vain. */
  async wait(name: string, waitMs: number): Promise<boolean> {
    if (this.#stalled.has(name)) return false;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const waiting = this.#waiting.get(name) ?? [];
    this.#waiting.set(name, waiting);
    const go = (): void => {
      cancel();
      resolve(true);
    };
    const cancel = this.#clock.after(waitMs, () => {
      waiting.splice(waiting.indexOf(go), 1);
      this.#stalled.add(name);
      resolve(false);
    });
    waiting.push(go);
    return promise;
  }

  leave(name: string): void {
    this.#stalled.delete(name);
    // The place passes on without having been free.
    const next = this.#waiting.get(name)?.shift();
    if (next !== undefined) next();
    else this.#taken.set(name, (this.#taken.get(name) ?? 1) - 1);
  }
}
