import type { Clock } from "../../protocol/clock.ts";
import type { Seq } from "../../protocol/log/cursor.ts";

/** Questions in flight at one gateway; beyond it the answer is "no" at once, which costs a reader its newest seconds. */
export const FLUSHES_MAX = 100;

interface Pending {
  /** The seq that must be applied; null until the gateway has answered. */
  seq: Seq | null;
  finish(done: boolean): void;
}

/**
 * Readers who wait until a gateway has sealed what was open and the cloud has applied it:
 * asked → answered with a seq → applied up to that seq.
 */
export class Flushes {
  readonly #clock: Pick<Clock, "after">;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;

  constructor(clock: Pick<Clock, "after">) {
    this.#clock = clock;
  }

  /** Begins one; `ask` sends its id to the gateway. Resolves to whether it was done within `timeoutMs`. */
  begin(timeoutMs: number, ask: (id: number) => void): Promise<boolean> {
    if (this.#pending.size >= FLUSHES_MAX) return Promise.resolve(false);
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve) => {
      const cancel = this.#clock.after(timeoutMs, () => this.#pending.get(id)?.finish(false));
      this.#pending.set(id, {
        seq: null,
        finish: (done) => {
          cancel();
          this.#pending.delete(id);
          resolve(done);
        },
      });
      ask(id);
    });
  }

  /** The gateway has sealed: all of it is in the bulk lane up to `seq`, of which `applied` is applied. */
  answered(id: number, seq: Seq, applied: Seq): void {
    const pending = this.#pending.get(id);
    // It may have timed out meanwhile.
    if (pending === undefined) return;
    pending.seq = seq;
    if (applied >= seq) pending.finish(true);
  }

  /** The bulk lane is applied up to here. */
  applied(cursor: Seq): void {
    for (const pending of this.#pending.values()) {
      if (pending.seq !== null && cursor >= pending.seq) pending.finish(true);
    }
  }

  stop(): void {
    for (const pending of this.#pending.values()) pending.finish(false);
  }
}
