import { Database } from "bun:sqlite";
import { join } from "node:path";
import { RefusalError, refuse } from "../../protocol/errors.ts";

/**
 * Takes the data directory for this gateway, until it is disposed or the process is gone, however it went: two gateways
 * on one database would each seal what the other has open. Throws `gateway.running` when another one has it.
 */
export function beOnlyGateway(directory: string): Disposable {
  // SQLite's own lock on a file beside the database: the system lets go of it when the process dies.
  const lock = new Database(join(directory, "running.lock"), { create: true });
  try {
    lock.run("PRAGMA locking_mode = EXCLUSIVE");
    lock.run("BEGIN EXCLUSIVE");
  } catch {
    lock.close();
    const { refusal } = refuse("gateway.running", `another gateway runs on ${directory}`);
    throw new RefusalError(refusal);
  }
  return {
    [Symbol.dispose]() {
      lock.run("ROLLBACK");
      lock.close();
    },
  };
}
