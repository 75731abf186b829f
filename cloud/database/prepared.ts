import type { Compilable, CompiledQuery, Kysely } from "kysely";
import type { Tables } from "./tables.ts";

/** A dialect's adapter that runs a statement at once, on the connection that the transaction has or that reads. */
export interface DirectAdapter {
  /** The connection is in no transaction, ever: its statements may run at any time. */
  readonly onlyReads: boolean;
  /** Gives what runs the statement with parameters, and answers its rows. */
  prepare(sql: string): (parameters: readonly unknown[]) => unknown[];
}

/** Stands for an argument while the statement is compiled. */
class Place {
  readonly index: number;

  constructor(index: number) {
    this.index = index;
  }
}

interface Prepared<Row> {
  query: CompiledQuery<Row>;
  runDirect: ((parameters: readonly unknown[]) => unknown[]) | null;
  /** Whether it does so outside a transaction, too. */
  anyTime: boolean;
}

/**
 * A statement that is built and compiled once for each database, for the few that run thousands of times a second:
 * building one with Kysely, and its way to the connection, cost several times what SQLite needs to run it. `build` is
 * called with something in the place of each argument, so it must not look at them: they may only become parameters.
 */
export function prepared<A extends readonly unknown[], Row>(
  build: (db: Kysely<Tables>, ...args: A) => Compilable<Row>,
): (db: Kysely<Tables>, ...args: A) => Promise<Row[]> {
  const known = new WeakMap<object, Prepared<Row>>();
  const prepare = (db: Kysely<Tables>, adapter: object, args: A): Prepared<Row> => {
    const places = args.map((_, index) => new Place(index));
    const query = build(db, ...(places as unknown as A)).compile();
    const made = isDirect(adapter)
      ? { query, runDirect: adapter.prepare(query.sql), anyTime: adapter.onlyReads }
      : { query, runDirect: null, anyTime: false };
    known.set(adapter, made);
    return made;
  };
  return async (db, ...args) => {
    const { adapter } = db.getExecutor();
    const { query, runDirect, anyTime } = known.get(adapter) ?? prepare(db, adapter, args);
    const parameters = query.parameters.map((each) => (each instanceof Place ? args[each.index] : each));
    // Outside a transaction a connection that writes may be in the middle of another's.
    if (runDirect !== null && (anyTime || db.isTransaction)) return runDirect(parameters) as Row[];
    return (await db.executeQuery<Row>({ ...query, parameters })).rows;
  };
}

function isDirect(adapter: object): adapter is DirectAdapter {
  return "prepare" in adapter;
}
