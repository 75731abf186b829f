import type { Insertable, InsertQueryBuilder, InsertResult, Kysely, Updateable } from "kysely";
import { prepared } from "./prepared.ts";
import type { Tables } from "./tables.ts";

/** Prepared statements whose arguments are the columns of a row. */

type Insert<Table extends keyof Tables> = InsertQueryBuilder<Tables, Table, InsertResult>;

/** Inserts a row of which each of `columns` is given. `finish` adds what becomes of one that is there, and what is returned. */
export function preparedInsert<Table extends keyof Tables, Column extends keyof Insertable<Tables[Table]>>(
  table: Table,
  columns: readonly Column[],
  finish: (insert: Insert<Table>) => { compile: Insert<Table>["compile"] } = (insert) => insert,
): (db: Kysely<Tables>, row: Required<Pick<Insertable<Tables[Table]>, Column>>) => Promise<unknown[]> {
  const insert = prepared((db, ...values: unknown[]) => {
    const row = Object.fromEntries(columns.map((column, index) => [column, values[index]]));
    return finish(db.insertInto(table).values(row as never)) as { compile(): never };
  });
  return (db, row) => insert(db, ...columns.map((column) => row[column]));
}

/** Sets columns of the rows that have these `keys`; a statement is built for each choice of columns, of which there are few. */
export function preparedUpdate<Table extends keyof Tables, Key extends keyof Updateable<Tables[Table]>>(
  table: Table,
  keys: readonly Key[],
): (
  db: Kysely<Tables>,
  row: Required<Pick<Updateable<Tables[Table]>, Key>>,
  set: Updateable<Tables[Table]>,
) => Promise<void> {
  const known = new Map<string, (db: Kysely<Tables>, ...values: unknown[]) => Promise<unknown[]>>();
  const build = (columns: readonly string[]) =>
    prepared((db, ...values: unknown[]) => {
      const set = Object.fromEntries(columns.map((column, index) => [column, values[index]]));
      const where = Object.fromEntries(keys.map((key, index) => [key, values[columns.length + index]]));
      return db
        .updateTable(table as never)
        .set(set as never)
        .where((eb) => eb.and(where as never));
    });
  return async (db, row, set) => {
    const columns = Object.keys(set);
    const name = columns.join();
    const update = known.get(name) ?? build(columns);
    known.set(name, update);
    const values = columns.map((column) => set[column as keyof typeof set]);
    await update(db, ...values, ...keys.map((key) => row[key]));
  };
}
