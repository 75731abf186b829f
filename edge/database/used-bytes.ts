import type { EdgeDatabase } from "./database.ts";

/** Size of everything the database holds, without its free pages. Needs no scan. */
export function usedBytes({ sqlite }: EdgeDatabase): number {
  const row = sqlite
    .query<{ bytes: number }, []>(
      "SELECT (page_count - freelist_count) * page_size AS bytes FROM pragma_page_count, pragma_freelist_count, pragma_page_size",
    )
    .get();
  return row!.bytes;
}
