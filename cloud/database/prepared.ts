import type { Compilable, CompiledQuery, Kysely, Transaction } from "kysely";
import type { Tables } from "./tables.ts";

/** A dialect's adapter that runs a statement at once, on the connection that the transaction has or that reads. */
export interface DirectAdapter {
  /** The connection is in no transaction, ever: its statements may run at any time. */
  readonly onlyReads: boolean;
  prepare(sql: string): DirectStatement;
}

/** Runs it with parameters. */
export interface DirectStatement {
  /** Answers its rows; of one that has none, an empty list. */
  all(parameters: readonly unknown[]): unknown[];
  /** Answers how many rows it changed. */
  change(parameters: readonly unknown[]): number;
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
  /** Of each parameter, which argument it is; or what it always is. */
  fill: (args: readonly unknown[]) => unknown[];
  direct: DirectStatement | null;
  /** Whether it does so outside a transaction, too. */
  anyTime: boolean;
}

/** The statement of a database, made when it is asked for the first time. */
function statementOf<A extends readonly unknown[], Row>(
  build: (db: Kysely<Tables>, ...args: A) => Compilable<Row>,
): (db: Kysely<Tables>, args: A) => Prepared<Row> {
  const known = new WeakMap<object, Prepared<Row>>();
  const prepare = (db: Kysely<Tables>, adapter: object, args: A): Prepared<Row> => {
    const places = args.map((_, index) => new Place(index));
    const query = build(db, ...(places as unknown as A)).compile();
    const isOwn = isDirect(adapter);
    const made: Prepared<Row> = {
      ...{ query, fill: filling(query.parameters) },
      ...{ direct: isOwn ? adapter.prepare(query.sql) : null, anyTime: isOwn && adapter.onlyReads },
    };
    known.set(adapter, made);
    return made;
  };
  return (db, args) => {
    const { adapter } = db.getExecutor();
    return known.get(adapter) ?? prepare(db, adapter, args);
  };
}

function filling(parameters: readonly unknown[]): Prepared<unknown>["fill"] {
  const indexes = parameters.map((each) => (each instanceof Place ? each.index : -1));
  // Most have their arguments in the order in which they are given.
  const isPlain = indexes.every((index, at) => index === at);
  if (isPlain)
    return (args) => (args.length === indexes.length ? (args as unknown[]) : args.slice(0, indexes.length));
  return (args) => indexes.map((index, at) => (index < 0 ? parameters[at] : args[index]));
}

/**
 * A statement that is built and compiled once for each database, for the few that run thousands of times a second:
 * building one with Kysely, and its way to the connection, cost several times what SQLite needs to run it. `build` is
 * called with something in the place of each argument, so it must not look at them: they may only become parameters.
 */
export function prepared<A extends readonly unknown[], Row>(
  build: (db: Kysely<Tables>, ...args: A) => Compilable<Row>,
): (db: Kysely<Tables>, ...args: A) => Promise<Row[]> {
  const statement = statementOf(build);
  return async (db, ...args) => {
    const { query, fill, direct, anyTime } = statement(db, args);
    const parameters = fill(args);
    // Outside a transaction a connection that writes may be in the middle of another's.
    if (direct !== null && (anyTime || db.isTransaction)) return direct.all(parameters) as Row[];
    return (await db.executeQuery<Row>({ ...query, parameters })).rows;
  };
}

/**
 * One that writes, for each of many: all at once, which is cheaper by far than one after the other. In a transaction
 * only. Answers of each how many rows it changed; no more are run after one that fails.
 */
export function preparedForEach<A extends readonly unknown[]>(
  build: (db: Kysely<Tables>, ...args: A) => Compilable<unknown>,
): (trx: Transaction<Tables>, all: readonly A[]) => Promise<number[]> {
  const statement = statementOf(build);
  return async (trx, all) => {
    const [first] = all;
    if (first === undefined) return [];
    const { query, fill, direct } = statement(trx, first);
    if (direct !== null) return all.map((args) => direct.change(fill(args)));
    const changed: number[] = [];
    for (const args of all) {
      const { numAffectedRows } = await trx.executeQuery({ ...query, parameters: fill(args) });
      changed.push(Number(numAffectedRows ?? 0));
    }
    return changed;
  };
}

function isDirect(adapter: object): adapter is DirectAdapter {
  return "prepare" in adapter;
}
