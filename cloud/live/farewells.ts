import type { Logger } from "@logtape/logtape";
import type { Clock } from "../../protocol/clock.ts";
import { SECOND } from "../../protocol/units.ts";

/** How soon at the latest somebody who logged out, was removed, or whose session ended is shown the door. */
export const FAREWELL_MS = 2 * SECOND;

export interface FarewellParts<V, Standing> {
  clock: Clock;
  log: Logger;
  visitors(): readonly V[];
  /** Who may stay, and as what. */
  stillWelcome(visitors: readonly V[]): Promise<ReadonlyMap<V, Standing>>;
  stay(visitor: V, standing: Standing): void;
  end(visitor: V): void;
}

/**
 * Asks now and then who may still be here, and as what. Asking, unlike being told, also finds what another process has
 * decided, and a session that ran out; it is one small query for five hundred browsers.
 */
export class Farewells<V, Standing> {
  readonly #parts: FarewellParts<V, Standing>;
  #cancel: (() => void) | null = null;
  #looking = false;
  /** Something has changed since the look that is under way began. */
  #outdated = false;

  constructor(parts: FarewellParts<V, Standing>) {
    this.#parts = parts;
  }

  start(): void {
    this.#cancel ??= this.#parts.clock.after(FAREWELL_MS, () => void this.#look());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  /** Asks now instead of when it is time again. */
  lookNow(): void {
    if (this.#cancel === null) return;
    this.#outdated = true;
    if (this.#looking) return;
    this.#cancel();
    void this.#look();
  }

  async #look(): Promise<void> {
    this.#looking = true;
    do {
      this.#outdated = false;
      await this.#ask();
    } while (this.#outdated);
    this.#looking = false;
    // Stopped meanwhile.
    if (this.#cancel === null) return;
    this.#cancel = null;
    this.start();
  }

  async #ask(): Promise<void> {
    const { log, visitors, stillWelcome, stay, end } = this.#parts;
    const present = visitors();
    try {
      if (present.length > 0) {
        const welcome = await stillWelcome(present);
        for (const visitor of present) {
          const standing = welcome.get(visitor);
          if (standing === undefined) end(visitor);
          else stay(visitor, standing);
        }
      }
    } catch (error) {
      // The next look comes soon; a database that cannot be read shows nobody anything new either.
      log.error("the sessions of browsers could not be looked up", { error });
    }
  }
}
