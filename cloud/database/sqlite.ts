import { Database } from "bun:sqlite";
import {
  CompiledQuery,
  Kysely,
  SqliteAdapter,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
  type Transaction,
} from "kysely";
import { type CloudDatabase, CommitHooks } from "./database.ts";
import { type Copied, LogCopier } from "./log-copier.ts";
import { LogSync, type PutOnDisk } from "./log-sync.ts";
import { migrate } from "./migrate.ts";
import type { DirectAdapter, DirectStatement } from "./prepared.ts";
import { SharedCommits } from "./shared-commits.ts";
import { StatementCache } from "./statement-cache.ts";
import type { Tables } from "./tables.ts";

/**
 * SQLite through `bun:sqlite`: one connection that writes, a transaction at a time, and one that reads. Kysely gives
 * a connection to one transaction until it ends, which is the queue that keeps another task's statements out of it.
 * `path` is a file; it is made and brought up to date when needed. When the disk fails to keep what was committed the process ends.
 */
export async function openSqlite(path: string, disk: Disk = {}): Promise<CloudDatabase> {
  const { put, lost = end, logPages: fromPages = LOG_PAGES } = disk;
  const writing = open(path, WRITER);
  const log = new LogSync(path, lost, put);
  const look = writing.query<Copied, []>("PRAGMA wal_checkpoint(NOOP)");
  const copier = new LogCopier({
    ...{ path, fromPages },
    look: () => look.get()!,
    alone: (run) => writer.connection().execute(run),
  });
  const writer = new Kysely<Tables>({ dialect: new BunSqliteDialect(writing, { log, copier }) });
  /** Counts how rows are spread, a sample of each index: without it the planner takes every index for as good. */
  const upkeep = async (): Promise<void> => {
    await writer.executeQuery(CompiledQuery.raw("PRAGMA analysis_limit = 1000"));
    await writer.executeQuery(CompiledQuery.raw("PRAGMA optimize = 0x10002"));
  };
  try {
    await migrate(writer, "sqlite");
    await upkeep();
  } catch (error) {
    await writer.destroy();
    log.close();
    throw error;
  }
  const read = new Kysely<Tables>({ dialect: new BunSqliteDialect(open(path, READER), { writing }) });
  const hooks = new CommitHooks();
  const commits = new SharedCommits(writer, hooks);

  const close = async (): Promise<void> => {
    await copier[Symbol.asyncDispose]();
    await read.destroy();
    // Leaves one file behind instead of three, for whoever copies it.
    await writer.executeQuery(CompiledQuery.raw("PRAGMA wal_checkpoint(TRUNCATE)"));
    await writer.destroy();
    log.close();
  };
  return {
    dialect: "sqlite",
    read,
    writer,
    async write(run) {
      const { result, after } = await writer.transaction().execute(async (trx) => {
        hooks.begin(trx);
        try {
          return { result: await run(trx), after: () => hooks.end(trx) };
        } catch (error) {
          hooks.end(trx);
          throw error;
        }
      });
      for (const hook of after()) hook();
      return result;
    },
    writeTogether: (run, atTheLatest) => commits.write(run, atTheLatest),
    durable: async () => void (await log.underWay),
    onCommit: (trx: Transaction<Tables>, run: () => void) => hooks.add(trx, run),
    upkeep,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** What a test puts in the disk's place. */
interface Disk {
  put?: PutOnDisk;
  lost?: (error: Error) => void;
  /** Of log, before it is copied into the database. */
  logPages?: number;
}

/** Whoever waits for the commit is told nothing, and the service's supervisor starts it again, from what is on the disk. */
function end(error: Error): void {
  queueMicrotask(() => {
    throw new Error("the database's log could not be put on the disk", { cause: error });
  });
}

/** Asked only while the other is in a transaction. */
const READER_CACHE_KIB = 16_384;
/**
 * Holds what lists and counts of a large organisation look into; taken only as far as it is filled. And a transaction
 * that overflows its connection's cache writes the same pages to the log again and again, the full-text indexes' above
 * all: with SQLite's own 2 MiB a device among 18,000 took 0.5 ms to insert, with room 0.15.
 */
const WRITER_CACHE_KIB = 98_304;
/** 32 MB of log before it is copied into the database: a page that many commits have touched is copied once. */
const LOG_PAGES = 8_000;
/** From here on SQLite copies it itself, within a commit: for when the thread that does it cannot. */
const LOG_PAGES_MAX = 4 * LOG_PAGES;

/**
 * FULL: a gateway forgets nothing before the cloud's commit would survive a power cut, and the cloud acknowledges to
 * it right after. A transaction's wait for the disk is {@link LogSync}'s. The busy timeout lets the commands (`admin create`, `gateway claim`) write beside a running server; it
 * comes first because the others fail at once while another process opens or closes the file.
 * What a statement or a savepoint would have to undo is kept in memory: in a file, which SQLite makes for every transaction where that is more
 * than 64 KiB, it was as many writes again as those to the log.
 */
const WRITER = [
  ...["busy_timeout = 5000", "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"],
  `cache_size = -${WRITER_CACHE_KIB}`,
  `wal_autocheckpoint = ${LOG_PAGES_MAX}`,
  "temp_store = MEMORY",
];
const READER = ["busy_timeout = 5000", "query_only = ON", `cache_size = -${READER_CACHE_KIB}`];

function open(path: string, pragmas: readonly string[]): Database {
  const database = new Database(path, { create: true, strict: true });
  for (const pragma of pragmas) database.run(`PRAGMA ${pragma}`);
  return database;
}

/** Of a connection: what every page and list asks, with what gateways' entries write, are some three hundred. */
const STATEMENTS_KEPT = 400;

type Bindings = Parameters<ReturnType<Database["query"]>["all"]>;

/** What may be asked of either connection: it writes nothing, whatever comes after. */
const ASKS = /^select /;
/** Of a statement's text: what is quoted, and the place of a parameter. */
const QUOTED_OR_PLACE = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\?/g;

/**
 * A select's text with a sign before each parameter. Where the planner may look at a parameter's value (to order, or to compare it
 * with a partial index's condition) SQLite compiles the whole statement anew whenever it is bound to others, and to find
 * whose session it is took 35 µs, of which 2 are the search; what has a sign is no parameter to it. The sign changes nothing,
 * not even the type, but a partial index whose condition a parameter would have to fulfil is not taken: that belongs into the text.
 */
export function compiledOnce(sql: string): string {
  return ASKS.test(sql) ? sql.replace(QUOTED_OR_PLACE, (part) => (part === "?" ? "+?" : part)) : sql;
}

function prepare(database: Database, sql: string): DirectStatement {
  const statement = database.prepare(compiledOnce(sql));
  const change = (parameters: readonly unknown[]) => statement.run(...(parameters as Bindings)).changes;
  const all = (parameters: readonly unknown[]) => statement.all(...(parameters as Bindings));
  if (statement.columnNames.length > 0) return { all, change };
  return {
    change,
    all: (parameters) => {
      change(parameters);
      return [];
    },
  };
}

/** The face of better-sqlite3 that Kysely's SQLite dialect asks for. `writing` as in {@link BunSqliteDialect}. */
function wrap(database: Database, writing: Database | null, waiting: Waiting | null) {
  const own = new StatementCache(database, STATEMENTS_KEPT, compiledOnce);
  const warm = writing === null ? null : new StatementCache(writing, STATEMENTS_KEPT, compiledOnce);
  return {
    close: () => database.close(),
    prepare: (sql: string) => {
      // Kysely runs what it prepares at once.
      const isFree = warm !== null && !writing?.inTransaction && ASKS.test(sql);
      // What is written outside a transaction keeps FULL: nobody would wait for the log after it.
      if (waiting !== null && !database.inTransaction && !ASKS.test(sql)) waiting.set("FULL");
      const { statement, reader } = (isFree ? warm : own).take(sql);
      const bind = (parameters: readonly unknown[]) => parameters as Bindings;
      return {
        reader,
        all: (parameters: readonly unknown[]) => statement.all(...bind(parameters)),
        run: (parameters: readonly unknown[]) => statement.run(...bind(parameters)),
        // Between one row and the next others write, and ask the same.
        iterate: (parameters: readonly unknown[]) =>
          database.prepare(sql).iterate(...bind(parameters)) as IterableIterator<unknown>,
      };
    },
  };
}

interface Beside {
  /**
   * Of a connection that only reads, the one that writes. What is asked is asked of that one while it is in no
   * transaction: it still has the pages, where each commit empties the cache of every other connection. While gateways
   * report, a hundred times a second, the other would read every page anew.
   */
  writing?: Database;
  /** Of the one that writes: puts its transactions on the disk. */
  log?: LogSync;
  /** Of the same: hears of each transaction. */
  copier?: LogCopier;
}

/**
 * Whether SQLite itself waits for the disk at the end of what is written (FULL) or leaves that to us (NORMAL); changed where the other is
 * needed, which is twice when the account library has written something, and not at every transaction.
 */
class Waiting {
  readonly #database: Database;
  #mode = "FULL";

  constructor(database: Database) {
    this.#database = database;
  }

  /** Outside a transaction only: within one it would change nothing. */
  set(mode: "FULL" | "NORMAL"): void {
    if (mode === this.#mode) return;
    // Compiled anew each time: it takes effect while it is.
    this.#database.run(`PRAGMA synchronous = ${mode}`);
    this.#mode = mode;
  }
}

class BunSqliteDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig;
  readonly #database: Database;
  readonly #writing: Database | null;
  readonly #waiting: Waiting | null;
  readonly #log: LogSync | null;
  readonly #copier: LogCopier | null;

  constructor(database: Database, { writing, log, copier }: Beside) {
    const waiting = log === undefined ? null : new Waiting(database);
    const config = { database: wrap(database, writing ?? null, waiting) };
    super(config);
    this.#waiting = waiting;
    this.#config = config;
    this.#database = database;
    this.#writing = writing ?? null;
    this.#log = log ?? null;
    this.#copier = copier ?? null;
  }

  override createDriver(): SqliteDriver {
    return new ImmediateDriver(this.#config, this.#database, this.#waiting, this.#log, this.#copier);
  }

  override createAdapter(): SqliteAdapter {
    return new BunSqliteAdapter(this.#database, this.#writing);
  }
}

/**
 * Takes the write lock when a transaction begins. One that reads first and takes it later fails at once, whatever the
 * busy timeout, when another process has written in between (SQLITE_BUSY_SNAPSHOT).
 */
class ImmediateDriver extends SqliteDriver {
  readonly #waiting: Waiting | null;
  readonly #begin: DirectStatement;
  readonly #commit: DirectStatement;
  readonly #changes: DirectStatement;
  readonly #log: LogSync | null;
  readonly #copier: LogCopier | null;
  /** Up to here they are on the disk. */
  #changesUntil = 0;

  constructor(
    config: SqliteDialectConfig,
    database: Database,
    waiting: Waiting | null,
    log: LogSync | null,
    copier: LogCopier | null,
  ) {
    super(config);
    this.#waiting = waiting;
    this.#begin = prepare(database, "begin immediate");
    this.#commit = prepare(database, "commit");
    this.#changes = prepare(database, "select total_changes() as rows");
    this.#log = log;
    this.#copier = copier;
  }

  override async beginTransaction(): Promise<void> {
    this.#waiting?.set("NORMAL");
    this.#begin.change([]);
  }

  /** Ends when it is on the disk: until then nobody hears of it, and the connection is not given to the next. */
  override async commitTransaction(): Promise<void> {
    this.#commit.change([]);
    const changed = this.#rowsChanged();
    if (this.#log !== null && changed !== this.#changesUntil) {
      this.#changesUntil = changed;
      await this.#log.sync();
    }
    this.#copier?.committed();
  }

  /** Since the connection was opened. A change of the schema is none, and goes to the disk with the next that is. */
  #rowsChanged(): number {
    return (this.#changes.all([])[0] as { rows: number }).rows;
  }
}

class BunSqliteAdapter extends SqliteAdapter implements DirectAdapter {
  readonly onlyReads: boolean;
  readonly #database: Database;
  readonly #writing: Database | null;

  constructor(database: Database, writing: Database | null) {
    super();
    this.#database = database;
    this.#writing = writing;
    this.onlyReads = writing !== null;
  }

  /** SQLite rolls DDL back like anything else; Kysely must be told, or a failed migration leaves half of it behind. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }

  prepare(sql: string): DirectStatement {
    const [own, writing] = [prepare(this.#database, sql), this.#writing];
    if (writing === null || !ASKS.test(sql)) return own;
    const warm = prepare(writing, sql);
    return {
      all: (parameters) => (writing.inTransaction ? own : warm).all(parameters),
      change: own.change,
    };
  }
}
