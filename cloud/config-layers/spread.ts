import type { Logger } from "@logtape/logtape";
import type { Transaction } from "kysely";
import type { Clock } from "../../protocol/clock.ts";
import { SECOND } from "../../protocol/units.ts";
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
  #cancel: (() => void) | null = null;
  #running: Promise<void> | null = null;
  #stopped = true;

  constructor(parts: SpreadParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#stopped = false;
    this.#cancel ??= this.#parts.clock.after(PERIOD_MS, () => void this.#turn());
  }

  /** Resolves when the transaction under way has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    this.#cancel = null;
    await this.#running;
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

  async #turn(): Promise<void> {
    const { clock, log } = this.#parts;
    this.#running = this.sweep(() => !this.#stopped).catch((error: unknown) =>
      // Safe to go on: what is left is marked, and tried again.
      log.error("a configuration could not be brought to its devices", { error }),
    );
    await this.#running;
    this.#running = null;
    this.#cancel = this.#stopped ? null : clock.after(PERIOD_MS, () => void this.#turn());
  }
}
