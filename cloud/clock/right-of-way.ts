import type { Clock } from "../../protocol/clock.ts";

/** How long whoever gives way waits at most. */
export const GIVES_WAY_MAX_MS = 20;
/** Who is answered for longer than this is not waited for: a line held open, a long export. */
export const WAITED_FOR_MAX_MS = 100;

/**
 * People before machines: while somebody waits for a page, whoever has time stands back, for a moment. Both run on one
 * thread, and a page that had to wait for gateways' entries between any two of its steps would take several times as long;
 * the entries are acknowledged some milliseconds later, and many share a commit then.
 */
export class RightOfWay {
  readonly #clock: Pick<Clock, "monotonicMs" | "after">;
  /** Since when each of those who wait does. */
  readonly #waiting = new Map<symbol, number>();
  #onClear: (() => void)[] = [];

  constructor(clock: Pick<Clock, "monotonicMs" | "after">) {
    this.#clock = clock;
  }

  /** Somebody waits from now on, until what is returned is called. */
  begin(): () => void {
    const who = Symbol();
    this.#waiting.set(who, this.#clock.monotonicMs());
    return () => {
      this.#waiting.delete(who);
      if (!this.#isTaken) for (const resolve of this.#onClear.splice(0)) resolve();
    };
  }

  /** Resolves when nobody waits, or after {@link GIVES_WAY_MAX_MS}. */
  async giveWay(): Promise<void> {
    if (!this.#isTaken) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#clock.after(GIVES_WAY_MAX_MS, resolve);
    this.#onClear.push(resolve);
    await promise;
    cancel();
    this.#onClear = this.#onClear.filter((other) => other !== resolve);
  }

  get #isTaken(): boolean {
    const sinceMs = this.#clock.monotonicMs() - WAITED_FOR_MAX_MS;
    return this.#waiting.values().some((beganMs) => beganMs > sinceMs);
  }
}
