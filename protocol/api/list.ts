import * as v from "valibot";

/** How every list of the API is asked for and answered. */

export const LIST_LIMIT_DEFAULT = 50;
export const LIST_LIMIT_MAX = 500;

/** `?limit=&cursor=&q=&sort=`: `cursor` as the previous answer's `nextCursor`; `sort` a field, `-` for descending. */
export const listQueryEntries = {
  limit: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,4}$/, "must be a whole number"),
      v.transform(Number),
      v.minValue(1, "must be at least 1"),
      v.maxValue(LIST_LIMIT_MAX, `must be at most ${LIST_LIMIT_MAX}`),
    ),
    String(LIST_LIMIT_DEFAULT),
  ),
  cursor: v.optional(v.pipe(v.string(), v.maxLength(512))),
  q: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(200))),
  sort: v.optional(
    v.pipe(v.string(), v.regex(/^-?[a-zA-Z]+$/, "must be a field name, with '-' before it to reverse")),
  ),
};

/** A page of a list. `nextCursor` is null on the last page; `total` counts all that match. */
export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
  total: number;
}

/** The schema of a page of `item`. */
export function pageSchema<Item extends v.GenericSchema>(item: Item) {
  return v.object({
    items: v.array(item),
    nextCursor: v.nullable(v.string()),
    total: v.pipe(v.number(), v.integer()),
  });
}

/** A time in the API: ISO 8601 in UTC with milliseconds, `2026-11-23T12:00:00.000Z`. */
export const timestampSchema = v.pipe(
  v.string(),
  v.isoTimestamp(),
  v.check(isDayThere, "must be a day that there is"),
);

/** Milliseconds since 1970 as the API writes them. */
export function toTimestamp(atMs: number): string {
  return new Date(atMs).toISOString();
}

/** `Date` takes the 30th of February for the 2nd of March. */
function isDayThere(timestamp: string): boolean {
  const [year = 0, month = 0, day = 0] = timestamp.slice(0, 10).split("-").map(Number);
  return new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
}
