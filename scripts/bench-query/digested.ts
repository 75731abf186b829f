import { Database } from "bun:sqlite";
import { join } from "node:path";
import { type Cloud, until } from "../e2e/stack.ts";

/** Waits until the cloud has done in the background what it does with chunks that have arrived. */
export async function digested(cloud: Cloud): Promise<void> {
  await until(
    "the digests to be made",
    () => {
      using database = new Database(join(cloud.directory, "cloud.db"), { readonly: true });
      return database.query("select 1 from device where open_chunks >= 128").get() === null;
    },
    60_000,
  );
}
