import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { examineWal, type WalReport } from "./wal.ts";

/** A write-ahead log that was found damaged, and where its copy is. */
export interface DamagedLog extends WalReport {
  copy: string;
}

/**
 * Looks at the write-ahead log of a database that nobody has open. When it holds commits that SQLite will not find, it
 * is copied, because SQLite overwrites it. Null when there is nothing to say.
 */
export function keepDamagedLog(databasePath: string, nowMs: number): DamagedLog | null {
  const path = `${databasePath}-wal`;
  const bytes = readIfThere(path);
  if (bytes === null) return null;
  const report = examineWal(bytes);
  if (report.commits === 0) return null;
  const copy = `${path}.damaged-${new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d+/g, "")}`;
  writeFileSync(copy, bytes);
  return { ...report, copy };
}

/** Another command beside this one may remove the log, as the last who closes the database does. */
function readIfThere(path: string): Uint8Array | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** Copies that were made, oldest first. */
export function damagedLogs(databasePath: string): string[] {
  const directory = dirname(databasePath);
  const prefix = `${basename(databasePath)}-wal.damaged-`;
  return readdirSync(directory)
    .filter((name) => name.startsWith(prefix))
    .sort()
    .map((name) => join(directory, name));
}
