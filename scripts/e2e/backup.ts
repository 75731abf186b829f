import { Database } from "bun:sqlite";
import { copyFileSync, rmSync } from "node:fs";

/** Copies the database of a program that may be running, whole and as of one moment. Gives the copy's path. */
export function backupDatabase(file: string, copy = `${file}.backup`): string {
  using database = new Database(file);
  rmSync(copy, { force: true });
  database.query("VACUUM INTO ?").run(copy);
  return copy;
}

/** Puts the copy in the place of the database of a program that does not run. */
export function restoreDatabase(file: string, copy = `${file}.backup`): void {
  for (const suffix of ["-wal", "-shm"]) rmSync(`${file}${suffix}`, { force: true });
  copyFileSync(copy, file);
}
