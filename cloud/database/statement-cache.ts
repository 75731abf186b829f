import type { Database, Statement } from "bun:sqlite";

/** A statement that is compiled, and may be run again with other parameters. */
export interface KnownStatement {
  statement: Statement;
  /** Whether it has rows. */
  reader: boolean;
}

/** Texts beyond this are of one time: rows to insert, hundreds at once. */
const TEXT_MAX = 16_384;

/**
 * The statements of a connection that were run last, by their texts: SQLite takes longer to compile most of them than to
 * run them. The runtime's own cache has room for twenty, and two pages have more.
 */
export class StatementCache {
  readonly #database: Database;
  readonly #max: number;
  readonly #text: (sql: string) => string;
  readonly #known = new Map<string, KnownStatement>();

  /** `max`: how many are kept. `text`: what is compiled in a text's place. */
  constructor(database: Database, max: number, text: (sql: string) => string) {
    this.#database = database;
    this.#max = max;
    this.#text = text;
  }

  /** To be run at once and to its end: the next to ask for this text is given the same. */
  take(sql: string): KnownStatement {
    const known = this.#known.get(sql);
    if (known !== undefined) {
      // Last in the map is what was used last.
      this.#known.delete(sql);
      this.#known.set(sql, known);
      return known;
    }
    const statement = this.#database.prepare(this.#text(sql));
    const made = { statement, reader: statement.columnNames.length > 0 };
    if (sql.length <= TEXT_MAX) this.#keep(sql, made);
    return made;
  }

  #keep(sql: string, made: KnownStatement): void {
    this.#known.set(sql, made);
    if (this.#known.size <= this.#max) return;
    const [oldest] = this.#known;
    if (oldest === undefined) return;
    this.#known.delete(oldest[0]);
    oldest[1].statement.finalize();
  }
}
