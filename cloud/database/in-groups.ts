/** SQLite takes a bounded number of parameters in one statement: ids that are looked up in one. */
export const IDS_AT_ONCE = 500;

/** The items in their order, `most` at a time, fewer at the end; none of nothing. */
export function* inGroups<Item>(items: readonly Item[], most: number): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += most) yield items.slice(start, start + most);
}
