import type { Logger } from "@logtape/logtape";
import type { Clock } from "../../protocol/clock.ts";

export interface BackgroundTurnsParts {
  clock: Clock;
  log: Logger;
  firstAfterMs: number;
  /** From the end of a turn to the beginning of the next. */
  everyMs: number;
  /** What is logged when a turn fails; the next one tries again. */
  failed: string;
  /** Asks `mayGoOn` between its steps, and ends soon when it may not. */
  turn(mayGoOn: () => boolean): Promise<unknown>;
}

/** Work that is done now and then in the background, a turn at a time, between a start and a stop. */
export class BackgroundTurns {
  readonly #parts: BackgroundTurnsParts;
  #cancel: (() => void) | null = null;
  #running: Promise<void> | null = null;
  #stopped = true;

  constructor(parts: BackgroundTurnsParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#stopped = false;
    this.#cancel ??= this.#parts.clock.after(this.#parts.firstAfterMs, () => void this.#turn());
  }

  /** Resolves when the step under way has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    this.#cancel = null;
    await this.#running;
  }

  async #turn(): Promise<void> {
    const { clock, log, everyMs, failed, turn } = this.#parts;
    this.#running = turn(() => !this.#stopped).then(
      () => undefined,
      (error: unknown) => log.error(failed, { error }),
    );
    await this.#running;
    this.#running = null;
    this.#cancel = this.#stopped ? null : clock.after(everyMs, () => void this.#turn());
  }
}
