import type { Clock } from "../../protocol/clock.ts";
import type { EdgeDatabase } from "../database/database.ts";

/**
 * Many writes, one fsync. A write that is asked for waits for the end of the event loop's turn and for the disk, where that is at the commit
 * before, so that everything that came in with it shares its commit, and no longer: when the disk is fast commits are many and small, when it is
 * slow they grow by themselves. There is no timer to tune. The event loop does not wait for a slow disk: that takes the commit beside it.
 */
export interface GroupCommit {
  /**
   * Runs `write` inside the next transaction. Resolves after the commit is on disk; rejects when the commit failed,
   * or when this write threw, and then nothing of it is there.
   */
  run(write: () => void): Promise<void>;
  /** Commits what waits, now, and waits for the disk. */
  flush(): void;
}

interface Waiting {
  write: () => void;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** With so many waiting for a disk that stands still nothing more is taken in until it goes on: they are in memory. */
const WAITING_MAX = 500;

/**
 * With an event loop that takes so long to go round, on average, a commit waits for the disk itself: beside the loop it would wait for it to go
 * round twice more, and devices with it.
 */
const BUSY_MS = 2;
const AVERAGE_OF = 4;

export function createGroupCommit(db: EdgeDatabase, clock: Pick<Clock, "monotonicMs">): GroupCommit {
  let waiting: Waiting[] = [];
  let isWithDisk = false;
  let askedMs = 0;
  let roundMs = 0;

  const commit = (): void => {
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    const written = writeTogether(db, batch, roundMs <= BUSY_MS);
    isWithDisk = true;
    db.whenDurable(() => {
      isWithDisk = false;
      for (const { resolve } of written) resolve();
      // What follows from these shares the next commit.
      if (waiting.length > 0) nextRound();
    });
  };
  const next = (): void => {
    roundMs += (clock.monotonicMs() - askedMs - roundMs) / AVERAGE_OF;
    if (!isWithDisk) commit();
  };
  const nextRound = (): void => {
    askedMs = clock.monotonicMs();
    setImmediate(next);
  };
  const flush = (): void => {
    commit();
    try {
      db.settle();
    } catch {
      // Safe to go on: what waits for the disk goes on to wait for it beside the event loop.
    }
  };

  return {
    run: (write) =>
      new Promise((resolve, reject) => {
        waiting.push({ write, resolve, reject });
        if (waiting.length === 1 && !isWithDisk) nextRound();
        if (waiting.length >= WAITING_MAX && isWithDisk) flush();
      }),
    flush,
  };
}

/** Gives those that are committed; the others are told why not. */
function writeTogether(db: EdgeDatabase, batch: Waiting[], isAhead: boolean): Waiting[] {
  const write = (): void => {
    for (const one of batch) one.write();
  };
  try {
    if (isAhead) db.transactionAhead(write);
    else db.transaction(write);
    return batch;
  } catch (error) {
    if (batch.length > 1) return writeEachApart(db, batch);
    batch[0]!.reject(error);
    return [];
  }
}

/** One of many failed: those that can be written are, together; each that cannot is told why. */
function writeEachApart(db: EdgeDatabase, batch: Waiting[]): Waiting[] {
  const written: Waiting[] = [];
  const failed: { one: Waiting; error: unknown }[] = [];
  try {
    db.transactionAhead(() => {
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
    return [];
  }
  for (const { one, error } of failed) one.reject(error);
  return written;
}
