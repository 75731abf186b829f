import type { Logger } from "@logtape/logtape";

/** Work that nobody's answer waits for, so that how long it takes tells nothing. What fails is logged. */
export class Background {
  readonly #log: Logger;
  readonly #underWay = new Set<Promise<void>>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Begins `work` at once and returns before it is done. `what` is for the log. */
  run(what: string, work: () => Promise<unknown>): void {
    const done = work()
      .then(() => undefined)
      .catch((error: unknown) => this.#log.error(`${what}, and it failed`, { error }))
      .finally(() => this.#underWay.delete(done));
    this.#underWay.add(done);
  }

  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }
}
