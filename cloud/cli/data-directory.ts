import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { CloudDatabase } from "../database/database.ts";
import { openSqlite } from "../database/sqlite.ts";

/** The control plane's database in its data directory, which is made when missing and readable by its owner only. */
export function openDataDirectory(directory: string): Promise<CloudDatabase> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return openSqlite(join(directory, "cloud.db"));
}
