import { Database, SQLiteError } from "bun:sqlite";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { RefusalError, refuse } from "../../protocol/errors.ts";

/** Who only looks has the lock for a moment; another gateway keeps it. */
const LOOK_MAX_MS = 1_000;

/**
 * Takes the data directory for this gateway, until it is disposed or the process is gone, however it went: two gateways
 * on one database would each seal what the other has open. Throws `gateway.running` when another one has it.
 */
export function beOnlyGateway(directory: string): Disposable {
  const lock = takeLock(directory);
  if (lock !== null) return lock;
  const { refusal } = refuse("gateway.running", `another gateway runs on ${directory}`);
  throw new RefusalError(refusal);
}

/** Whether a gateway has taken the data directory. */
export function gatewayRuns(directory: string): boolean {
  if (!existsSync(lockPath(directory))) return false;
  using lock = new Database(lockPath(directory));
  try {
    // Reading takes a lock that others who read may have at the same time.
    lock.query("SELECT count(*) FROM sqlite_schema").get();
    return false;
  } catch (error) {
    if (error instanceof SQLiteError && error.code === "SQLITE_BUSY") return true;
    throw error;
  }
}

const lockPath = (directory: string): string => join(directory, "running.lock");

/** SQLite's own lock on a file beside the database: the system lets go of it when the process dies. */
function takeLock(directory: string): Disposable | null {
  const lock = new Database(lockPath(directory), { create: true });
  try {
    lock.run(`PRAGMA busy_timeout = ${LOOK_MAX_MS}`);
    lock.run("PRAGMA locking_mode = EXCLUSIVE");
    lock.run("BEGIN EXCLUSIVE");
  } catch {
    lock.close();
    return null;
  }
  return {
    [Symbol.dispose]() {
      lock.run("ROLLBACK");
      lock.close();
    },
  };
}
