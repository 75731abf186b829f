import { closeSync, fdatasync, openSync } from "node:fs";

/** Puts what was written to a file on the disk, and calls back. A test puts its own in its place. */
export type PutOnDisk = (fd: number, done: (error: Error | null) => void) => void;

/**
 * Puts SQLite's log on the disk beside the event loop. SQLite itself waits for the disk within the commit (`synchronous=FULL`), and as
 * long as it does nobody is heard: at some hundred commits a second that was a quarter of the time, and all of it when the disk stood still.
 *
 * A commit that was written with `synchronous=NORMAL` survives a power cut when {@link LogSync.sync} has resolved since: with FULL SQLite
 * does the same between the last frame and the answer, and nothing else. Data alone (fdatasync): the log's size is part of it; when it
 * was written is not, and is a write to the file system's journal each time.
 */
export class LogSync {
  readonly #path: string;
  readonly #failed: (error: Error) => void;
  readonly #put: PutOnDisk;
  #fd: number | null = null;
  #running: Promise<void> | null = null;

  /**
   * `path`: of the database. `failed`: what was committed may be lost, and nothing that is done in this process brings it back: a
   * second try finds the pages clean (https://wiki.postgresql.org/wiki/Fsync_Errors).
   */
  constructor(path: string, failed: (error: Error) => void, put: PutOnDisk = fdatasync) {
    this.#path = path;
    this.#failed = failed;
    this.#put = put;
  }

  /** Resolves when what is committed now is on the disk. One at a time; it never resolves when the disk has failed. */
  sync(): Promise<void> {
    // It is there from the first transaction to the last connection's end, always the same file.
    this.#fd ??= openSync(`${this.#path}-wal`, "r");
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#running = promise;
    this.#put(this.#fd, (error) => {
      if (error) return this.#failed(error);
      this.#running = null;
      resolve();
    });
    return promise;
  }

  /** Resolves when what has been committed is on the disk; null when it is. */
  get underWay(): Promise<void> | null {
    return this.#running;
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }
}
