/** Puts all that is committed by now on the disk, and calls back. */
export type Sync = (done: () => void) => void;

/**
 * How far the disk is behind the commits, and what waits for it: in the order it came, whatever it waits for.
 */
export class Durability {
  readonly #sync: Sync;
  /** Commits made ahead of the disk, and how many of them it has. */
  #committed = 0;
  #durable = 0;
  #isSyncing = false;
  #isRunning = false;
  #waiting: { commits: number; run: () => void }[] = [];

  constructor(sync: Sync) {
    this.#sync = sync;
  }

  get isBehind(): boolean {
    return this.#durable < this.#committed;
  }

  /** A commit was made ahead of the disk; `sync` in the place of the usual for the first one. */
  committed(sync = this.#sync): void {
    this.#committed += 1;
    if (!this.#isSyncing) this.#begin(sync);
  }

  /** Calls `run` when all that is committed by now is on the disk, and what was to be called before was: at once where that is so. */
  whenDurable(run: () => void): void {
    this.#waiting.push({ commits: this.#committed, run });
    this.#runDue();
  }

  /** All that is committed is on the disk by other means. */
  settled(): void {
    this.#durable = this.#committed;
    this.#runDue();
  }

  #begin(sync = this.#sync): void {
    const upTo = this.#committed;
    this.#isSyncing = true;
    sync(() => {
      this.#isSyncing = false;
      this.#durable = Math.max(this.#durable, upTo);
      // The disk does not wait for what is done meanwhile.
      if (this.isBehind) this.#begin();
      this.#runDue();
    });
  }

  /** One that throws keeps none of those after it from being called. */
  #runDue(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
        if (next.commits > this.#durable) break;
        this.#waiting.shift();
        next.run();
      }
    } finally {
      this.#isRunning = false;
      if ((this.#waiting[0]?.commits ?? Number.POSITIVE_INFINITY) <= this.#durable) this.#runDue();
    }
  }
}
