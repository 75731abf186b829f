import { type RawBuilder, type SqlBool, sql } from "kysely";

/**
 * Paging by key: a page ends at a row, and the next begins after it, so that rows which come and go meanwhile neither
 * repeat nor get lost. The cursor names the last row's value in the sorted column, and its id.
 */
export interface PageKey {
  value: string | number;
  id: string;
}

export function encodeCursor(key: PageKey): string {
  return Buffer.from(JSON.stringify([key.value, key.id])).toString("base64url");
}

/** Null for text that is not a cursor of ours. */
export function decodeCursor(text: string): PageKey | null {
  try {
    const [value, id] = JSON.parse(Buffer.from(text, "base64url").toString()) as unknown[];
    const sortable = typeof value === "string" || typeof value === "number";
    return sortable && typeof id === "string" ? { value, id } : null;
  } catch {
    return null;
  }
}

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

/**
 * How many rows a list has in all. `rows` are those read for one of its pages, one more than the limit where more come: a
 * first page after which nothing comes is the whole list, and need not be counted.
 */
export async function totalOf(
  rows: readonly unknown[],
  { cursor, limit }: { cursor?: string | undefined; limit: number },
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

/** Reads `sort=name` or `sort=-name`; null when the field cannot be sorted by. */
export function readSort<Column extends string>(
  sort: string | undefined,
  columns: Record<string, Column>,
  fallback: SortOrder<Column>,
): SortOrder<Column> | null {
  if (sort === undefined) return fallback;
  const descending = sort.startsWith("-");
  const field = descending ? sort.slice(1) : sort;
  const column = Object.hasOwn(columns, field) ? columns[field] : undefined;
  return column === undefined ? null : { column, descending };
}
