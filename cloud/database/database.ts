import type { Kysely, Transaction } from "kysely";
import type { Tables } from "./tables.ts";

/**
 * The database of the control plane, as a port at the level of the driver: a store is written once and runs on any
 * implementation (`sqlite.ts`; PostgreSQL comes with scale-out).
 *
 * Promises: a reader never sees what is not committed; writes happen one transaction at a time, whole or not at all;
 * what must follow a write (events, frames) runs only after its commit. Never use `read` or `writer` inside
 * {@link CloudDatabase.write}: on one connection that would wait for itself.
 */
export interface CloudDatabase extends AsyncDisposable {
  readonly dialect: Dialect;
  /** For queries. On SQLite a connection of its own. */
  readonly read: Kysely<Tables>;
  /** Runs `run` in a transaction of its own; rolls back and rethrows what it throws. */
  write<T>(run: (trx: Transaction<Tables>) => Promise<T>): Promise<T>;
  /**
   * The same for what comes in bursts: waits for the end of the event loop's turn, and shares its commit with all that have come by
   * then (`shared-commits.ts`). With `atTheLatest` it waits for another to go with, until that resolves.
   */
  writeTogether<T>(run: (trx: Transaction<Tables>) => Promise<T>, atTheLatest?: Promise<void>): Promise<T>;
  /**
   * Resolves when whatever may have been read by now is on the disk: a transaction is seen as soon as it is committed, and that is a
   * moment sooner. For whoever acts on what was read, or tells it, without writing anything.
   */
  durable(): Promise<void>;
  /** Calls `run` after `trx` has committed, and not at all when it rolls back. */
  onCommit(trx: Transaction<Tables>, run: () => void): void;
  /** The writing connection, for the account library, which runs its own statements. */
  readonly writer: Kysely<Tables>;
  /** What keeps queries fast as tables grow. Now and then, while the service runs; takes milliseconds. */
  upkeep(): Promise<void>;
  close(): Promise<void>;
}

export type Dialect = "sqlite" | "postgres";

/** The commit hooks of transactions under way. */
export class CommitHooks {
  readonly #hooks = new WeakMap<Transaction<Tables>, (() => void)[]>();

  begin(trx: Transaction<Tables>): void {
    this.#hooks.set(trx, []);
  }

  add(trx: Transaction<Tables>, run: () => void): void {
    const hooks = this.#hooks.get(trx);
    if (hooks === undefined) throw new Error("onCommit was called with a transaction that has ended");
    hooks.push(run);
  }

  /** Ends the list and gives it back, to be called when the commit has succeeded. */
  end(trx: Transaction<Tables>): (() => void)[] {
    const hooks = this.#hooks.get(trx) ?? [];
    this.#hooks.delete(trx);
    return hooks;
  }
}
