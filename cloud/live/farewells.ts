import type { Logger } from "@logtape/logtape";
import type { Clock } from "../../protocol/clock.ts";
import { SECOND } from "../../protocol/units.ts";

/** How soon somebody who logged out, was removed, or whose session ended is shown the door. */
export const FAREWELL_MS = 2 * SECOND;

export interface FarewellParts<V> {
  clock: Clock;
  log: Logger;
  visitors(): readonly V[];
  stillWelcome(visitors: readonly V[]): Promise<ReadonlySet<V>>;
  end(visitor: V): void;
}

/**
 * Asks now and then who may still be here. Asking, unlike being told, also finds what another process has decided, and
 * a session that ran out; it is one small query for five hundred browsers.
 */
export class Farewells<V> {
  readonly #parts: FarewellParts<V>;
  #cancel: (() => void) | null = null;

  constructor(parts: FarewellParts<V>) {
    this.#parts = parts;
  }

  start(): void {
    this.#cancel ??= this.#parts.clock.after(FAREWELL_MS, () => void this.#look());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  async #look(): Promise<void> {
    const { log, visitors, stillWelcome, end } = this.#parts;
    const present = visitors();
    try {
      if (present.length > 0) {
        const welcome = await stillWelcome(present);
        for (const visitor of present) if (!welcome.has(visitor)) end(visitor);
      }
    } catch (error) {
      // The next look comes soon; a database that cannot be read shows nobody anything new either.
      log.error("the sessions of browsers could not be looked up", { error });
    }
    // Stopped meanwhile.
    if (this.#cancel === null) return;
    this.#cancel = null;
    this.start();
  }
}
