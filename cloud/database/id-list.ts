import { type RawBuilder, sql } from "kysely";

/**
 * What `listOf` made, for `in`: however many ids, the statement is the same, so that it is compiled once. Naming 500 as
 * parameters of their own took Kysely and SQLite longer than the search.
 */
export const listed = (ids: string): RawBuilder<string> => sql<string>`(select value from json_each(${ids}))`;

/** Ids as one parameter. */
export const listOf = (ids: readonly string[]): string => JSON.stringify(ids);
