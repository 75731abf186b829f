import { Database, SQLiteError } from "bun:sqlite";
import type { Clock } from "../../protocol/clock.ts";
import { RefusalError, refuse } from "../../protocol/errors.ts";
import { makeId } from "../../protocol/ids.ts";
import type { Random } from "../../protocol/random.ts";
import { migrations } from "./migrations/index.ts";

/**
 * The gateway's SQLite database: one file, one connection in the running gateway; the commands open the same file
 * beside it. Everything is synchronous, so that a transaction can never be interleaved with another task.
 *
 * Promises: what a returned transaction has written survives a power cut (`synchronous=FULL`); a transaction that
 * throws has written nothing; hooks run after the commit only.
 */
export interface EdgeDatabase extends Disposable {
  readonly sqlite: Database;
  /** Runs `run` in a transaction, or as part of the one under way. */
  transaction<T>(run: () => T): T;
  /** Runs `run` so that, when it throws, its own writes are undone and those around it are not. */
  savepoint<T>(run: () => T): T;
  /**
   * Calls `run` after the transaction under way has committed; at once when there is none. It must not throw: what it
   * follows is done, and would look undone.
   */
  onCommit(run: () => void): void;
  /**
   * Calls `run` at the end of the transaction under way and as part of it, once however often it is asked for. False when
   * there is none, and it is not called.
   */
  beforeCommit(run: () => void): boolean;
  /**
   * Calls `run` as part of the next transaction that succeeds, whoever makes it: what is not worth a wait for the disk goes with what is.
   * Not at all when the process ends before. It must not throw.
   */
  alongNext(run: () => void): void;
  close(): void;
}

/**
 * Opens (and makes, or brings up to date) the database file at `path`. A newer program may have had it, as long as what it
 * added can be left out (`migrations/016-readers.ts`). Throws `database.newer` as a RefusalError where it cannot.
 */
export function openDatabase(path: string, parts: { clock: Clock; random: Random }): EdgeDatabase {
  const sqlite = new Database(path, { create: true, strict: true });
  try {
    sqlite.run("PRAGMA busy_timeout = 5000");
    useWal(sqlite);
    sqlite.run("PRAGMA synchronous = FULL");
    sqlite.run("PRAGMA foreign_keys = ON");
    migrate(sqlite);
    sqlite
      .query("INSERT INTO identity (only, uplog_epoch) VALUES (1, ?) ON CONFLICT DO NOTHING")
      .run(makeId(parts.clock.nowMs(), parts.random));
  } catch (error) {
    sqlite.close();
    throw error;
  }
  return new OpenDatabase(sqlite);
}

const WAL_TRIES = 250;
const WAL_RETRY_MS = 20;

/**
 * A new file becomes one with a write-ahead log. Where several processes do that at once SQLite fails all but one of
 * them, without the busy timeout (it would be a deadlock of readers who all wait to write), so they try again.
 */
function useWal(sqlite: Database): void {
  for (let tries = 1; ; tries += 1) {
    try {
      sqlite.run("PRAGMA journal_mode = WAL");
      return;
    } catch (error) {
      if (tries === WAL_TRIES || !(error instanceof SQLiteError && error.code?.startsWith("SQLITE_BUSY"))) {
        throw error;
      }
      Bun.sleepSync(WAL_RETRY_MS);
    }
  }
}

class OpenDatabase implements EdgeDatabase {
  readonly sqlite: Database;
  #hooks: (() => void)[] | null = null;
  readonly #last = new Set<() => void>();
  #along: (() => void)[] = [];

  constructor(sqlite: Database) {
    this.sqlite = sqlite;
  }

  transaction<T>(run: () => T): T {
    if (this.#hooks !== null) return run();
    const hooks: (() => void)[] = [];
    this.#hooks = hooks;
    const along = this.#along;
    this.#along = [];
    let committed = false;
    try {
      // IMMEDIATE takes the write lock at the start, where the busy timeout still applies.
      this.sqlite.run("BEGIN IMMEDIATE");
      try {
        for (const also of along) also();
        const result = run();
        for (const last of this.#last) {
          // It may be asked for again meanwhile, and then comes once more.
          this.#last.delete(last);
          last();
        }
        this.sqlite.run("COMMIT");
        committed = true;
        this.#hooks = null;
        for (const hook of hooks) hook();
        return result;
      } catch (error) {
        if (this.sqlite.inTransaction) this.sqlite.run("ROLLBACK");
        throw error;
      }
    } catch (error) {
      // Hooks may have made transactions of their own by now, if it is one of theirs that has failed.
      if (!committed) this.#along = [...along, ...this.#along];
      throw error;
    } finally {
      this.#hooks = null;
      this.#last.clear();
    }
  }

  savepoint<T>(run: () => T): T {
    if (this.#hooks === null) return this.transaction(run);
    const hooksBefore = this.#hooks.length;
    this.sqlite.run("SAVEPOINT part");
    try {
      const result = run();
      this.sqlite.run("RELEASE part");
      return result;
    } catch (error) {
      // A full disk ends the whole transaction, and then there is no savepoint to go back to.
      if (this.sqlite.inTransaction) {
        this.sqlite.run("ROLLBACK TO part");
        this.sqlite.run("RELEASE part");
      }
      this.#hooks.length = hooksBefore;
      throw error;
    }
  }

  onCommit(run: () => void): void {
    if (this.#hooks === null) run();
    else this.#hooks.push(run);
  }

  beforeCommit(run: () => void): boolean {
    if (this.#hooks === null) return false;
    this.#last.add(run);
    return true;
  }

  alongNext(run: () => void): void {
    this.#along.push(run);
  }

  close(): void {
    this.sqlite.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** All pending migrations in one transaction; `user_version` counts those that are done. */
function migrate(sqlite: Database): void {
  const version = (): number =>
    sqlite.query<{ user_version: number }, []>("PRAGMA user_version").get()!.user_version;
  if (version() === migrations.length) return;
  sqlite
    .transaction(() => {
      const done = version();
      if (done > migrations.length) {
        if (readersNeed(sqlite) <= migrations.length) return;
        const { refusal } = refuse(
          "database.newer",
          `the database has schema ${done}; this version knows schemas up to ${migrations.length}`,
        );
        throw new RefusalError(refusal);
      }
      for (const migration of migrations.slice(done)) sqlite.run(migration);
      sqlite.run(`PRAGMA user_version = ${migrations.length}`);
    })
    .immediate();
}

/** How many migrations a program must know to work with what newer ones have left; more than any where nobody says. */
function readersNeed(sqlite: Database): number {
  const isSaid = sqlite.query("SELECT 1 FROM sqlite_schema WHERE name = 'schema_reader'").get() !== null;
  if (!isSaid) return Number.POSITIVE_INFINITY;
  return sqlite.query<{ needs: number }, []>("SELECT needs FROM schema_reader").get()!.needs;
}
