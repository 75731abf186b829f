import type { Found } from "../ui.ts";

/** What a picker shows of records: the first is picked, and there are more than are shown. */
export function makeFound(
  records: readonly { id: string; name: string }[],
  more: Partial<Found> = {},
): Found {
  const [first, ...rest] = records.slice(0, 6).map(({ id, name }) => ({ value: id, label: name }));
  return { picked: first === undefined ? [] : [first], others: "", q: "", items: rest, total: 60, ...more };
}
