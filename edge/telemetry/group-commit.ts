import type { EdgeDatabase } from "../database/database.ts";

/**
 * Many writes, one fsync. A write that is asked for waits for the end of the event loop's turn, so that everything
 * that came in with it shares its commit, and no longer: when the disk is fast commits are many and small, when it is
 * slow they grow by themselves. There is no timer to tune.
 */
export interface GroupCommit {
  /**
   * Runs `write` inside the next transaction. Resolves after the commit is on disk; rejects when the commit failed,
   * or when this write threw, and then nothing of it is there.
   */
  run(write: () => void): Promise<void>;
  /** Commits what waits, now. */
  flush(): void;
}

interface Waiting {
  write: () => void;
  resolve: () => void;
  reject: (error: unknown) => void;
}

export function createGroupCommit(db: EdgeDatabase): GroupCommit {
  let waiting: Waiting[] = [];

  const flush = (): void => {
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    try {
      db.transaction(() => {
        for (const { write } of batch) write();
      });
    } catch (error) {
      if (batch.length === 1) batch[0]!.reject(error);
      else commitEachApart(db, batch);
      return;
    }
    for (const { resolve } of batch) resolve();
  };

  return {
    run: (write) =>
      new Promise((resolve, reject) => {
        waiting.push({ write, resolve, reject });
        if (waiting.length === 1) setImmediate(flush);
      }),
    flush,
  };
}

/** One of many failed: those that can be written are, together; each that cannot is told why. */
function commitEachApart(db: EdgeDatabase, batch: Waiting[]): void {
  const written: Waiting[] = [];
  const failed: { one: Waiting; error: unknown }[] = [];
  try {
    db.transaction(() => {
      for (const one of batch) {
        try {
          db.savepoint(one.write);
          written.push(one);
        } catch (error) {
          failed.push({ one, error });
          // The disk ended the transaction: nothing of this batch can be kept.
          if (!db.sqlite.inTransaction) throw error;
        }
      }
    });
  } catch (error) {
    for (const { reject } of batch) reject(error);
    return;
  }
  for (const { resolve } of written) resolve();
  for (const { one, error } of failed) one.reject(error);
}
