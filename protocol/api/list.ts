import * as v from "valibot";
import { cursorSchema } from "./page-key.ts";
import { wholeNumber } from "./whole-number.ts";

/** How every list of the API is asked for and answered. */

export const LIST_LIMIT_DEFAULT = 50;
export const LIST_LIMIT_MAX = 500;

/** `?limit=&cursor=&q=`: `cursor` as the previous answer's `nextCursor`. */
export const listQueryEntries = {
  limit: v.optional(wholeNumber(1, LIST_LIMIT_MAX), String(LIST_LIMIT_DEFAULT)),
  cursor: v.optional(cursorSchema),
  q: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(200))),
};

/** How a list is sorted: by a field, `-` before it for descending. */
export type Sort<Field extends string> = Field | `-${Field}`;

/** `?sort=` of a list that can be sorted by these fields. */
export function sortSchema<const Field extends string>(fields: readonly Field[]) {
  const reversed = fields.map((field): Sort<Field> => `-${field}`);
  const message = `must be one of ${fields.join(", ")}, with '-' before it to reverse`;
  return v.optional(v.picklist<readonly Sort<Field>[], string>([...fields, ...reversed], message));
}

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
  v.isoTimestamp("must be a time such as 2026-12-01T03:00:00.000Z"),
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
