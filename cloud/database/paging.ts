import { type RawBuilder, type SqlBool, sql } from "kysely";
import type { Sort } from "../../protocol/api/list.ts";
import { encodeCursor, type PageKey } from "../../protocol/api/page-key.ts";

/** Whether a row stands after the cursor's in this order: by what is sorted, then by the id. */
export function isAfter(
  sorted: RawBuilder<unknown>,
  id: RawBuilder<unknown>,
  { descending }: Pick<SortOrder<string>, "descending">,
  after: PageKey,
): RawBuilder<SqlBool> {
  const beyond = sql.raw(descending ? "<" : ">");
  return sql`(${sorted} ${beyond} ${after.value} or (${sorted} = ${after.value} and ${id} ${beyond} ${after.id}))`;
}

/** A page of the rows that were read for it, one more than the limit where more come, and the cursor of the next page. */
export function cutPage<Row>(
  rows: readonly Row[],
  limit: number,
  keyOf: (last: Row) => PageKey,
): { page: Row[]; nextCursor: string | null } {
  const { page, last } = cut(rows, limit);
  return { page, nextCursor: last === undefined ? null : encodeCursor(keyOf(last)) };
}

/** `last`: of the page, where more come. */
function cut<Row>(rows: readonly Row[], limit: number): { page: Row[]; last: Row | undefined } {
  const page = rows.slice(0, limit);
  return { page, last: rows.length > limit ? page.at(-1) : undefined };
}

/** All rows of a list, a page after the other. `select` reads one more than `limit` where more come. */
export async function* eachPage<Row>(
  select: (cursor?: PageKey) => Promise<Row[]>,
  limit: number,
  keyOf: (last: Row) => PageKey,
): AsyncGenerator<Row[]> {
  let cursor: PageKey | undefined;
  do {
    const { page, last } = cut(await select(cursor), limit);
    yield page;
    cursor = last === undefined ? undefined : keyOf(last);
  } while (cursor !== undefined);
}

/**
 * How many rows a list has in all. `rows` are those read for one of its pages, one more than the limit where more come: a
 * first page after which nothing comes is the whole list, and need not be counted.
 */
export async function totalOf(
  rows: readonly unknown[],
  { cursor, limit }: { cursor?: PageKey | undefined; limit: number },
  count: () => Promise<number>,
): Promise<number> {
  return cursor === undefined && rows.length <= limit ? rows.length : count();
}

/** The text of a search as a LIKE pattern, its own wildcards taken as letters; use with `ESCAPE '\'`. */
export function likePattern(text: string): string {
  return `%${text.toLowerCase().replaceAll(/[\\%_]/g, "\\$&")}%`;
}

export interface SortOrder<Column extends string> {
  column: Column;
  descending: boolean;
}

/** The order that `sort` asks for. */
export function orderBy<Field extends string, Column extends string>(
  sort: Sort<Field> | undefined,
  columns: Readonly<Record<Field, Column>>,
  fallback: SortOrder<Column>,
): SortOrder<Column> {
  if (sort === undefined) return fallback;
  const descending = sort.startsWith("-");
  return { column: columns[(descending ? sort.slice(1) : sort) as Field], descending };
}
