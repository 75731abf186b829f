import type { Logger } from "@logtape/logtape";
import type { Transaction } from "kysely";
import type { Clock } from "../../protocol/clock.ts";
import { SECOND } from "../../protocol/units.ts";
import { BackgroundTurns } from "../clock/background-turns.ts";
import type { CloudDatabase } from "../database/database.ts";
import type { Tables } from "../database/tables.ts";
import { someAreStale, takeStale } from "./store.ts";
import { type AppendConfigs, wantAnew } from "./wanting.ts";

export interface SpreadParts {
  db: CloudDatabase;
  clock: Clock;
  log: Logger;
  append: AppendConfigs;
}

/** Some ten milliseconds: gateways wait for no more. */
const DEVICES_AT_ONCE = 200;
const PERIOD_MS = SECOND;

/**
 * Brings what layers want to the devices that are marked for it, a few in a transaction. Which are left is stored, so
 * that it goes on after a crash where it was.
 */
export class Spread {
  readonly #parts: SpreadParts;
  readonly #turns: BackgroundTurns;

  constructor(parts: SpreadParts) {
    this.#parts = parts;
    const { clock, log } = parts;
    this.#turns = new BackgroundTurns({
      ...{ clock, log, firstAfterMs: PERIOD_MS, everyMs: PERIOD_MS },
      failed: "a configuration could not be brought to its devices",
      turn: (mayGoOn) => this.sweep(mayGoOn),
    });
  }

  start(): void {
    this.#turns.start();
  }

  /** Resolves when the transaction under way has ended. */
  stop(): Promise<void> {
    return this.#turns.stop();
  }

  /** The first of them, in the caller's transaction. Returns how many. */
  async some(trx: Transaction<Tables>): Promise<number> {
    const ids = await takeStale(trx, DEVICES_AT_ONCE);
    await wantAnew(trx, ids, { nowMs: this.#parts.clock.nowMs(), append: this.#parts.append });
    return ids.length;
  }

  /** All of them, as they are now. */
  async sweep(mayGoOn: () => boolean = () => true): Promise<void> {
    const { db } = this.#parts;
    if (!(await someAreStale(db.read))) return;
    for (let done = DEVICES_AT_ONCE; done === DEVICES_AT_ONCE && mayGoOn(); ) {
      done = await db.write((trx) => this.some(trx));
    }
  }
}
