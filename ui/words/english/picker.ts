import type { Forms } from "../forms.ts";

/** Picking some of many. */
export function picker({ count }: Forms) {
  return {
    search: "Search",
    searchOf: (what: string) => `Search: ${what}`,
    find: "Search",
    none: "Nothing is called that.",
    more: (shown: number, total: number) =>
      `${count(shown)} of ${count(total)} shown. Search to find the others.`,
  };
}

export type PickerWords = ReturnType<typeof picker>;
