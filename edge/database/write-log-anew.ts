import type { Database } from "bun:sqlite";
import { readFileSync, writeSync } from "node:fs";
import { examineWal, readableBytes } from "./wal.ts";

/**
 * Writes what SQLite's log holds to the same place once more, through `fd`, after the disk has refused it: then the kernel has it to write
 * again. False when that cannot be done, above all because the log is not whole: some file systems drop what they could not write, and read
 * the disk instead.
 */
export function writeLogAnew(sqlite: Database, path: string, fd: number): boolean {
  try {
    const { log } = sqlite.query<{ log: number }, []>("PRAGMA wal_checkpoint(NOOP)").get()!;
    // No other process appends to the log, or begins it anew, meanwhile.
    sqlite.run("BEGIN IMMEDIATE");
    const bytes = readFileSync(`${path}-wal`);
    const report = examineWal(bytes);
    if (report.readable < log) return false;
    writeSync(fd, bytes, 0, readableBytes(bytes, report), 0);
    return true;
  } catch {
    // Whoever asked deals with a disk that refuses, as this one goes on to do.
    return false;
  } finally {
    if (sqlite.inTransaction) sqlite.run("ROLLBACK");
  }
}
