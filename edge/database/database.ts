import { Database, SQLiteError } from "bun:sqlite";
import { statSync } from "node:fs";
import type { Clock } from "../../protocol/clock.ts";
import { RefusalError, refuse } from "../../protocol/errors.ts";
import { makeId } from "../../protocol/ids.ts";
import type { Random } from "../../protocol/random.ts";
import { Durability } from "./durability.ts";
import { LogSync } from "./log-sync.ts";
import { migrations } from "./migrations/index.ts";
import { createPutOnDisk, type PutOnDisk } from "./put-on-disk.ts";
import { writeLogAnew } from "./write-log-anew.ts";

/**
 * The gateway's SQLite database: one file, one connection in the running gateway; the commands open the same file
 * beside it. Everything is synchronous, so that a transaction can never be interleaved with another task.
 *
 * Promises: what a returned `transaction` has written survives a power cut (`synchronous=FULL`), and what one ahead of the disk has
 * written does when what waits for it is called; a transaction that throws has written nothing; hooks run after the commit only.
 *
 * What is committed is seen before it is on the disk. So whoever tells others what was read, or acts on it, and writes nothing, waits with
 * `whenDurable` ([decision 0025](../../docs/decisions/0025-the-gateway-waits-beside-its-loop.md)), whether or not the disk is quick enough to be waited
 * for within the loop.
 */
export interface EdgeDatabase extends Disposable {
  readonly sqlite: Database;
  /** Runs `run` in a transaction, or as part of the one under way, and waits for the disk. */
  transaction<T>(run: () => T): T;
  /** The same without waiting for a slow disk, which takes it beside the event loop. */
  transactionAhead<T>(run: () => T): T;
  /** Whether something that was committed is not on the disk yet. */
  readonly isAhead: boolean;
  /**
   * Calls `run` when all that is committed by now is on the disk: at once where it is, never when the disk has failed. In the transaction under
   * way it is that one that is waited for. All are called in the order they came.
   */
  whenDurable(run: () => void): void;
  /** Waits for the disk, and has all called that waits for it. */
  settle(): void;
  /**
   * What a process that was killed had committed may not be on the disk, though it is read: it is waited for as what this one commits. To be
   * called before anybody is told of anything.
   */
  adopt(): void;
  /** Runs `run` so that, when it throws, its own writes are undone and those around it are not. */
  savepoint<T>(run: () => T): T;
  /**
   * Calls `run` after the transaction under way has committed, and before anything else happens; at once when there is none. For what is in
   * memory beside the database: what others see is for `whenDurable`. It must not throw: what it follows is done, and would look undone.
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
export function openDatabase(path: string, parts: DatabaseParts): EdgeDatabase {
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
  return new OpenDatabase(sqlite, path, parts);
}

export interface DatabaseParts {
  clock: Clock;
  random: Random;
  /** In the disk's place, in a test. */
  put?: PutOnDisk;
  /** The disk has failed for good. Without it the process ends. */
  lost?: (error: Error) => void;
}

/** Nobody was told of what may be lost, and who starts the gateway again starts it from what is on the disk. */
function end(error: Error): void {
  queueMicrotask(() => {
    throw new Error("the database's log could not be put on the disk", { cause: error });
  });
}

/** A database that is in memory only, in a test. */
const IN_MEMORY = ":memory:";

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

/** What is to be called after the transaction under way: at once, or when it is on the disk. */
interface Hooks {
  committed: (() => void)[];
  durable: (() => void)[];
}

class OpenDatabase implements EdgeDatabase {
  readonly sqlite: Database;
  readonly #path: string;
  readonly #log: LogSync;
  readonly #durability: Durability;
  #hooks: Hooks | null = null;
  readonly #last = new Set<() => void>();
  #along: (() => void)[] = [];

  constructor(
    sqlite: Database,
    path: string,
    { clock, put = createPutOnDisk(clock), lost = end }: DatabaseParts,
  ) {
    this.sqlite = sqlite;
    this.#path = path;
    const writeAnew = (fd: number): boolean => writeLogAnew(sqlite, path, fd);
    this.#log = new LogSync(path, { writeAnew, lost }, put);
    this.#durability = new Durability((done) => (path === IN_MEMORY ? done() : this.#log.sync(done)));
  }

  get isAhead(): boolean {
    return this.#durability.isBehind;
  }

  transaction<T>(run: () => T): T {
    return this.#hooks === null ? this.#commit(run, () => undefined) : run();
  }

  transactionAhead<T>(run: () => T): T {
    if (this.#hooks !== null) return run();
    this.sqlite.run("PRAGMA synchronous = NORMAL");
    let isFull = false;
    const waitAgain = (): void => {
      if (!isFull) this.sqlite.run("PRAGMA synchronous = FULL");
      isFull = true;
    };
    try {
      return this.#commit(run, () => {
        // Before any hook, which may write as well.
        waitAgain();
        this.#durability.committed();
      });
    } finally {
      waitAgain();
    }
  }

  /** `committed` is called right after the commit. */
  #commit<T>(run: () => T, committed: () => void): T {
    const hooks: Hooks = { committed: [], durable: [] };
    this.#hooks = hooks;
    const along = this.#along;
    this.#along = [];
    let isCommitted = false;
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
        isCommitted = true;
        this.#hooks = null;
        committed();
        for (const hook of hooks.committed) hook();
        for (const hook of hooks.durable) this.#durability.whenDurable(hook);
        return result;
      } catch (error) {
        if (this.sqlite.inTransaction) this.sqlite.run("ROLLBACK");
        throw error;
      }
    } catch (error) {
      // Hooks may have made transactions of their own by now, if it is one of theirs that has failed.
      if (!isCommitted) this.#along = [...along, ...this.#along];
      throw error;
    } finally {
      this.#hooks = null;
      this.#last.clear();
    }
  }

  savepoint<T>(run: () => T): T {
    if (this.#hooks === null) return this.transaction(run);
    const { committed, durable } = this.#hooks;
    const before = [committed.length, durable.length] as const;
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
      [committed.length, durable.length] = before;
      throw error;
    }
  }

  onCommit(run: () => void): void {
    if (this.#hooks === null) run();
    else this.#hooks.committed.push(run);
  }

  whenDurable(run: () => void): void {
    if (this.#hooks === null) this.#durability.whenDurable(run);
    else this.#hooks.durable.push(run);
  }

  settle(): void {
    if (this.#hooks !== null) throw new Error("the disk cannot have what is not committed");
    // SQLite waits for all of the log, when there is something to write: the page is written though nothing changes in it.
    if (this.isAhead)
      this.transaction(() => this.sqlite.run("UPDATE identity SET uplog_epoch = uplog_epoch"));
    this.#durability.settled();
  }

  beforeCommit(run: () => void): boolean {
    if (this.#hooks === null) return false;
    this.#last.add(run);
    return true;
  }

  alongNext(run: () => void): void {
    this.#along.push(run);
  }

  adopt(): void {
    const log = statSync(`${this.#path}-wal`, { throwIfNoEntry: false });
    if (log !== undefined && log.size > 0) this.#durability.committed((done) => this.#log.adopt(done));
  }

  close(): void {
    this.#log.close();
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
