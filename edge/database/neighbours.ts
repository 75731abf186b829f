import type { Clock } from "../../protocol/clock.ts";
import type { EdgeDatabase } from "./database.ts";

/** How soon a running gateway notices what a command has written: quick for a person, free for the machine. */
export const NEIGHBOUR_POLL_MS = 500;

/**
 * Calls `onChange` after another process has committed to the same file (`device add`, `enroll`). SQLite's
 * `data_version` changes for commits of others and not for one's own. Returns the function that ends it.
 */
export function watchNeighbours(db: EdgeDatabase, clock: Clock, onChange: () => void): () => void {
  const statement = db.sqlite.query<{ data_version: number }, []>("PRAGMA data_version");
  let version = statement.get()!.data_version;
  let cancel = (): void => undefined;
  const look = (): void => {
    cancel = clock.after(NEIGHBOUR_POLL_MS, look);
    const now = statement.get()!.data_version;
    if (now === version) return;
    version = now;
    onChange();
  };
  cancel = clock.after(NEIGHBOUR_POLL_MS, look);
  return () => cancel();
}
